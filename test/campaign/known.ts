import type { Violation } from "./oracle.js";

/**
 * Defects the campaign has found that are reported and not yet repaired: they are counted and shown, but do not fail a run. A
 * repaired one has to leave this list, which a run over its kinds says (`known` stays empty).
 */
export interface Known {
  kinds: RegExp;
  oracle: Violation["oracle"];
  seen: RegExp;
  where: string;
  what: string;
}

export const known: readonly Known[] = [
  {
    kinds: /^N1[35]-object$/,
    oracle: "O10",
    seen: /^server\/not_http$/,
    where: "src/fault.ts",
    what: "EMFILE and ENOBUFS are this machine's own trouble (breaker.md: local, neutral) and count as a failure of the route",
  },
  {
    kinds: /^S25$/,
    oracle: "O1",
    seen: /^accepted/,
    where: "src/providers/*-stream.ts",
    what: "of two finish reasons that contradict each other (length, then stop) the last one alone counts",
  },
  {
    kinds: /^S26-messages$/,
    oracle: "O1",
    seen: /^accepted/,
    where: "src/providers/anthropic-stream.ts",
    what: "text after the stop reason is joined to the answer",
  },
  {
    kinds: /^M3-(?:beside-true|beside-number|type)$/,
    oracle: "O1",
    seen: /^accepted/,
    where: "src/wire-error.ts",
    what: "error: true, error: 500 and type: error beside a whole answer are not taken for errors",
  },
  {
    kinds: /^M3-(?:wordless|string|beside-wordless|beside-string)$/,
    oracle: "O11",
    seen: /"seen":"MARK/,
    where: "src/contract/structure.ts",
    what: "the finding error_in_200 shows the provider's prose as `seen` when the error has neither code nor type",
  },
  {
    kinds: /^M7-code-/,
    oracle: "O11",
    seen: /"code":"MARK/,
    where: "src/fault.ts",
    what: "fault.code takes any text of up to 60 characters for a code",
  },
  {
    kinds: /^M7-model-/,
    oracle: "O11",
    seen: /MARK/,
    where: "src/attempt.ts, src/contract/identity.ts",
    what: "model.served is the provider's text as it came, of any length and with control characters",
  },
  {
    kinds: /^M7-finish-/,
    oracle: "O11",
    seen: /MARK/,
    where: "src/contract/integrity.ts",
    what: "the finding unknown_finish shows the finish reason as it came, of any length and with control characters",
  },
  {
    kinds: /^(?:M5-(?:swap|family)|M7-(?:key-)?model)/,
    oracle: "O10",
    seen: /^contract\/(?!substituted)/,
    where: "src/fault.ts",
    what: "when a stream was ended early because another model answers, the reason told is what the early end has caused (cut_json, must_contain)",
  },
];

export const isKnown = (kind: string, violation: Violation): boolean =>
  known.some((one) => one.oracle === violation.oracle && one.kinds.test(kind) && one.seen.test(violation.seen));
