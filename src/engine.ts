import { Call } from "./call.js";
import { Cancel, type Signal } from "./cancel.js";
import { systemClock, type Clock } from "./clock.js";
import { createConnections, type Connections } from "./connections.js";
import type { Contract } from "./contract/index.js";
import { inlineEngine, workerEngine } from "./contract/schema-engine.js";
import { experienceOf, type Experience } from "./experience.js";
import { InvalidInput, type Failover, type FailoverOptions } from "./face.js";
import { run } from "./failover.js";
import { createGates, type Gates } from "./gates.js";
import { History } from "./history.js";
import { Knowledge } from "./knowledge.js";
import type { Workshop } from "./attempt.js";
import type { Budget, CallError, CallOptions, ChatRequest, Outcome, Showing, StreamEvent, StreamOptions } from "./outcome.js";
import { refused } from "./outcome-of.js";
import { prepare } from "./prepare.js";
import { probe } from "./probe.js";
import { isBuiltIn } from "./providers/index.js";
import { createQueue } from "./queue.js";
import { healthReport, providersReport } from "./report.js";
import { candidatesFor, type Candidate } from "./routes.js";
import { startSandbox, type Sandbox } from "./sandbox/index.js";
import { StaleAnswers } from "./stale.js";
import { streamOf } from "./stream.js";
import type { ProviderSettings, Settings } from "./settings.js";

/** Calls that `health` speaks of as recent. */
const recentCalls = 100;
/** Most routes `health` remembers. */
const maxSeen = 256;

/** The contacts with the outside that a simulation brings itself. */
export interface Outside {
  clock?: Clock;
  connections?: Connections;
}

/** A Failover on given settings and, for simulations, on their own clock and network. */
export const createEngine = (settings: Settings, options: FailoverOptions = {}, outside: Outside = {}): Failover =>
  new Engine(settings, options, outside);

class Engine implements Failover {
  readonly #settings: Settings;
  readonly #shop: Workshop;
  readonly #gates: Gates;
  readonly #experience: Experience;
  readonly #queue: ReturnType<typeof createQueue>;
  readonly #stale: StaleAnswers;
  readonly #history: History;
  readonly #seen = new Map<string, Candidate>();
  readonly #underWay = new Set<Cancel>();
  #sandbox: Promise<Sandbox> | undefined;
  #calls = 0;

