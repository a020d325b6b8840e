import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { policies, type Policy } from "../../src/fault-policies.js";
import { findingPolicy, findings, reasons } from "../../src/fault-reasons.js";
import { backoffMs, minAttemptMs, plan, type Decision, type Failure, type Option, type Situation } from "../../src/plan.js";

const option = (name: string, parts: Partial<Option> = {}): Option => ({
  provider: name.split("/")[0] ?? "",
  name,
  tries: 0,
  usable: true,
  blocked_ms: 0,
  may_retry: true,
  affordable: true,
  window: 100_000,
  ...parts,
});

const failure = (policy: Policy, parts: Partial<Failure> = {}): Failure => ({ option: 0, reason: "it", policy, changes: null, ...parts });

/** The first of A's two models has failed once; B is another provider, with a larger window. */
const situation = (parts: Partial<Situation> & Pick<Situation, "failures">): Situation => ({
  options: [option("a/big", { tries: 1 }), option("a/small"), option("b/big", { window: 200_000 })],
  attempts_left: 5,
  tries_per_route: 2,
  time_left_ms: 30_000,
  random: 0.5,
  ...parts,
});

/** `retry a/big`, `downgrade a/small`, `failover b/big`, or why it stops. */
function said(decision: Decision, options: readonly Option[]): string {
  return decision.go === null ? `stop: ${decision.because}` : `${decision.next.step} ${options[decision.go]?.name}`;
}

const policyOf = (reason: string): Policy => new Map<string, Policy>(Object.entries(reasons)).get(reason) ?? findingPolicy(reason);

/** What is done after the first failure: with all three routes, when only the failed one is left, and when it can also be changed. */
const table: Record<string, { reasons: string[]; all: string; alone: string; changed?: string }> = {
  "network: elsewhere at once, the same route only for want of another": {
    reasons: ["dns", "unreachable", "proxy", "refused", "reset", "connect_timeout"],
    all: "failover b/big",
    alone: "retry a/big",
  },
  "no room on this machine: what another route finds free": {
    reasons: ["local"],
    all: "failover b/big",
    alone: "retry a/big",
  },
  "trust: never the same route": { reasons: ["tls"], all: "failover b/big", alone: "stop: nothing_left" },
  "timeout: a silent route is not asked again": {
    reasons: ["headers", "first_token", "idle", "total", "keepalive_only", "no_terminal", "gateway_timeout", "impatient", "too_large"],
    all: "failover b/big",
    alone: "stop: nothing_left",
  },
  "auth: the provider is left": { reasons: ["invalid_key", "wrong_region", "account"], all: "failover b/big", alone: "stop: nothing_left" },
  "auth for one model: its other model first": { reasons: ["forbidden"], all: "downgrade a/small", alone: "stop: nothing_left" },
  "quota: the provider is left": {
    reasons: ["billing", "billing_or_verification", "spend_limit", "daily", "window"],
    all: "failover b/big",
    alone: "stop: nothing_left",
  },
  "rate limit: elsewhere, or waited for": {
    reasons: ["rate_limited", "rpm", "tpm", "concurrency", "acceleration"],
    all: "failover b/big",
    alone: "retry a/big",
  },
  "server: elsewhere, or once more": {
    reasons: [
      "server_error",
      "overloaded",
      "capacity",
      "unavailable",
      "gateway",
      "server_timeout",
      "in_band",
      "bad_status",
      "redirect",
      "not_http",
    ],
    all: "failover b/big",
    alone: "retry a/big",
  },
  "too long: only where the window is larger": {
    reasons: ["context_length", "payload_too_large", "context_full"],
    all: "failover b/big",
    alone: "stop: nothing_left",
  },
  "request: another may take it, an identical one is not sent again": {
    reasons: ["exceeds_tier_limit", "invalid_history", "bad_request", "not_found"],
    all: "failover b/big",
    alone: "stop: nothing_left",
    changed: "failover b/big",
  },
  "model gone: the provider's other model": { reasons: ["model_unavailable"], all: "downgrade a/small", alone: "stop: nothing_left" },
  "a parameter: changed, else the other model": {
    reasons: ["unsupported_param", "schema_unsupported"],
    all: "downgrade a/small",
    alone: "stop: nothing_left",
    changed: "retry a/big",
  },
  "the caller's mistake: nobody would take it": { reasons: ["invalid_param"], all: "stop: final", alone: "stop: final" },
  "policy: nobody else is asked": { reasons: ["filtered", "refusal"], all: "stop: final", alone: "stop: final" },
  "an answer that asked too much: changed, else another model": {
    reasons: [
      "not_json",
      "mismatch",
      "tool_call",
      "unknown_tool",
      "missing_tool_call",
      "must_contain",
      "must_not_contain",
      "too_short",
      "too_long",
      "truncated",
    ],
    all: "downgrade a/small",
    alone: "stop: nothing_left",
    changed: "retry a/big",
  },
  "an answer that came too late, or whose price nobody knows": {
    reasons: ["too_slow", "first_token_too_slow", "unknown_cost"],
    all: "failover b/big",
    alone: "stop: nothing_left",
  },
  "an answer lost on the way: another provider, or once more": {
    reasons: ["not_an_answer", "empty_body", "stream_cut", "malformed_event", "encoding"],
    all: "failover b/big",
    alone: "retry a/big",
  },
  "the provider's own bad answer: another provider, or once more but changed": {
    reasons: ["empty_answer", "no_choices", "substituted", "degenerate", "cut_json"],
    all: "failover b/big",
    alone: "stop: nothing_left",
    changed: "failover b/big",
  },
  "what would cost the same again": {
    reasons: ["over_cap", "over_tokens", "invalid_schema", "validation_cost"],
    all: "stop: final",
    alone: "stop: final",
  },
};

