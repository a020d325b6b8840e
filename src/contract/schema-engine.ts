/**
 * Two ways to judge a value against a JSON Schema: in this thread, for schemas the embedder wrote, and in a worker that can be
 * stopped, for schemas that came in with a tool call. ECMAScript patterns and `anyOf` can take for ever, and nothing but ending
 * the thread stops them.
 */
import { Worker } from "node:worker_threads";
import type { Clock } from "../clock.js";
import type { Json, JsonObject } from "../exchange.js";
import { isObject } from "../json.js";
import { compileSchema, tooCostly, type CompiledSchema, type Violation } from "./json-schema.js";
import { checkSchema, SchemaError } from "./schema-intake.js";
import type { WorkerReply, WorkerTask } from "./schema-worker.js";

export type { Violation } from "./json-schema.js";

/** Schemas are remembered by identity: they must not be changed after they were first used. */
export interface SchemaEngine {
  /** Rejects with a `SchemaError` when the schema cannot be used. */
  prepare(schema: JsonObject): Promise<void>;
  /** Empty when the value is valid. Fails with a `SchemaError` when the schema cannot be used or costs too much to check. */
  validate(schema: JsonObject, value: Json): Violation[] | Promise<Violation[]>;
  close(): Promise<void>;
}

export interface WorkerEngine extends SchemaEngine {
  /** Starts the worker in the background (85 ms), so that the first validation finds it running. */
  warm(): void;
}

const schemas_kept = 32;

/** A map that forgets what was not asked for the longest. */
class Recent<Value> {
  readonly #map = new Map<string, Value>();

  get(key: string): Value | undefined {
    const value = this.#map.get(key);
    if (value !== undefined) this.set(key, value);
    return value;
  }

  /** Returns the value that had to make room. */
  set(key: string, value: Value): Value | undefined {
    this.#map.delete(key);
    this.#map.set(key, value);
    const [oldest] = this.#map.size > schemas_kept ? this.#map : [];
    if (oldest === undefined) return undefined;
    this.#map.delete(oldest[0]);
    return oldest[1];
  }
}

/** For trusted schemas. Once a schema is prepared, `validate` answers at once and not with a promise. */
export function inlineEngine(): SchemaEngine {
  const byObject = new WeakMap<JsonObject, CompiledSchema>();
  const byText = new Recent<CompiledSchema>();
  const keep = (schema: JsonObject, text: string, check: CompiledSchema): CompiledSchema => {
    byText.set(text, check);
    byObject.set(schema, check);
    return check;
  };
  const find = (schema: JsonObject): CompiledSchema | Promise<CompiledSchema> => {
    const byIdentity = byObject.get(schema);
    if (byIdentity !== undefined) return byIdentity;
    const checked = checkSchema(schema);
    const text = JSON.stringify(checked);
    const check = byText.get(text);
    return check === undefined ? compileSchema(checked).then((fresh) => keep(schema, text, fresh)) : keep(schema, text, check);
  };
  return {
    async prepare(schema) {
      await find(schema);
    },
    validate(schema, value) {
      const check = find(schema);
      return check instanceof Promise ? check.then((late) => late(value)) : check(value);
    },
    async close() {},
  };
}

/** For a tool caller's schemas: one worker, one task at a time, `limit_ms` for each task from when the worker begins it. */
export function workerEngine(clock: Clock, options: { limit_ms?: number } = {}): WorkerEngine {
  const texts = new WeakMap<JsonObject, string>();
  const line = new WorkerLine(clock, options.limit_ms ?? 1_000);
  const textOf = (schema: JsonObject): string => {
    const text = texts.get(schema) ?? JSON.stringify(checkSchema(schema));
    texts.set(schema, text);
    return text;
  };
  return {
    warm: () => line.warm(),
    prepare: async (schema) => void (await line.run(textOf(schema), [])),
    validate: async (schema, value) => line.run(textOf(schema), [value]),
    close: () => line.close(),
  };
}

interface Job {
  text: string;
  values: WorkerTask["values"];
  resolve(violations: Violation[]): void;
  reject(error: Error): void;
}

interface Running {
  thread: Worker;
  /** The numbers of the schemas this worker holds, by their text. */
  held: Recent<number>;
  state: { is: "starting" } | { is: "idle" } | { is: "busy"; job: Job; stopTimer: () => void };
}

class WorkerLine {
  readonly #queue: Job[] = [];
  #running: Running | null = null;
  #lastNumber = 0;
  #closed = false;

