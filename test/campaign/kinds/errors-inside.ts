import type { Json } from "../nouns.js";
import { changedBody, errorObject, isRecord, replaced, respond } from "../wires.js";
import { accepted, bad, bodies, each, rows } from "./rows.js";
import { chatBody, messagesBody, plus, serverWords } from "./answers.js";

/** M3: errors inside a success. */

export const errors = rows(
  "ab",
  [
    "M3-alone",
    "the error body of the provider with status 200",
    bad("server"),
    (s) => respond(200, JSON.stringify(s.profile.error({ ...serverWords, message: s.marker }))),
  ],
  [
    "M3-wordless",
    "an error body without code and type",
    bad("server", "in_band"),
    (s) => respond(200, JSON.stringify({ error: { message: s.marker } })),
  ],
  ["M3-string", "an error that is only a string", bad("server", "in_band"), (s) => respond(200, JSON.stringify({ error: s.marker }))],
  ["M3-beside", "an error object beside a perfect answer", bad("server"), (s) => plus(s, { error: errorObject(s, serverWords) }), bodies],
  [
    "M3-beside-wordless",
    "an error object without code and type beside a perfect answer",
    bad("server", "in_band"),
    (s) => plus(s, { error: { message: s.marker } }),
    bodies,
  ],
  ["M3-beside-string", "an error string beside a perfect answer", bad("server"), (s) => plus(s, { error: s.marker }), bodies],
  ["M3-beside-true", "error: true beside a perfect answer", bad("server"), (s) => plus(s, { error: true }), bodies],
  ["M3-beside-number", "error: 500 beside a perfect answer", bad("server"), (s) => plus(s, { error: 500 }), bodies],
  [
    "M3-choice",
    "an error object inside the choice",
    bad("server"),
    (s) =>
      changedBody(s, (body) =>
        replaced(body, ["choices", "0"], (choice) => (isRecord(choice) ? { ...choice, error: errorObject(s, serverWords) } : choice)),
      ),
    chatBody,
  ],
  ["M3-type", "type: error on a perfect answer", bad("server"), (s) => plus(s, { type: "error" }), messagesBody],
  [
    "M3-rate",
    "an error object that says rate limit",
    bad("rate_limit"),
    (s) => respond(200, JSON.stringify({ error: { message: s.marker, type: "rate_limit_error", code: "rate_limit_exceeded" } })),
  ],
  [
    "M3-quota",
    "an error object that says the money is gone",
    bad("quota"),
    (s) => respond(200, JSON.stringify({ error: { message: s.marker, type: "insufficient_quota", code: "credit_balance_exhausted" } })),
    { providers: ["openai", "deepseek", "moonshot", "zhipu", "siliconflow", "groq", "together", "anthropic"] },
  ],
);

export const noErrors = each<Json>([null, false, "", {}, []], (value) =>
  rows("ab", [
    `M3-none-${JSON.stringify(value)}`,
    `error: ${JSON.stringify(value)} beside a good answer`,
    accepted,
    (s) => plus(s, { error: value }),
    bodies,
  ]),
);
