import { finishing } from "./kinds/finish.js";
import type { Setting, Wire } from "./nouns.js";
import { changed, failing, failure, good, hang, respond, saying, wait } from "./wires.js";

/** What a provider does to one request. `slow`: it takes so many ms. */
export type Play =
  | "good"
  | "500"
  | "503-wait"
  | "429"
  | "429-wait"
  | "401"
  | "402"
  | "404"
  | "400"
  | "filtered"
  | "refused"
  | "reset"
  | "dns"
  | "hang"
  | "stall"
  | "empty"
  | "swap"
  | "length"
  | { slow: number };

const nothing: Wire = { head: null, framing: "length", steps: [hang] };
const broken = (code: string): Wire => ({ ...nothing, error: failure(code, code) });

const wires: Readonly<Record<Exclude<Play, { slow: number }>, (setting: Setting) => Wire>> = {
  good,
  "500": (s) => failing(s, 500),
  "503-wait": (s) => failing(s, 503, {}, { "retry-after": "20" }),
  "429": (s) => failing(s, 429),
  "429-wait": (s) => failing(s, 429, {}, { "retry-after": "3" }),
  "401": (s) => failing(s, 401),
  "402": (s) => failing(s, 402),
  "404": (s) => failing(s, 404, { code: "model_not_found", message: "no such model" }),
  "400": (s) => failing(s, 400),
  filtered: (s) => failing(s, 400, { code: "content_filter" }),
  refused: () => broken("ECONNREFUSED"),
  reset: () => broken("ECONNRESET"),
  dns: () => broken("ENOTFOUND"),
  hang: () => nothing,
  stall: (s) => (s.stream ? changed(s, (events) => [...events.slice(0, 3), hang]) : { ...respond(200, "{"), length: "100", steps: [hang] }),
  empty: (s) => saying(s, { text: "" }),
  swap: (s) => good({ ...s, model: "zz-other-9" }),
  length: (s) => finishing(s, s.profile.dialect === "openai-chat" ? "length" : "max_tokens"),
};

/** Plays that are over at once, and never good. */
export const quickFailures: readonly Play[] = ["500", "429", "401", "402", "404", "refused", "reset", "empty", "swap"];
export const plays: readonly Play[] = [
  ...quickFailures,
  "good",
  "good",
  "503-wait",
  "429-wait",
  "400",
  "filtered",
  "dns",
  "hang",
  "stall",
  "length",
];

export function wireOf(play: Play, setting: Setting): Wire {
  if (typeof play === "string") return wires[play](setting);
  const wire = good(setting);
  return { ...wire, steps: [wait(play.slow), ...wire.steps] };
}
