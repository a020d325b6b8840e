import { backInTime, busiest, elsewhere, flaps, gaps, givesUp, order, priced, sameModelOnce, waitsAsAsked } from "./transport-cases.js";
import { answeredBy, asksOnce, failsFor, neverAsks, onTheLedger, rule, to, within, type Scenario } from "./scenario.js";

/** The transport scenarios of the public failover benchmark. */
export const transport: readonly Scenario[] = [
  {
    id: "S01",
    fault: "429 with Retry-After 2",
    expected: "waited out on the route, or moved on at once; never hammered",
    cases: [
      elsewhere("with a fallback", "rate-limit", asksOnce("openai")),
      {
        what: "alone",
        sick: { openai: "rate-limit,rate-limit,ok" },
        expects: "answer",
        rules: [waitsAsAsked, rule("waits at least 1.8 s before the last request", ({ house }) => (gaps(house).at(-1) ?? 0) >= 1_800)],
      },
    ],
  },
  {
    id: "S02",
    fault: "429 for ever",
    expected: "at most 4 attempts in 3 s and 6 in all; the fallback answers",
    cases: [
      elsewhere("with a fallback", "rate-limit", asksOnce("openai")),
      {
        what: "alone",
        sick: { openai: "rate-limit" },
        expects: "error",
        rules: [
          rule("at most 4 requests in 3 s", ({ house }) => busiest(house, 3_000) <= 4),
          rule("at most 6 requests", ({ house }) => house.requests().length <= 6),
        ],
      },
    ],
  },
  {
    id: "S03",
    fault: "one 500, then fine",
    expected: "answered",
    cases: [{ what: "alone", sick: { openai: "server-error,ok" }, expects: "answer", rules: [answeredBy("openai"), onTheLedger] }],
  },
  {
    id: "S04",
    fault: "503 for ever",
    expected: "the fallback answers",
    cases: [elsewhere("with a fallback", "unavailable", asksOnce("openai"))],
  },
  {
    id: "S05",
    fault: "TCP reset",
    expected: "answered, by a retry or by the fallback",
    cases: [
      elsewhere("with a fallback", "reset", asksOnce("openai")),
      { what: "alone", sick: { openai: "reset,ok" }, expects: "answer", rules: [answeredBy("openai"), onTheLedger] },
    ],
  },
  {
    id: "S06",
    fault: "accepts, never answers",
    expected: "not asked again; the fallback answers inside the deadline",
    cases: [elsewhere("with a fallback", "silence", asksOnce("openai"), givesUp)],
  },
  {
    id: "S07",
    fault: "first token after 20 s",
    expected: "given up by 15 s; the fallback answers",
    cases: [elsewhere("with a fallback", "slow-first-token", asksOnce("openai"), givesUp)],
  },
  {
    id: "S08",
    fault: "stream cut in the middle",
    expected: "never half a text as if it were whole; another attempt answers",
    cases: [
      elsewhere("cut cleanly", "cut-stream"),
      elsewhere("connection closed", "cut-body"),
      { what: "alone, cut for ever", sick: { openai: "cut-stream" }, expects: "error", rules: [onTheLedger] },
    ],
  },
  {
    id: "S09",
    fault: "stream stalls for 30 s",
    expected: "stall detected; answered elsewhere",
    cases: [elsewhere("with a fallback", "stall", failsFor("idle"), asksOnce("openai"))],
  },
  {
    id: "S10",
    fault: "a malformed event in the middle",
    expected: "skipped if the rest is whole, else another attempt; never a crash",
    cases: [elsewhere("with a fallback", "malformed-chunk")],
  },
  {
    id: "S11",
    fault: "whole answer, no [DONE]",
    expected: "settled within 8 s",
    cases: [
      {
        what: "with a fallback",
        sick: { openai: "no-done", groq: "ok" },
        expects: "answer",
        rules: [within(8_000), answeredBy("openai"), onTheLedger],
      },
    ],
  },
  {
    id: "S12",
    fault: "context length exceeded",
    expected: "the same model is not asked again; a larger window or a clear error",
    cases: [
      { what: "no larger window", sick: { openai: "context-length" }, expects: "error", rules: [sameModelOnce] },
      {
        what: "a larger one elsewhere",
        sick: { groq: "context-length", openai: "ok" },
        expects: "answer",
        rules: [answeredBy("openai"), asksOnce("groq")],
      },
    ],
  },
  {
    id: "S13",
    fault: "content filter",
    expected: "a clear error by default, never a silent switch of provider",
    cases: [
      {
        what: "by default",
        sick: { openai: "content-filter", groq: "ok" },
        expects: "error",
        rules: [neverAsks("groq"), failsFor("filtered")],
      },
      { ...elsewhere("when the caller allows it", "content-filter"), asked: { options: { on_refusal: "failover" } } },
    ],
  },
  {
    id: "S14",
    fault: "the fallback rejects a trailing assistant message",
    expected: "the request adapted for that route, or a clear error",
    cases: [
      {
        what: "no other route",
        sick: { openai: "unavailable", anthropic: "trailing-assistant" },
        asked: {
          request: {
            messages: [
              { role: "user", content: "Name a colour." },
              { role: "assistant", content: "The colour is" },
            ],
          },
        },
        expects: "error",
        rules: [
          rule("nothing is sent twice to the route that rejected it", ({ house }) => {
            const bodies = to(house, "anthropic").map((request) => JSON.stringify(request.body));
            return bodies.length > 0 && new Set(bodies).size === bodies.length;
          }),
        ],
      },
    ],
  },
  {
    id: "S15",
    fault: "the primary flaps",
    expected: "answered during the outage; back on the primary within 30 s of its recovery",
    cases: [
      {
        what: "down for three requests",
        sick: { openai: "server-error,server-error,server-error,ok", groq: "ok" },
        expects: "answer",
        story: flaps,
        rules: [
          rule("every call is answered", ({ outcomes }) => outcomes.every((one) => one.verified)),
          rule(
            "the outage costs three requests",
            ({ house }) => to(house, "openai").filter((request) => request.fault !== "ok").length === 3,
          ),
          backInTime,
        ],
        long: true,
      },
    ],
  },
  {
    id: "S16",
    fault: "accounting",
    expected: "provider, model, usage and cost of the one that answered, and of every rejected attempt",
    cases: [
      {
        ...elsewhere("a rejected answer, then a good one", "wrong-schema"),
        asked: { options: { contract: { schema: order } } },
        right: ({ text }) => /"customer":".+","total":\d/.test(text ?? ""),
        rules: [
          onTheLedger,
          rule("each attempt names its model and is priced", ({ outcome }) =>
            outcome.attempts.every((one) => priced(one) && one.model.served !== null),
          ),
          rule("the call costs what its attempts cost", ({ outcome }) => {
            const sum = outcome.attempts.reduce((total, one) => total + (one.cost_usd ?? NaN), 0);
            return outcome.cost_usd !== null && Math.abs(outcome.cost_usd - sum) < 1e-12;
          }),
          rule(
            "usage is the accepted answer's",
            ({ outcome }) => JSON.stringify(outcome.usage) === JSON.stringify(outcome.attempts.at(-1)?.usage),
          ),
        ],
      },
    ],
  },
];
