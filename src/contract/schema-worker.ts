/** Runs in a worker thread and judges values against schemas that may never finish: `schema-engine.ts` stops it when they do not. */
import { parentPort } from "node:worker_threads";
import type { Json, JsonObject } from "../exchange.js";
import { compileSchema, type CompiledSchema, type Violation } from "./json-schema.js";
import { SchemaError } from "./schema-intake.js";

export interface WorkerTask {
  /** The number this schema goes by; its text comes along the first time only. */
  schema: number;
  text?: string | undefined;
  /** A schema that will not be asked for again. */
  forget?: number | undefined;
  /** In a list, so that "no value, only compile" is told from any value. Cloned rather than written: JSON text has no 1e999. */
  values: [] | [Json];
}

export type WorkerReply =
  | { is: "ready" }
  | { is: "judged"; violations: Violation[] }
  | { is: "refused"; code: SchemaError["code"]; message: string }
  | { is: "broken"; name: string };

const port = parentPort;
if (port === null) throw new Error("schema-worker.js is started by the schema engine, not by itself");
const reply = (answer: WorkerReply): void => port.postMessage(answer);

/** A schema that cannot be compiled stays a rejected promise, so it is refused the same way each time. */
const schemas = new Map<number, Promise<CompiledSchema>>();

async function judge(task: WorkerTask): Promise<WorkerReply> {
  if (task.forget !== undefined) schemas.delete(task.forget);
  if (task.text !== undefined) {
    const schema: JsonObject = JSON.parse(task.text);
    schemas.set(task.schema, compileSchema(schema));
  }
  try {
    const check = await schemas.get(task.schema);
    if (check === undefined) return { is: "broken", name: "UnknownSchema" };
    return { is: "judged", violations: task.values.flatMap((value) => check(value)) };
  } catch (error) {
    if (error instanceof SchemaError) return { is: "refused", code: error.code, message: error.message };
    return { is: "broken", name: error instanceof Error ? error.name : "unknown" };
  }
}

port.on("message", (task: WorkerTask) => void judge(task).then(reply));

// Loads ajv now, so that the first check's time is not spent on it.
await compileSchema({ type: "object" });
reply({ is: "ready" });
