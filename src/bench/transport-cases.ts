import { isObject } from "../json.js";
import type { Attempt, Outcome } from "../outcome.js";
import type { SandboxRequest } from "../sandbox/index.js";
import { answeredBy, first, longestFirstBreak, onTheLedger, rule, to, type Case, type House, type Rule } from "./scenario.js";

/** What the scenarios of transport share. */

export const elsewhere = (what: string, fault: string, ...rules: Rule[]): Case => ({
  what,
  sick: { openai: fault, groq: "ok" },
  expects: "answer",
  rules: [answeredBy("groq"), onTheLedger, ...rules],
});

export const gaps = (house: House): number[] => {
  const at = to(house, "openai").map((request) => request.at_ms);
  return at.slice(1).map((time, index) => time - (at[index] ?? 0));
};

export const busiest = (house: House, ms: number): number => {
  const at = house.requests().map((request) => request.at_ms);
  return Math.max(0, ...at.map((start) => at.filter((time) => time >= start && time < start + ms).length));
};

const modelOf = ({ body }: SandboxRequest): string => (isObject(body) && typeof body.model === "string" ? body.model : "");

/** No model is asked again sooner than its provider wished. */
export const waitsAsAsked = rule("no model is asked again within 1.8 s", ({ house }) => {
  const asked = to(house, "openai");
  return asked.every((one, at) =>
    asked.slice(0, at).every((before) => modelOf(before) !== modelOf(one) || one.at_ms - before.at_ms >= 1_800),
  );
});

export const sameModelOnce = rule("no model is asked twice", ({ house }) => {
  const models = to(house, "openai").map(modelOf);
  return new Set(models).size === models.length;
});

export const givesUp = rule("the silent route is given up by the first-token limit", (seen) => {
  const slack = 1_500;
  return (first(seen)?.latency_ms ?? Infinity) <= seen.house.first_token_ms + slack;
});

/** Three calls that fail on the primary, which opens its breaker; one during the outage; one when the break must be over. */
export async function flaps(house: House): Promise<Outcome[]> {
  const outcomes = [await house.call(), await house.call(), await house.call()];
  await house.pass(12_000);
  outcomes.push(await house.call());
  await house.pass(longestFirstBreak - 12_000);
  return [...outcomes, await house.call()];
}

/** The primary is well from ten seconds after its third failure on. */
export const backInTime = rule("back on the primary within 30 s of its recovery", ({ house, outcome }) => {
  const [, , lastFailure, firstBack] = to(house, "openai").map((request) => request.at_ms);
  if (lastFailure === undefined || firstBack === undefined || outcome.provider !== "openai") return false;
  return firstBack - (lastFailure + 10_000) <= 30_000;
});

export const priced = (attempt: Attempt | undefined): boolean =>
  attempt !== undefined && attempt.cost_usd !== null && attempt.cost_usd > 0 && (attempt.usage?.prompt_tokens ?? 0) > 0;

export const order = {
  type: "object",
  properties: { customer: { type: "string" }, total: { type: "number" } },
  required: ["customer", "total"],
  additionalProperties: false,
};
