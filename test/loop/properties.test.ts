/**
 * The properties of a call, P20 to P30 of the specification, by deterministic simulation: an engine on a virtual clock and a
 * virtual network, fed with random histories. A failure prints the command that replays it; FC_RUNS=20 looks harder.
 */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { modelFacts } from "../../src/providers/catalogue.js";
import { providerIds, type ProviderId } from "../../src/providers/provider.js";
import { warm } from "../campaign/leg-a.js";
import { hashOf } from "../campaign/random.js";
import {
  plays as allPlays,
  quickFailures,
  Simulation,
  type Ended,
  type Planned,
  type Play,
  type Plays,
  type World,
} from "../campaign/simulation.js";

const { FC_SEED, FC_PATH, FC_RUNS } = process.env;
const replayed = { ...(FC_SEED && { seed: Number(FC_SEED) }), ...(FC_PATH && { path: FC_PATH }) };

function property<T>(name: string, numRuns: number, arbitrary: fc.Arbitrary<T>, check: (value: T) => Promise<void>) {
  const reporter = (run: fc.RunDetails<[T]>) => {
    if (!run.failed) return;
    const path = run.counterexamplePath?.split(":")[0] ?? "0"; // from there it shrinks by itself
    const replay = `FC_SEED=${run.seed} FC_PATH=${path} npx vitest run test/loop/properties.test.ts -t "${name.split(":")[0]}"`;
    throw new Error(`${fc.defaultReportMessage(run)}\n\nReplay with: ${replay}`, { cause: run.errorInstance });
  };
  const runs = numRuns * Number(FC_RUNS ?? 1);
  it(name, { timeout: 600_000 }, () => fc.assert(fc.asyncProperty(arbitrary, check), { ...replayed, numRuns: runs, reporter }));
}

function same<T>(actual: T, expected: T, what: string) {
  if (!Object.is(actual, expected)) throw new Error(`${what}: ${String(actual)} instead of ${String(expected)}`);
}

function holds(condition: boolean, what: () => string) {
  if (!condition) throw new Error(what());
}

beforeAll(warm);

/** What is lost when times are added up, ms. */
const rounding = 1e-6;

// ---- histories ----------------------------------------------------------------------------------------------------------

const play: fc.Arbitrary<Play> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...allPlays) },
  { weight: 1, arbitrary: fc.record({ slow: fc.integer({ min: 1, max: 45_000 }) }) },
);
const plays = fc.array(play, { minLength: 1, maxLength: 8 });
const three: readonly ProviderId[] = ["openai", "anthropic", "groq"];
const world: fc.Arbitrary<World> = fc.record({
  providers: fc.shuffledSubarray([...three], { minLength: 1 }),
  plays: fc.record({ openai: plays, anthropic: plays, groq: plays }),
  seed: fc.nat(1_000_000),
});

const options = fc.record(
  {
    deadline_ms: fc.constantFrom(1_000, 1_500, 4_000, 20_000, 50_000),
    max_attempts: fc.integer({ min: 1, max: 8 }),
    max_attempts_per_route: fc.integer({ min: 1, max: 3 }),
    on_refusal: fc.constantFrom("stop" as const, "failover" as const),
  },
  { requiredKeys: [] },
);
const call: fc.Arbitrary<Planned> = fc.record({
  at: fc.oneof(fc.constant(0), fc.nat(3_000), fc.nat(120_000)),
  options,
  stream: fc.boolean(),
  cancel_ms: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.nat(30_000) }),
});
const calls = fc.array(call, { minLength: 1, maxLength: 6 });

const budgetOf = ({ options: given }: Planned) => ({
  deadline_ms: given.deadline_ms ?? 50_000,
  max_attempts: given.max_attempts ?? 6,
  per_route: given.max_attempts_per_route ?? 2,
});

/** The calls in the order in which they began, as their tokens number them. */
function inOrder(planned: readonly Planned[], ended: readonly Ended[]): [Planned, Ended][] {
  const numbers = (one: Ended) => Number(one.token.slice("token-".length));
  const begun = [...planned].sort((one, other) => one.at - other.at);
  return ended
    .toSorted((one, other) => numbers(one) - numbers(other))
    .flatMap((one, at): [Planned, Ended][] => {
      const plan = begun[at];
      return plan === undefined ? [] : [[plan, one]];
    });
}

