import * as z from "zod";
import { InvalidInput } from "./face.js";
import type { JsonObject } from "./exchange.js";
import { limitRanges } from "./limits.js";
import { mistakesIn, plainWording, quote, type Wording } from "./mistakes.js";
import type { CallOptions, ChatRequest } from "./outcome.js";

/** Checks what an embedder hands in. JavaScript checks no types, and what is not refused here would be sent and paid for. */

const object = z.custom<JsonObject>((value) => typeof value === "object" && value !== null && !Array.isArray(value), "must be an object");
const callback = z.custom((value) => typeof value === "function", "must be a function");
const signal = z.custom(
  (value) => typeof value === "object" && value !== null && "aborted" in value && "addEventListener" in value,
  "must be an AbortSignal",
);
const name = z.string().regex(/^[\w-]{1,64}$/);
const count = z.int().min(1).max(1_000_000);

const toolCall = z.looseObject({ id: z.string().nullable(), name: z.string(), arguments: z.string() });
const message = z.discriminatedUnion("role", [
  z.looseObject({ role: z.literal("system"), content: z.string() }),
  z.looseObject({ role: z.literal("user"), content: z.string() }),
  z.looseObject({ role: z.literal("assistant"), content: z.string().nullable(), tool_calls: z.array(toolCall).optional() }),
  z.looseObject({ role: z.literal("tool"), tool_call_id: z.string(), content: z.string() }),
]);

const request = z.strictObject({
  messages: z.array(message).min(1),
  max_tokens: count.optional(),
  temperature: z.number().min(0).max(2).optional(),
  stop: z.array(z.string().min(1)).max(8).optional(),
  tools: z.array(z.looseObject({ name, description: z.string().optional(), parameters: object.optional() })).optional(),
  tool_choice: z.union([z.enum(["auto", "none", "required"]), z.looseObject({ name: z.string() })]).optional(),
  response_format: z
    .discriminatedUnion("type", [
      z.looseObject({ type: z.literal("text") }),
      z.looseObject({ type: z.literal("json_object") }),
      z.looseObject({ type: z.literal("json_schema"), schema: object, name: name.optional() }),
    ])
    .optional(),
  stream: z.boolean().optional(),
});

const limit = (named: "max_attempts" | "max_attempts_per_route" | "deadline_ms") => {
  const { min = 1, max = Number.MAX_SAFE_INTEGER } = limitRanges.find((one) => one.limit === named) ?? {};
  return z
    .number()
    .min(named === "deadline_ms" ? 1 : min)
    .max(max);
};

const options = z.strictObject({
  max_attempts: limit("max_attempts").int().optional(),
  max_attempts_per_route: limit("max_attempts_per_route").int().optional(),
  deadline_ms: limit("deadline_ms").optional(),
  max_cost_usd: z.number().nonnegative().nullable().optional(),
  model: z.string().min(1).max(200).optional(),
  provider: z.string().optional(),
  providers: z.array(z.string()).optional(),
  contract: z.unknown().optional(),
  on_refusal: z.enum(["stop", "failover"]).optional(),
  allow_stale: z.boolean().optional(),
  resume: z.enum(["never", "prefill"]).optional(),
  simulate: z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional(),
  signal: signal.optional(),
  onEvent: callback.optional(),
  commit: z.enum(["buffered", "first-token", "live"]).optional(),
  onText: callback.optional(),
});

/** @throws InvalidInput that says what is wrong, where, and what is allowed. */
export function checkAsked(asked: ChatRequest, told: CallOptions): void {
  refuse(request, asked, "The request");
  refuse(options, told, "The options");
  const names = (asked.tools ?? []).map((tool) => tool.name);
  const twice = names.find((one, at) => names.indexOf(one) !== at);
  if (twice !== undefined) throw wrong(`tools holds ${twice} twice.`, "Give each tool a name of its own.");
  const { tool_choice } = asked;
  if (typeof tool_choice === "object" && !names.includes(tool_choice.name))
    throw wrong(`tool_choice names ${tool_choice.name}, which is not among the tools.`, `The tools are: ${names.join(", ") || "none"}.`);
}

const wrong = (message: string, next: string): InvalidInput => new InvalidInput("invalid_request", message, next);

const mostSentences = 5;

function refuse(shape: z.ZodType, value: unknown, whole: string): void {
  const parsed = readable(() => shape.safeParse(value), whole);
  if (parsed.success) return;
  const wording: Wording = {
    ...plainWording,
    whole,
    unknownKey: (where, key, allowed) =>
      `${where === "" ? `There is no ${quote(key)} in ${whole.toLowerCase()}` : `${where} has no key ${quote(key)}`}; allowed: ${allowed.join(", ")}.`,
    rule: (where, message) => `${where} ${message}.`,
  };
  const schema = z.toJSONSchema(shape, { io: "input", unrepresentable: "any" });
  throw wrong(mistakesIn(parsed.error.issues, { value, schema }, wording).slice(0, mostSentences).join(" "), "Correct it and call again.");
}

/** A getter of the caller's may throw. */
function readable<T>(read: () => T, whole: string): T {
  try {
    return read();
  } catch {
    throw wrong(`${whole} could not be read.`, "Hand in plain data.");
  }
}
