import type { ChatRequest, JsonObject } from "../exchange.js";
import type { HealthReport, VerifyInput, VerifyReport } from "../face.js";
import type { Attempt, CallOptions, Outcome } from "../outcome.js";
import type { ProviderId } from "../providers/provider.js";
import type { SandboxRequest } from "../sandbox/index.js";

/** The terms of the public failover benchmark. */
export const grades = ["pass", "partial", "safe", "fail"] as const;
/**
 * `pass`: the right answer (or the clear error that is right here), rules kept. `partial`: the right answer, a rule broken.
 * `safe`: a clear error, nothing wrong delivered. `fail`: something wrong delivered, or hung, or crashed.
 */
export type Grade = (typeof grades)[number];

export type ProfileName = "library" | "stdio";

/** Providers with what ails each (a fault of the sandbox, or several in turn), in the order in which they are asked. */
export type Sickness = Readonly<Partial<Record<ProviderId, string>>>;

export interface Asked {
  request?: Partial<ChatRequest>;
  options?: Pick<CallOptions, "contract" | "model" | "deadline_ms" | "max_attempts" | "on_refusal">;
}

/** A call under way. `ended` is `null` when it was cancelled and so has no result. */
export interface UnderWay {
  cancel(): void;
  ended: Promise<Outcome | null>;
}

/** The product in one of the two profiles, in front of its sick providers. */
export interface House {
  profile: ProfileName;
  call(asked?: Asked): Promise<Outcome>;
  start(asked?: Asked): UnderWay;
  /** Lets time run until it has settled: by itself nothing moves on where the clock jumps. */
  settled<T>(promise: Promise<T>): Promise<T>;
  pass(ms: number): Promise<void>;
  verify(input: VerifyInput): Promise<VerifyReport>;
  health(): Promise<HealthReport>;
  /** A response of a well provider as it comes over the wire. */
  raw(stream: boolean): Promise<string>;
  /** What the providers have received. */
  requests(): readonly SandboxRequest[];
  connections(): number;
  key: string;
  first_token_ms: number;
}

/** What a case has come to. */
export interface Seen {
  house: House;
  outcome: Outcome;
  /** Further results, for cases of more than one call. */
  outcomes: readonly Outcome[];
}

export interface Rule {
  says: string;
  kept(seen: Seen): boolean | Promise<boolean>;
}

export interface Case {
  what: string;
  sick: Sickness;
  asked?: Asked;
  /** What is right: an answer, or a clear error. */
  expects: "answer" | "error";
  rules: readonly Rule[];
  /** Whether a verified answer is the right one; by default a whole text of the sandbox. */
  right?: (outcome: Outcome) => boolean;
  /** More than one call; the last outcome is judged. */
  story?: (house: House) => Promise<Outcome[]>;
  /** Waits for long, and so begins first. */
  long?: true;
}

export interface Scenario {
  id: string;
  fault: string;
  expected: string;
  cases: readonly Case[];
}

// ---- what is right --------------------------------------------------------------------------------------------------

/** The sandbox's own sentences, from their first to their last word. */
const whole = /^(?:You asked: |About your message |Your request was )".*(?:answers here|makes of it|is configured)\.$/s;

export const isWholeText = ({ text }: Outcome): boolean => text !== null && whole.test(text);

/** ms after which a breaker that opened for the first time lets a probe through, jitter included. */
export const longestFirstBreak = 33_300;

// ---- rules many scenarios share ---------------------------------------------------------------------------------------

export const rule = (says: string, kept: Rule["kept"]): Rule => ({ says, kept });

export const to = (house: House, provider: ProviderId): SandboxRequest[] =>
  house.requests().filter((request) => request.provider === provider);

export const first = ({ outcome }: Seen): Attempt | undefined => outcome.attempts[0];

export const answeredBy = (provider: ProviderId): Rule => rule(`${provider} answers`, ({ outcome }) => outcome.provider === provider);

export const asksOnce = (provider: ProviderId): Rule => rule(`${provider} is asked once`, ({ house }) => to(house, provider).length === 1);

export const neverAsks = (provider: ProviderId): Rule =>
  rule(`${provider} is never asked`, ({ house }) => to(house, provider).length === 0);

/** The first attempt failed for this reason, in this dimension when it is the contract's. */
export const failsFor = (...reasons: string[]): Rule =>
  rule(`the first attempt fails as ${reasons.join(" or ")}`, (seen) => reasons.includes(first(seen)?.fault?.reason ?? ""));

export const finds = (code: string): Rule =>
  rule(`the answer is flagged ${code}`, ({ outcome }) =>
    Object.values(outcome.verdict?.dimensions ?? {}).some((dimension) => dimension.findings.some((one) => one.code === code)),
  );

export const within = (ms: number): Rule => rule(`settled within ${ms / 1_000} s`, ({ outcome }) => outcome.latency_ms <= ms);

export const onTheLedger: Rule = rule(
  "each request is on the ledger",
  ({ house, outcome, outcomes }) => outcomes.length > 1 || house.requests().length === outcome.attempts.length,
);

/** What JSON says where it has to be looked at. */
export const inside = (text: string | null): JsonObject => {
  const value: unknown = JSON.parse(text ?? "null");
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
};