const countBy = (keys: readonly string[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
};

const least = 1_000;

describe("any history", () => {
  property("P20, P21, P22, P24, P26: budgets, time, and nothing left", 250, fc.tuple(world, calls), async ([given, planned]) => {
    const simulation = new Simulation(given);
    const ended = await simulation.run(planned);
    for (const [plan, one] of inOrder(planned, ended)) {
      const budget = budgetOf(plan);
      const requests = simulation.of(one);
      holds(requests.length <= budget.max_attempts, () => `P20: ${requests.length} requests of ${budget.max_attempts}`);
      for (const [route, count] of countBy(requests.map(({ provider, model }) => `${provider}/${model}`)))
        holds(count <= budget.per_route, () => `P20: ${count} requests to ${route}`);
      same(one.outcome.attempts.length, requests.length, "P20: the ledger");
      const took = one.settledAt - one.startedAt;
      holds(took <= budget.deadline_ms + rounding, () => `P21: ${took} ms of ${budget.deadline_ms}`);
      const { cancel_ms } = plan;
      if (cancel_ms !== undefined) holds(took <= cancel_ms + rounding, () => `P23: settled ${took - cancel_ms} ms after the cancellation`);
      same(one.listeners, 0, "P22: listeners");
      holds(
        requests.every(({ at }) => at <= one.settledAt),
        () => "P22: a request after the end",
      );
      attemptsAreWorthIt(one, budget.deadline_ms);
      acceptedAsSaid(simulation, one);
    }
    await simulation.pass(250);
    same(simulation.clock.timers(), 0, "P22: timers");
    same(simulation.net.open(), 0, "P22: connections");
    same(simulation.engine.health().in_flight, 0, "P22: calls in flight");
    holds(
      simulation.requests.every(({ endedAt }) => endedAt !== null),
      () => "P22: an exchange that goes on",
    );
  });

  function attemptsAreWorthIt({ events, startedAt }: Ended, deadline_ms: number) {
    for (const { event, at } of events) {
      if (event.type !== "attempt-start") continue;
      const left = deadline_ms - (at - startedAt);
      // A whole deadline that is shorter than the least attempt is the caller's own wish.
      holds(left >= Math.min(least, deadline_ms / 2) - rounding, () => `P26: attempt ${event.n} with ${left} ms left`);
      holds(event.budget_ms <= Math.ceil(left), () => `P26: a budget of ${event.budget_ms} ms with ${left} left`);
    }
  }

  function acceptedAsSaid(simulation: Simulation, one: Ended) {
    const { outcome, token } = one;
    if (!outcome.verified) return same(outcome.text, null, "P24: a text that was not accepted");
    const last = simulation.of(one).at(-1);
    same(outcome.text, `The number of ${token} is ${last?.nonce ?? ""}, and it is a good one.`, "P24: the text");
    holds(last?.play === "good" || typeof last?.play === "object", () => `P24: accepted after ${JSON.stringify(last?.play)}`);
  }

  property("P27: nobody passes a hold", 200, fc.tuple(world, calls, calls), async ([given, first, second]) => {
    const simulation = new Simulation(given);
    const ended = await simulation.run([...first, ...second.map((one) => ({ ...one, at: one.at + 60_000 }))]);
    const attempts = ended.flatMap(({ outcome, events }) =>
      outcome.attempts.map((attempt) => {
        const begun = events.find(({ event }) => event.type === "attempt-start" && event.n === attempt.n);
        const over = events.find(({ event }) => event.type === "attempt-end" && event.attempt.n === attempt.n);
        return { ...attempt, begun: begun ?? { at: NaN, nth: NaN }, over: over ?? { at: NaN, nth: NaN } };
      }),
    );
    for (const closing of attempts) {
      const hold = holdOf(closing);
      if (hold === null) continue;
      for (const later of attempts) {
        const shares = hold.account ? later.provider === closing.provider : later.route === closing.route;
        if (!shares || later.begun.nth < closing.over.nth) continue;
        const after = later.begun.at - closing.over.at;
        holds(after >= hold.ms - rounding, () => `P27: ${later.route} was asked ${after} ms after ${closing.fault?.reason ?? ""}`);
      }
    }
  });

  /** By the table of the specification, for those of the plays that hold anything. */
  function holdOf({ fault }: Ended["outcome"]["attempts"][number]): { account: boolean; ms: number } | null {
    if (fault?.reason === "invalid_key") return { account: true, ms: 300_000 };
    if (fault?.class === "quota") return { account: true, ms: 900_000 };
    if (fault?.reason === "model_unavailable") return { account: false, ms: 600_000 };
    if (fault?.class === "rate_limit") return { account: false, ms: fault.retry_after_ms ?? 2_500 };
    return fault?.class === "server" && fault.retry_after_ms !== null ? { account: false, ms: fault.retry_after_ms } : null;
  }

  property("P28: a seed reproduces a run to the same log", 60, fc.tuple(world, calls), async ([given, planned]) => {
    const logs = [new Simulation(given), new Simulation(given)];
    for (const simulation of logs) await simulation.run(planned);
    const [one, other] = logs.map((simulation) => hashOf(simulation.log()));
    same(one, other, "P28: log");
  });
});

describe("one call", () => {
  const first: fc.Arbitrary<Play> = fc.oneof(fc.constant<Play>("good"), fc.record({ slow: fc.integer({ min: 0, max: 14_000 }) }));

  property("P25: a good first answer is the only request", 100, fc.tuple(world, first, fc.boolean()), async ([given, answer, stream]) => {
    const [head] = given.providers;
    if (head === undefined) return;
    const simulation = new Simulation({ ...given, plays: { ...given.plays, [head]: [answer] } });
    const { outcome } = await simulation.one({}, stream);
    same(outcome.verified, true, "P25: verified");
    same(simulation.requests.length, 1, "P25: requests");
    same(outcome.provider, head, "P25: who answered");
  });

  const money = fc.tuple(world, fc.constantFrom(0.00001, 0.0001, 0.001, 0.01, 0.1));
  property("P20: no call can cost more than it may", 150, money, async ([given, max_cost_usd]) => {
    const simulation = new Simulation(given);
    const ended = await simulation.one({ max_cost_usd });
    const most = simulation.of(ended).reduce((sum, seen) => sum + mostUsd(seen), 0);
    const allowed = max_cost_usd * (1 + 1e-9);
    holds(most <= allowed, () => `P20: ${most} USD at worst, of ${max_cost_usd}`);
    holds(ended.outcome.known_cost_usd <= allowed, () => `P20: ${ended.outcome.known_cost_usd} USD known, of ${max_cost_usd}`);
  });

  /** Fewer than any estimate of these prompts and answers: how tokens are counted is not what this is about. */
  const fewest = { prompt: 12, completion: 10 };

  /** What the request cost, or could have cost had the model written all it was allowed to and been billed for it. */
  function mostUsd({ provider, model, body, play: played }: Simulation["requests"][number]): number {
    if (played === "refused" || played === "dns") return 0; // it never got there
    if (typeof played === "string" && (/^[45]/.test(played) || played === "filtered")) return 0; // a failed status is not billed
    const facts = modelFacts(provider, model);
    const asked: { max_tokens?: number; max_completion_tokens?: number } = JSON.parse(body);
    const most = asked.max_tokens ?? asked.max_completion_tokens ?? facts?.max_output_tokens ?? Infinity;
    const told = typeof played === "object" || played === "good" || played === "length" || played === "empty";
    const tokens = played === "empty" ? 0 : told ? fewest.completion : most;
    return (fewest.prompt * (facts?.input_usd ?? Infinity) + tokens * (facts?.output_usd ?? Infinity)) / 1e6;
  }

  /** Extra providers stand behind, fail at once, and leave the others their attempts and their time. */
  const more = fc.tuple(
    fc.record({
      openai: fc.array(fc.constantFrom<Play>("good", ...quickFailures, "filtered", "400", "503-wait"), { minLength: 1, maxLength: 6 }),
    }),
    fc.array(fc.constantFrom(...quickFailures), { minLength: 1, maxLength: 3 }),
    fc.nat(1_000_000),
  );
  property("P30: routes that always fail take nothing away", 150, more, async ([own, extra, seed]) => {
    const behind = providerIds.filter((id) => id !== "openai").slice(0, extra.length);
    const failingOnes = Object.fromEntries(behind.map((id, at) => [id, [extra[at] ?? "500"]]));
    const budget = { max_attempts: 4 * (1 + behind.length), deadline_ms: 200_000 };
    const alone = await new Simulation({ providers: ["openai"], plays: own, seed, luckless: true }).one(budget);
    const together = await new Simulation({
      providers: ["openai", ...behind],
      plays: { ...own, ...failingOnes },
      seed,
      luckless: true,
    }).one(budget);
    if (alone.outcome.verified) same(together.outcome.verified, true, `P30: verified with ${behind.join(", ")} behind`);
  });
});

describe("cancellation", () => {
  const history = fc.tuple(world, fc.array(call, { maxLength: 4 }), fc.nat(9_000), fc.array(options, { minLength: 1, maxLength: 3 }));

  property("P23: a cancelled attempt leaves no trace", 120, history, async ([given, before, cancel_ms, after]) => {
    const everybody = (does: (id: ProviderId, at: number) => Play): Plays =>
      Object.fromEntries(given.providers.map((id, at) => [id, [does(id, at)]]));
    const stories = await Promise.all(
      [true, false].map(async (cancelled) => {
        const simulation = new Simulation({ ...given, luckless: true });
        await simulation.run(before.map((one) => ({ ...one, cancel_ms: undefined })));
        await simulation.pass(1_000_000); // the holds are over, the breakers closed or half-open
        simulation.behave(everybody(() => "hang"));
        if (cancelled) await cancelledCall(simulation, cancel_ms);
        else await simulation.pass(cancel_ms);
        simulation.behave(everybody((_, at) => (at === 0 ? "500" : "good")));
        return afterwards(simulation, after);
      }),
    );
    same(stories[0], stories[1], "P23: what came after");
  });

  async function cancelledCall(simulation: Simulation, cancel_ms: number) {
    const [one] = await simulation.run([{ at: 0, options: {}, stream: false, cancel_ms }]);
    if (one === undefined) throw new Error("no call");
    same(one.outcome.error?.code, "cancelled", "P23: how it ends");
    holds(
      Math.abs(one.settledAt - one.startedAt - cancel_ms) < rounding,
      () => `P23: ended ${one.settledAt - one.startedAt} ms, not ${cancel_ms}`,
    );
    holds(simulation.of(one).length <= 1, () => "P23: it went on");
  }

  /** What later calls meet, and what `health` says of breakers, holds and quality. */
  async function afterwards(simulation: Simulation, calls: readonly Planned["options"][]): Promise<string> {
    const met: string[] = [];
    for (const one of calls) {
      const { outcome } = await simulation.one(one);
      met.push(outcome.attempts.map((attempt) => `${attempt.route} ${attempt.outcome}`).join());
    }
    const routes = simulation.engine
      .health()
      .routes.map(({ route, breaker, holds: held, score, calls: { verified, rejected, failed } }) => {
        return [route, breaker, held, score, verified, rejected, failed];
      });
    return JSON.stringify([met, routes]);
  }
});

describe("nothing can be asked", () => {
  const closing = fc.constantFrom<Play>("401", "402", "429-wait", "503-wait", "500", "reset", "empty");
  const closed = fc.record({ openai: closing, anthropic: closing, seed: fc.nat(1_000_000) });

  property("P29: no request or one probe, and an answer in time", 80, closed, async ({ openai, anthropic, seed }) => {
    const simulation = new Simulation({ providers: ["openai", "anthropic"], plays: { openai: [openai], anthropic: [anthropic] }, seed });
    for (let n = 0; n < 4; n += 1) await simulation.one({ max_attempts: 8 });
    const open = simulation.engine.health().routes.filter(({ breaker, holds: held }) => breaker === "closed" && held.length === 0);
    if (open.length > 0) return; // not everything is closed, so the property says nothing
    const wait = Math.min(
      ...simulation.engine.health().routes.map(({ holds: held }) => Math.max(0, ...held.map(({ remaining_ms }) => remaining_ms))),
    );
    const one = await simulation.one({});
    const requests = simulation.of(one);
    if (wait > 5_000) holds(requests.length <= 1, () => `P29: ${requests.length} requests`);
    if (requests.length > 0) return;
    same(one.outcome.error?.code, "all_routes_unavailable", "P29: what it is called");
    holds(one.settledAt - one.startedAt <= 5_000, () => `P29: ${one.settledAt - one.startedAt} ms`);
    holds((one.outcome.error?.retry_after_ms ?? 0) > 0, () => "P29: nobody is told when to come again");
  });

  it("says at once that everything is held, and until when", async () => {
    const simulation = new Simulation({ providers: ["openai", "groq"], plays: { openai: ["402"], groq: ["401"] }, seed: 1 });
    await simulation.one();
    const one = await simulation.one();
    expect(simulation.of(one)).toEqual([]);
    expect(one.settledAt).toBe(one.startedAt);
    expect(one.outcome.error).toMatchObject({ code: "all_routes_unavailable" });
    expect(one.outcome.error?.retry_after_ms).toBeGreaterThan(200_000);
  });

  it("probes one open route, and no second one within five seconds", async () => {
    const simulation = new Simulation({ providers: ["openai"], plays: { openai: ["reset"] }, seed: 1 });
    for (let n = 0; n < 4; n += 1) await simulation.one({ max_attempts: 8 });
    await simulation.pass(6_000);
    const [first, second] = [await simulation.one(), await simulation.one()];
    expect([simulation.of(first).length, simulation.of(second).length]).toEqual([1, 0]);
  });
});

describe("many calls at once", () => {
  const crowd = (count: number): Planned[] => Array.from({ length: count }, () => ({ at: 0, options: {}, stream: true }));

  it("ten calls meet one half-open permit", async () => {
    const simulation = new Simulation({ providers: ["openai"], plays: { openai: ["reset"] }, seed: 3 });
    for (let n = 0; n < 4; n += 1) await simulation.one({ max_attempts: 8 });
    await simulation.pass(70_000);
    expect(simulation.engine.health().routes.map(({ breaker }) => breaker)).toContain("half-open");
    simulation.behave({ openai: [{ slow: 3_000 }] });
    const before = simulation.requests.length;
    const ended = await simulation.run(crowd(10));
    const probes = countBy(
      simulation.requests
        .slice(before)
        .filter(({ at }) => at < (simulation.requests[before]?.endedAt ?? 0))
        .map(({ model }) => model),
    );
    for (const [model, count] of probes) expect(count, model).toBe(1);
    expect(ended.every(({ outcome }) => outcome.attempts.length <= 6)).toBe(true);
  });

  it("sixteen run, sixty-four wait in order, and the rest are told at once", async () => {
    const simulation = new Simulation({ providers: ["openai"], plays: { openai: [{ slow: 1_000 }] }, seed: 4 });
    const ended = await simulation.run(crowd(100));
    const overloaded = ended.filter(({ outcome }) => outcome.error?.code === "overloaded");
    expect(overloaded).toHaveLength(20);
    expect(overloaded.every(({ startedAt, settledAt }) => startedAt === settledAt)).toBe(true);
    const most = Math.max(
      ...simulation.requests.map(({ at }) => simulation.requests.filter((one) => one.at <= at && (one.endedAt ?? Infinity) > at).length),
    );
    expect(most).toBe(16);
    const order = simulation.requests.map(({ token }) => Number(token.slice("token-".length)));
    expect(order).toEqual(order.toSorted((one, other) => one - other));
    expect(simulation.engine.health()).toMatchObject({ in_flight: 0, queued: 0 });
  });

  const several = fc.tuple(fc.nat(1_000_000), fc.array(fc.tuple(fc.nat(200), fc.boolean()), { minLength: 2, maxLength: 12 }));
  property("calls: what they do together is what each does alone", 60, several, async ([seed, planned]) => {
    const given: World = { providers: ["openai", "groq"], plays: { openai: ["empty"], groq: ["good"] }, seed, luckless: true };
    const together = new Simulation({ ...given, limits: { max_concurrent: 64 } });
    const ended = await together.run(planned.map(([at, stream]) => ({ at, options: {}, stream })));
    for (const [at, one] of ended.toSorted((a, b) => a.startedAt - b.startedAt).entries()) {
      if (at >= 2) break; // from the third failure on the breaker, which they share, may speak up
      const alone = await new Simulation(given).one({}, planned[at]?.[1] ?? true);
      const story = ({ outcome }: Ended) =>
        JSON.stringify([outcome.verified, outcome.attempts.map(({ route, outcome: end, fault }) => [route, end, fault?.reason])]);
      same(story(one), story(alone), "a call among others");
    }
  });
});