describe("after a fault", () => {
  describe.each(Object.entries(table))("%s", (_what, { reasons: names, all, alone, changed }) => {
    it.each(names)("%s", (reason) => {
      const failed = failure(policyOf(reason), { reason });
      const whole = situation({ failures: [failed] });
      expect(said(plan(whole), whole.options)).toBe(all);
      const lone = situation({ failures: [failed], options: [option("a/big", { tries: 1 })] });
      expect(said(plan(lone), lone.options)).toBe(alone);
      const adapted = situation({ failures: [{ ...failed, changes: ["max_tokens 256 → 1024"] }] });
      expect(said(plan(adapted), adapted.options)).toBe(changed ?? all);
    });
  });

  it("every reason and every policy stands in the table", () => {
    const named = Object.values(table).flatMap((row) => row.reasons);
    expect(Object.keys(reasons).filter((reason) => !named.includes(reason) && reason !== "provider_side")).toEqual([]);
    const covered = new Set(named.map((reason) => JSON.stringify(policyOf(reason).moves)));
    expect(Object.values({ ...policies, ...findings }).filter((policy) => !covered.has(JSON.stringify(policy.moves)))).toEqual([]);
  });

  it("says why, at which level, and after which wait", () => {
    const next = (policy: Policy, parts: Partial<Situation> = {}, changes: string[] | null = null) =>
      plan(situation({ failures: [failure(policy, { reason: "overloaded", changes })], ...parts })).next;
    expect(next(policies.server)).toEqual({
      step: "failover",
      level: 3,
      why: "overloaded: another provider, b/big",
      wait_ms: 0,
      changes: [],
    });
    expect(next(policies.gone)).toMatchObject({ step: "downgrade", level: 2, why: "overloaded: the provider's other model, a/small" });
    expect(next(policies.adaptable, {}, ["without stop"])).toMatchObject({
      step: "retry",
      level: 1,
      changes: ["without stop"],
      wait_ms: 0,
    });
    const lone = { options: [option("a/big", { tries: 1 })] };
    expect(next(policies.server, lone)).toMatchObject({ step: "retry", level: 1, wait_ms: 250, changes: [] });
    expect(next(policies.policy)).toMatchObject({ step: "stop", level: null, why: "overloaded: another attempt would end the same" });
  });

  it("backs off with full jitter: at most half a second doubled, at most five seconds", () => {
    expect([1, 2, 3, 4, 5, 9].map((retry) => backoffMs(retry, 1 - Number.EPSILON))).toEqual([500, 1_000, 2_000, 4_000, 5_000, 5_000]);
    expect([1, 5, 9].map((retry) => backoffMs(retry, 0))).toEqual([0, 0, 0]);
  });
});

