import type { VerifyReport } from "../face.js";
import type { Outcome } from "../outcome.js";
import { refused } from "../outcome-of.js";
import { answeredBy, longestFirstBreak, neverAsks, rule, to, type Case, type House, type Rule, type UnderWay } from "./scenario.js";

/** Scenarios of more than one call: cancelled ones, half-open breakers, and the same answer in two forms. */

const soon = 300;
/** For what is done at once, but by another process. */
const moment = 200;

// ---- V18 --------------------------------------------------------------------------------------------------------------

const breakerClosed = rule("the breaker stays closed", async ({ house }) =>
  (await house.health()).routes.every((one) => one.breaker === "closed"),
);
const noResult = rule("the cancelled call brings no answer", ({ outcomes }) => outcomes[0]?.verified !== true);

/** Sockets that were open, or probes that were made, at the moment that counts. */
const counted = new WeakMap<House, number>();

/** Starts a call, and waits until a provider has it. */
async function underWay(house: House): Promise<UnderWay> {
  const before = house.requests().length;
  const call = house.start();
  for (let look = 0; house.requests().length === before && look < 100; look += 1) await house.pass(moment / 4);
  await house.pass(soon);
  return call;
}

/** Cancels a call under way, looks at the sockets, and asks again. */
async function cancelThenAsk(house: House): Promise<Outcome[]> {
  const call = await underWay(house);
  call.cancel();
  const ended = await house.settled(call.ended);
  await house.pass(moment);
  counted.set(house, house.connections());
  return [ended ?? cancelledOutcome, await house.call()];
}

const cancelledIn = (what: string, fault: string): Case => ({
  what,
  sick: { openai: `${fault},ok`, groq: "ok" },
  expects: "answer",
  story: cancelThenAsk,
  rules: [
    rule("its socket is closed at once", ({ house }) => counted.get(house) === 0),
    rule("nobody else was asked for it", ({ house }) => house.requests().length === 2),
    noResult,
    answeredBy("openai"),
    neverAsks("groq"),
    breakerClosed,
  ],
});

/** Both models of the only provider limit the rate, so the call waits as it was told; then it is cancelled. */
async function cancelInWait(house: House): Promise<Outcome[]> {
  const call = await underWay(house);
  await house.pass(moment);
  call.cancel();
  const ended = await house.settled(call.ended);
  await house.pass(2_500);
  return [ended ?? cancelledOutcome];
}

/** Over stdio a cancelled call has no result; it is judged by what the providers saw. */
const cancelledOutcome = refused("", { code: "cancelled", message: "The caller cancelled.", next: "Nothing to do.", retry_after_ms: null });

export const cancelled: readonly Case[] = [
  cancelledIn("before the first byte", "silence"),
  cancelledIn("in the body", "stall"),
  {
    what: "in a back-off",
    sick: { openai: "rate-limit" },
    expects: "error",
    story: cancelInWait,
    rules: [rule("no request follows", ({ house }) => house.requests().length === 2), noResult, breakerClosed],
  },
];

// ---- V19 --------------------------------------------------------------------------------------------------------------

/** Three failures open the primary's breaker; then its break passes. */
async function untilHalfOpen(house: House): Promise<Outcome[]> {
  const outcomes = [await house.call(), await house.call(), await house.call()];
  await house.pass(longestFirstBreak);
  return outcomes;
}

const probes = (house: House): number => to(house, "openai").length - 3;
const opened: Rule = rule(
  "three failures open it",
  ({ house }) => to(house, "openai").filter((one) => one.fault === "server-error").length === 3,
);
const allAnswered: Rule = rule("every call is answered", ({ outcomes }) => outcomes.every((one) => one.verified));

const sick = (probe: string) => ({ openai: `server-error,server-error,server-error,${probe}`, groq: "ok" });

const tenAtOnce: Case = {
  what: "ten calls at once",
  // The probe takes a moment, so that all ten come while it is under way.
  sick: sick("no-done,ok"),
  expects: "answer",
  long: true,
  story: async (house) => {
    const before = await untilHalfOpen(house);
    const ten = await house.settled(Promise.all(Array.from({ length: 10 }, () => house.start().ended)));
    counted.set(house, probes(house));
    return [...before, ...ten.filter((one) => one !== null), await house.call()];
  },
  rules: [opened, rule("one probe", ({ house }) => counted.get(house) === 1), allAnswered, answeredBy("openai")],
};

const probeCancelled: Case = {
  what: "the probe is cancelled",
  sick: sick("silence,ok"),
  expects: "answer",
  long: true,
  story: async (house) => {
    const before = await untilHalfOpen(house);
    const probe = await underWay(house);
    probe.cancel();
    await house.settled(probe.ended);
    await house.pass(moment);
    return [...before, await house.call()];
  },
  rules: [opened, rule("the next call may probe", ({ house }) => probes(house) === 2), allAnswered, answeredBy("openai")],
};

const probeRefused: Case = {
  what: "the probe meets a 400",
  sick: sick("bad-request,ok"),
  expects: "answer",
  long: true,
  story: async (house) => {
    const before = await untilHalfOpen(house);
    await house.call();
    return [...before, await house.call()];
  },
  rules: [opened, rule("the next call may probe", ({ house }) => probes(house) === 2), allAnswered, answeredBy("openai")],
};

export const halfOpen: readonly Case[] = [tenAtOnce, probeCancelled, probeRefused];

// ---- V20 --------------------------------------------------------------------------------------------------------------

/** What must not hang on the form of an answer. */
const judgement = ({ verdict, usage, cost_usd, finish_reason, text }: VerifyReport): string =>
  JSON.stringify({ verdict, usage, cost_usd, finish_reason, text });

const sameJudgement = rule("verify says the same of both", async ({ house }) => {
  const judge = async (stream: boolean) =>
    house.verify({ response: await house.raw(stream), requested_model: "gpt-6-luna", provider: "openai", latency_ms: 100 });
  const [streamed, whole] = [await judge(true), await judge(false)];
  return streamed.recognised_as.endsWith("stream") && whole.recognised_as.endsWith("body") && judgement(streamed) === judgement(whole);
});

const accounts = ({ text, usage, cost_usd, verdict }: Outcome): string =>
  JSON.stringify([text, usage, cost_usd, Object.values(verdict?.dimensions ?? {}).map((one) => one.status)]);

export const sameEitherWay: readonly Case[] = [
  {
    what: "judged",
    sick: { openai: "ok" },
    expects: "answer",
    rules: [sameJudgement],
  },
  {
    what: "asked for",
    sick: { openai: "ok" },
    expects: "answer",
    // An assistant cannot choose the form: over stdio both are streamed.
    story: async (house) => [await house.call({ request: { stream: true } }), await house.call({ request: { stream: false } })],
    rules: [
      rule(
        "the call says the same of both",
        ({ outcomes: [one, other] }) => one !== undefined && other !== undefined && accounts(one) === accounts(other),
      ),
    ],
  },
];