  constructor(settings: Settings, options: FailoverOptions, { clock = systemClock(), connections }: Outside) {
    this.#settings = { ...settings, sandbox: options.sandbox ?? settings.sandbox };
    this.#shop = {
      clock,
      connections: connections ?? createConnections(settings.proxy, settings.limits),
      knowledge: new Knowledge(clock),
      schemas: options.schemas === "worker" ? workerEngine(clock) : inlineEngine(),
      limits: settings.limits,
      simulated: null,
    };
    this.#stale = new StaleAnswers(clock);
    this.#history = new History(clock);
    this.#gates = createGates(clock);
    this.#experience = experienceOf(this.#shop.knowledge, this.#gates);
    this.#queue = createQueue(clock, settings.limits.max_concurrent, settings.limits.max_queued);
  }

  stream(request: ChatRequest, options: StreamOptions = {}): AsyncIterable<StreamEvent> {
    return streamOf((asked, told) => this.chat(asked, told), request, options);
  }

  async chat(asked: ChatRequest, options: CallOptions & Showing = {}): Promise<Outcome> {
    this.#calls += 1;
    const id = `call_${this.#calls}_${Math.floor(this.#shop.clock.random() * 36 ** 6).toString(36)}`;
    const started = this.#shop.clock.now();
    const cancel = new Cancel();
    options.signal?.addEventListener("abort", cancel.abort, { once: true });
    if (options.signal?.aborted === true) cancel.abort();
    this.#underWay.add(cancel);
    try {
      const contract = await prepare(this.#settings, this.#shop.schemas, asked, options);
      const budget = this.#budget(options);
      const entered = await this.#queue.enter(cancel, budget.deadline_ms - (this.#shop.clock.now() - started));
      if (entered !== "in") return refused(id, { ...waiting[entered], retry_after_ms: null }, this.#shop.clock.now() - started);
      try {
        return await this.#run(id, asked, contract, options, budget, cancel, started);
      } finally {
        this.#queue.leave();
      }
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      return refused(id, { code: error.code, message: error.message, next: error.next, retry_after_ms: null });
    } finally {
      this.#underWay.delete(cancel);
      options.signal?.removeEventListener("abort", cancel.abort);
    }
  }

  async #run(
    id: string,
    asked: ChatRequest,
    contract: Contract,
    options: CallOptions & Showing,
    budget: Budget,
    signal: Signal,
    started: number,
  ): Promise<Outcome> {
    const simulates = this.#settings.sandbox || options.simulate !== undefined;
    const simulated = simulates ? (await this.#startSandbox()).baseUrl : null;
    const { candidates, put_last } = candidatesFor(options, this.#settings, this.#experience, simulated);
    if (candidates.length === 0) return refused(id, notConfigured(this.#settings, options));
    let own: Gates | undefined;
    const call = new Call(
      id,
      demanding(asked, contract),
      contract,
      options,
      budget,
      signal,
      this.#shop.clock,
      candidates,
      (one) => (one.faults.length > 0 ? (own ??= createGates(this.#shop.clock)) : this.#gates),
      started,
    );
    for (const lane of call.lanes) if (lane.candidate.faults.length === 0) this.#remember(lane.candidate);
    const outcome = this.#stale.consider(asked, options, await run({ ...this.#shop, simulated }, call, put_last));
    this.#history.add(outcome);
    return outcome;
  }

  #budget(options: CallOptions): Budget {
    const { limits } = this.#settings;
    return {
      max_attempts: options.max_attempts ?? limits.max_attempts,
      max_attempts_per_route: options.max_attempts_per_route ?? limits.max_attempts_per_route,
      deadline_ms: options.deadline_ms ?? limits.deadline_ms,
      max_cost_usd: options.max_cost_usd ?? limits.max_cost_usd,
    };
  }

  #remember(candidate: Candidate): void {
    this.#seen.set(candidate.gate.route, candidate);
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > maxSeen && oldest !== undefined) this.#seen.delete(oldest);
  }

  #startSandbox(): Promise<Sandbox> {
    this.#sandbox ??= startSandbox({ clock: this.#shop.clock });
    return this.#sandbox;
  }

  /** The routes of a call that names nothing. In the sandbox their addresses are not known before it runs, and do not matter. */
  #defaults(): Candidate[] {
    const simulated = this.#settings.sandbox ? (provider: string) => `sandbox:${provider}` : null;
    return candidatesFor({}, this.#settings, this.#experience, simulated).candidates;
  }

  providerNames() {
    return this.#settings.providers.map((one) => one.provider.id);
  }

  providers() {
    return providersReport(this.#settings, this.#defaults(), this.#settings.sandbox);
  }

  health() {
    const seen = [...this.#seen.values()];
    const unseen = this.#defaults().filter((route) => !seen.some((one) => one.name === route.name));
    return healthReport(this.#shop, this.#gates, [...seen, ...unseen], {
      recent: Math.min(this.#calls, recentCalls),
      in_flight: this.#queue.running(),
      queued: this.#queue.waiting(),
    });
  }

  recent() {
    return this.#history.list();
  }

  async probe({ limit_ms = 5_000, signal }: { limit_ms?: number; signal?: AbortSignal } = {}) {
    const sandbox = this.#settings.sandbox ? await this.#startSandbox() : null;
    const { providers } = this.#settings;
    const asked = sandbox === null ? providers.filter((one) => one.key !== null && one.problem === null) : providers;
    const at = ({ provider: { id }, base_url }: ProviderSettings): string | null =>
      sandbox === null ? base_url : isBuiltIn(id) ? sandbox.baseUrl(id) : null;
    return Promise.all(
      asked.flatMap((one) => {
        const url = at(one);
        return url === null ? [] : [probe(this.#shop, one, url, limit_ms, signal)];
      }),
    );
  }

  async close() {
    for (const call of this.#underWay) call.abort();
    await this.#shop.connections.close();
    await this.#shop.schemas.close();
    if (this.#sandbox !== undefined) await (await this.#sandbox).close();
  }
}

const waiting = {
  overloaded: {
    code: "overloaded",
    message: "Too many calls are under way and waiting.",
    next: "Call again when one has ended, or raise CORRECTOVER_MAX_CONCURRENT.",
  },
  late: {
    code: "deadline_exceeded",
    message: "The deadline passed while the call waited for its turn.",
    next: "Raise deadline_ms, make fewer calls at a time, or raise CORRECTOVER_MAX_CONCURRENT.",
  },
  cancelled: { code: "cancelled", message: "The caller cancelled.", next: "Nothing to do." },
} as const;

/** What the contract will demand is also asked for: a schema asks for JSON that fits it. */
function demanding(request: ChatRequest, contract: Contract): ChatRequest {
  if (request.response_format !== undefined) return request;
  if (contract.schema !== undefined && (request.tools ?? []).length === 0)
    return { ...request, response_format: { type: "json_schema", schema: contract.schema } };
  return contract.structure?.format === "json" ? { ...request, response_format: { type: "json_object" } } : request;
}

function notConfigured(settings: Settings, options: CallOptions): CallError {
  const wanted = options.providers ?? (options.provider === undefined ? null : [options.provider]);
  const asked = settings.providers.filter((one) => wanted === null || wanted.some((id) => id === one.provider.id));
  const broken = asked.filter((one) => one.key !== null && one.problem !== null).map((one) => one.problem);
  const variables = asked.filter((one) => one.key === null).map((one) => one.provider.env.key[0]);
  return {
    code: "not_configured",
    message: ["No provider that was asked for is configured.", ...new Set(broken)].join(" "),
    next: `${variables.length === 0 ? "Correct the settings" : `Set ${variables.join(" or ")}`} in the env block of this server's configuration. To try it without any key, start it with --sandbox or run the demo command.`,
    retry_after_ms: null,
  };
}