  constructor(
    private readonly clock: Clock,
    private readonly limit_ms: number,
  ) {}

  run(text: string, values: WorkerTask["values"]): Promise<Violation[]> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ text, values, resolve, reject });
      this.#next();
    });
  }

  warm(): void {
    if (!this.#closed) this.#running ??= this.#start();
  }

  async close(): Promise<void> {
    this.#closed = true;
    const { job, thread } = this.#abandon();
    for (const waiting of [job, ...this.#queue.splice(0)]) waiting?.reject(closed());
    await thread?.terminate();
  }

  /** Hands the first in the queue to the worker if that is idle; keeps the process alive only while someone waits. */
  #next(): void {
    if (this.#closed) return this.#queue.splice(0).forEach((job) => job.reject(closed()));
    if (this.#queue.length === 0) return void this.#running?.thread.unref();
    const running = (this.#running ??= this.#start());
    running.thread.ref();
    if (running.state.is !== "idle") return;
    const job = this.#queue.shift();
    if (job !== undefined) this.#post(running, job);
  }

  #post(running: Running, job: Job): void {
    const task: WorkerTask = { schema: running.held.get(job.text) ?? 0, values: job.values };
    if (task.schema === 0) {
      task.schema = ++this.#lastNumber;
      task.text = job.text;
      task.forget = running.held.set(job.text, task.schema);
    }
    // A timer may come late, together with the reply, and before it: the second look lets a waiting reply be heard first.
    let stop = this.clock.after(this.limit_ms, () => (stop = this.clock.after(0, () => this.#fail(tooCostly()))));
    running.state = { is: "busy", job, stopTimer: () => stop() };
    try {
      running.thread.postMessage(task);
    } catch (cause) {
      this.#fail(cause instanceof RangeError ? tooCostly() : new Error("The value to check is not plain JSON.", { cause }));
    }
  }

  #start(): Running {
    const thread = new Worker(entry, {
      env: {},
      execArgv: [],
      stdout: true, // stdout belongs to the protocol: nothing of a worker may end up there
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 },
    });
    const running: Running = { thread, held: new Recent(), state: { is: "starting" } };
    const whileMine = (react: () => void): void => (this.#running === running ? react() : undefined);
    thread.on("message", (message: unknown) => whileMine(() => this.#heard(running, message)));
    thread.on("error", (error) => whileMine(() => this.#died(error)));
    thread.on("exit", () => whileMine(() => this.#died(undefined)));
    thread.unref();
    return running;
  }

  #heard(running: Running, message: unknown): void {
    const { state } = running;
    running.state = { is: "idle" };
    if (state.is === "busy") {
      state.stopTimer();
      if (!isReply(message) || message.is === "ready") state.job.reject(new Error("The schema worker gave no answer."));
      else if (message.is === "judged") state.job.resolve(message.violations);
      else if (message.is === "refused") state.job.reject(new SchemaError(message.code, message.message));
      else state.job.reject(new Error(`The schema worker failed (${message.name}).`));
    }
    this.#next();
  }

  /** Only the task at work can be to blame; those in the queue have not begun and go to a new worker. */
  #fail(error: Error): void {
    const { job, thread } = this.#abandon();
    void thread?.terminate();
    job?.reject(error);
    this.#next();
  }

  #died(cause: unknown): void {
    const unborn = this.#running?.state.is === "starting";
    // A worker that does not even start would not start the next time either.
    if (unborn) for (const job of this.#queue.splice(0)) job.reject(new Error("The schema worker could not be started.", { cause }));
    this.#fail(tooCostly());
  }

  #abandon(): { job: Job | null; thread: Worker | null } {
    const running = this.#running;
    this.#running = null;
    if (running?.state.is !== "busy") return { job: null, thread: running?.thread ?? null };
    running.state.stopTimer();
    return { job: running.state.job, thread: running.thread };
  }
}

const closed = (): Error => new Error("The schema engine is closed.");

const isReply = (message: unknown): message is WorkerReply => isObject(message) && typeof message.is === "string";

/**
 * In the bundle all entries lie flat in dist/, and so do the chunks, so the worker is the neighbour of whichever file holds this
 * code. Run from its TypeScript source (the tests, which build first), the worker is the built one: Node cannot start a `.ts` file.
 */
const entry = new URL(import.meta.url.endsWith(".ts") ? "../../dist/schema-worker.js" : "./schema-worker.js", import.meta.url);