describe("the budget", () => {
  const server = [failure(policies.server)];
  const ends: [string, Partial<Situation>, string][] = [
    ["no attempt is left", { attempts_left: 0 }, "stop: attempts"],
    ["too little time is left", { time_left_ms: minAttemptMs - 1 }, "stop: time"],
    ["just enough time is left", { time_left_ms: minAttemptMs }, "failover b/big"],
    [
      "no money is left",
      { options: [option("a/big", { tries: 1, affordable: false }), option("b/big", { affordable: false })] },
      "stop: nothing_left",
    ],
    ["the other cannot be paid", { options: [option("a/big", { tries: 1 }), option("b/big", { affordable: false })] }, "retry a/big"],
    ["the route has had its tries", { options: [option("a/big", { tries: 2 })] }, "stop: nothing_left"],
    ["the account's retries are throttled", { options: [option("a/big", { tries: 1, may_retry: false })] }, "stop: nothing_left"],
    [
      "a throttle does not keep from failing over",
      { options: [option("a/big", { tries: 1, may_retry: false }), option("b/big")] },
      "failover b/big",
    ],
    [
      "the failed route is closed now",
      { options: [option("a/big", { tries: 1, usable: false, blocked_ms: 30_000 })] },
      "stop: nothing_left",
    ],
    ["another was tried before", { options: [option("a/big", { tries: 1 }), option("b/big", { tries: 1 })] }, "retry a/big"],
    ["a back-off does not fit", { options: [option("a/big", { tries: 1 })], time_left_ms: minAttemptMs + 100 }, "stop: nothing_left"],
  ];
  it.each(ends)("%s", (_what, parts, expected) => {
    const now = situation({ failures: server, ...parts });
    expect(said(plan(now), now.options)).toBe(expected);
  });

  it("an end that another attempt cannot change is told before the budget's", () => {
    expect(plan(situation({ failures: [failure(policies.policy)], attempts_left: 0 }))).toMatchObject({ because: "final" });
    expect(plan(situation({ failures: [] }))).toMatchObject({ go: null, because: "nothing_left" });
  });
});

describe("waiting", () => {
  const limited = (ms: number, parts: Partial<Option> = {}) => [option("a/big", { tries: 1, usable: false, blocked_ms: ms, ...parts })];
  const after = (options: Option[], time_left_ms = 30_000) =>
    plan(situation({ failures: [failure(policies.rate, { reason: "rpm" })], options, time_left_ms }));

  it("takes as long as the provider asked for, when that fits the time", () => {
    expect(after(limited(2_000))).toMatchObject({
      go: 0,
      next: { step: "retry", wait_ms: 2_000, why: "rpm: waited for as the provider asked" },
    });
    expect(after(limited(29_000))).toMatchObject({ go: 0, next: { wait_ms: 29_000 } });
    expect(after(limited(29_001))).toMatchObject({ go: null, because: "nothing_left" });
    expect(after(limited(600_000))).toMatchObject({ go: null });
  });

  it("is never done while another route is there", () => {
    expect(after([...limited(100), option("b/big")])).toMatchObject({ go: 1, next: { wait_ms: 0 } });
  });

  it("counts as a try, and is throttled like one", () => {
    expect(after(limited(100, { tries: 2 }))).toMatchObject({ go: null });
    expect(after(limited(100, { may_retry: false }))).toMatchObject({ go: null });
  });
});

describe("a larger window", () => {
  const windows = (...sizes: (number | null)[]) => sizes.map((window, at) => option(`p${at}/m`, { window, tries: at === 0 ? 1 : 0 }));
  const go = (options: Option[]) => plan(situation({ failures: [failure(policies.larger)], options })).go;
  it("is any route's, the first in order that is larger; an unknown one is no larger", () => {
    expect(go(windows(100, 50, 100, null, 101, 1_000))).toBe(4);
    expect(go(windows(100, 50, null))).toBeNull();
    expect(go(windows(null, 50, 1_000_000))).toBeNull();
  });
});

describe("what earlier failures leave open", () => {
  it("the first provider gets its retry when the second rejects the key", () => {
    const options = [option("a/big", { tries: 1 }), option("b/big", { tries: 1, usable: false, blocked_ms: 300_000 })];
    const failures = [failure(policies.server, { reason: "server_error" }), failure(policies.auth, { option: 1, reason: "invalid_key" })];
    expect(plan(situation({ options, failures }))).toMatchObject({
      go: 0,
      next: { step: "retry", why: expect.stringContaining("server_error") },
    });
  });

  it("but not after a failure that ends the call", () => {
    const options = [option("a/big", { tries: 1 }), option("b/big", { tries: 1 })];
    const failures = [failure(policies.server), failure(policies.policy, { option: 1 })];
    expect(plan(situation({ options, failures }))).toMatchObject({ go: null, because: "final" });
  });

  it("only a route's latest failure counts", () => {
    const options = [option("a/big", { tries: 1 })];
    const failures = [failure(policies.server), failure(policies.timeout)];
    expect(plan(situation({ options, failures }))).toMatchObject({ go: null, because: "nothing_left" });
  });
});

