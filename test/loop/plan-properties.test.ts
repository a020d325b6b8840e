import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { policies, type Policy } from "../../src/fault-policies.js";
import { reasons } from "../../src/fault-reasons.js";
import { type Failure, minAttemptMs, type Option, plan, type Situation } from "../../src/plan.js";
import { failure } from "../helpers/situations.js";

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
