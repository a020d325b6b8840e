import * as z from "zod";
import {
  dimensionNames,
  type Delivery,
  type DimensionName,
  type DimensionVerdict,
  type Finding,
  type Reply,
  type Verdict,
} from "../exchange.js";
import { cost } from "./cost.js";
import { fail, type Bench } from "./dimension.js";
import { identity } from "./identity.js";
import { integrity } from "./integrity.js";
import { readJson, unwrapFence, type JsonReading } from "./json-text.js";
import { latency } from "./latency.js";
import type { SchemaEngine } from "./schema-engine.js";
import { SchemaError } from "./schema-intake.js";
import { schema } from "./schema.js";
import { structure } from "./structure.js";

/** The six dimensions, in the order they are reported. */
export const dimensions = { structure, schema, latency, cost, identity, integrity };

/** What an answer must fulfil. Every part is optional: the default contract is strict about what needs no asking. */
export const contractSchema = z.strictObject({
  structure: structure.options.optional(),
  schema: schema.options.optional(),
  latency: latency.options.optional(),
  cost: cost.options.optional(),
  identity: identity.options.optional(),
  integrity: integrity.options.optional(),
});

export type Contract = z.infer<typeof contractSchema>;

/** Whether the answer has to be one JSON document, by the contract or by the request. */
export const asksForJson = (contract: Contract, format: Delivery["response_format"]): boolean =>
  contract.structure?.format === "json" ||
  contract.schema !== undefined ||
  (contract.structure?.format === undefined && format !== null && format.type !== "text");

/** The text to hand over: what was judged, which is the inside of a fence where the caller allows one. */
export const judgedText = (contract: Contract, text: string): string =>
  contract.structure?.unwrap_fence === true ? (unwrapFence(text) ?? text) : text;

/**
 * Judges one delivery over all six dimensions. A check that throws fails its dimension. Returns a promise only when the
 * schema engine works elsewhere.
 */
export function judge(contract: Contract, delivered: Delivery, schemas: SchemaEngine): Verdict | Promise<Verdict> {
  const reply: Reply =
    contract.structure?.unwrap_fence === true ? { ...delivered.reply, text: judgedText(contract, delivered.reply.text) } : delivered.reply;
  const delivery = reply === delivered.reply ? delivered : { ...delivered, reply };
  let reading: JsonReading | undefined;
  const bench: Bench = {
    json_asked: asksForJson(contract, delivery.response_format),
    document: () => (reading ??= readJson(reply.text)),
    schemas,
  };
  const results: Record<DimensionName, Checked> = {
    structure: run(() => structure.check(contract.structure, delivery, bench)),
    schema: run(() => schema.check(contract.schema, delivery, bench)),
    latency: run(() => latency.check(contract.latency, delivery, bench)),
    cost: run(() => cost.check(contract.cost, delivery, bench)),
    identity: run(() => identity.check(contract.identity, delivery, bench)),
    integrity: run(() => integrity.check(contract.integrity, delivery, bench)),
  };
  const waiting = Object.values(results).some((result) => result instanceof Promise);
  return waiting ? settle(results) : verdictOf(results);
}

type Findings = Finding[] | null;
type Checked = Findings | Promise<Findings>;

function run(check: () => Checked): Checked {
  try {
    const result = check();
    return result instanceof Promise ? result.catch(failed) : result;
  } catch (error) {
    return failed(error);
  }
}

/** Fail closed: an answer that could not be judged is not a good answer. */
const failed = (error: unknown): Finding[] =>
  error instanceof SchemaError
    ? [fail(error.code, error.message, "a schema that can be checked", null)]
    : [
        fail(
          "check_failed",
          "The check itself failed, so the answer is not accepted.",
          "a judgement",
          error instanceof Error ? error.name : "an error",
        ),
      ];

async function settle(results: Record<DimensionName, Checked>): Promise<Verdict> {
  const settled: Partial<Record<DimensionName, Findings>> = {};
  for (const name of dimensionNames) settled[name] = await results[name];
  return verdictOf(settled);
}

function verdictOf(results: Partial<Record<DimensionName, Checked>>): Verdict {
  const judged = (name: DimensionName): DimensionVerdict => {
    const findings = results[name];
    if (findings === null) return { status: "skipped", findings: [] };
    if (!Array.isArray(findings)) return { status: "fail", findings: failed(undefined) };
    return { status: findings.some((one) => one.severity === "fail") ? "fail" : findings.length > 0 ? "warn" : "pass", findings };
  };
  const dims = {
    structure: judged("structure"),
    schema: judged("schema"),
    latency: judged("latency"),
    cost: judged("cost"),
    identity: judged("identity"),
    integrity: judged("integrity"),
  };
  return { verified: dimensionNames.every((name) => dims[name].status !== "fail"), dimensions: dims };
}