// ---- properties -----------------------------------------------------------------------------------------------------

const anyPolicy = fc.constantFrom<Policy>(...Object.values(policies), ...Object.values(reasons));
const anyOption = fc.record({
  provider: fc.constantFrom("a", "b", "c"),
  usable: fc.boolean(),
  blocked_ms: fc.nat(60_000),
  may_retry: fc.boolean(),
  affordable: fc.boolean(),
  window: fc.option(fc.nat(200_000)),
  tries: fc.nat(3),
});
const anySituation: fc.Arbitrary<Situation> = fc
  .record({
    options: fc.array(anyOption, { minLength: 1, maxLength: 6 }),
    failures: fc.array(fc.record({ option: fc.nat(5), policy: anyPolicy, changes: fc.option(fc.constant<string[]>(["something"])) }), {
      minLength: 1,
      maxLength: 8,
    }),
    attempts_left: fc.nat(6),
    tries_per_route: fc.integer({ min: 1, max: 4 }),
    time_left_ms: fc.nat(60_000),
    random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  })
  .map(({ options, failures, ...rest }) => ({
    ...rest,
    options: options.map((one, at) => ({ ...one, name: `${one.provider}/${at}` })),
    failures: failures.map((one) => ({ ...one, option: one.option % options.length, reason: "it" })),
  }));

describe("whatever the situation", () => {
  it("a step fits the budget, and goes only where there is leave and money", () => {
    fc.assert(
      fc.property(anySituation, (now) => {
        const decision = plan(now);
        if (decision.go === null) {
          expect(decision.next).toMatchObject({ step: "stop", level: null, wait_ms: 0, changes: [] });
          return;
        }
        const option = now.options[decision.go];
        if (option === undefined) expect.unreachable();
        const { next } = decision;
        const waits = next.step === "retry" && next.wait_ms > 0 && next.wait_ms === option.blocked_ms;
        expect(now.attempts_left).toBeGreaterThan(0);
        expect(option.affordable).toBe(true);
        expect(option.usable || waits || (next.step === "retry" && option.blocked_ms === 0)).toBe(true);
        expect(next.wait_ms + minAttemptMs).toBeLessThanOrEqual(now.time_left_ms);
        if (next.step === "retry") expect(option.tries).toBeLessThan(now.tries_per_route);
        else expect(option.tries).toBe(0);
      }),
      { numRuns: 2_000 },
    );
  });

  it("the decision is the same every time, and nothing given is changed", () => {
    fc.assert(
      fc.property(anySituation, (now) => {
        const before = structuredClone(now);
        expect(plan(now)).toEqual(plan(now));
        expect(now).toEqual(before);
      }),
    );
  });

  it("an identical request never follows a deterministic fault", () => {
    fc.assert(
      fc.property(anySituation, (now) => {
        const { go, next } = plan(now);
        if (go === null || next.step !== "retry" || next.changes.length > 0) return;
        const last = now.failures.findLast((one) => one.option === go);
        expect(last?.policy.moves.some((move) => move === "same" || move === "wait")).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it("a call of it ends: never more attempts than allowed, in all and to each route", () => {
    const anyCall = fc.record({ now: anySituation, outcomes: fc.infiniteStream(anyPolicy) });
    fc.assert(
      fc.property(anyCall, ({ now, outcomes }) => {
        const options = now.options.map((one) => ({ ...one, tries: 0 }));
        const failures: Failure[] = [];
        let made = 0;
        let go: number | null = 0;
        while (go !== null) {
          const tried: Option | undefined = options[go];
          if (tried === undefined) expect.unreachable();
          tried.tries += 1;
          made += 1;
          failures.push(failure(outcomes.next().value, { option: go, changes: ["something"] }));
          go = plan({ ...now, options, failures, attempts_left: 6 - made }).go;
        }
        expect(made).toBeLessThanOrEqual(6);
        for (const one of options) expect(one.tries).toBeLessThanOrEqual(Math.max(1, now.tries_per_route));
      }),
      { numRuns: 1_000 },
    );
  });
});
