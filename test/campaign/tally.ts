import type { CaseReport } from "./leg-a.js";
import { familyOf } from "./kinds/index.js";
import type { Violation } from "./violation.js";
import { replayOf, type Run } from "./plan.js";

/** What a leg has come to, in a form that can be sent from one process to another and added up. */
export interface Tally {
  leg: "a" | "b";
  kinds: Record<string, KindTally>;
  runs: number;
  failures: Failure[];
  /** Sum of the hashes of all runs, which does not depend on their order. */
  hash: number;
  ms: number;
  rssMb: number;
  /** Cases that were made again because the machine stalled under them. */
  repeated: number;
}

export interface KindTally {
  family: string;
  runs: number;
  injections: number;
  calls: number;
  requests: number;
  verified: number;
  violations: number;
}

export interface Failure extends Violation {
  kind: string;
  provider: string;
  seed: number;
  replay: string;
}

/** So many failures are kept whole; the rest is counted. */
const kept = 200;

export const blankTally = (leg: "a" | "b"): Tally => ({
  leg,
  kinds: {},
  runs: 0,
  failures: [],
  hash: 0,
  ms: 0,
  rssMb: 0,
  repeated: 0,
});
const blank = (family: string): KindTally => ({ family, runs: 0, injections: 0, calls: 0, requests: 0, verified: 0, violations: 0 });

export function note(tally: Tally, run: Run, report: CaseReport): void {
  const { kind, provider, seed } = run;
  const row = (tally.kinds[kind.name] ??= blank(familyOf(kind)));
  row.runs += 1;
  row.injections += report.injections;
  row.calls += report.calls;
  row.requests += report.requests;
  row.verified += report.verified;
  tally.runs += 1;
  tally.hash = (tally.hash + report.hash) >>> 0;
  for (const violation of report.violations)
    fail(tally, row, { ...violation, kind: kind.name, provider, seed, replay: replayOf(tally.leg, run) });
}

function fail(tally: Tally, row: KindTally, failure: Failure): void {
  row.violations += 1;
  if (tally.failures.length < kept) tally.failures.push(failure);
}

/** What concerns a whole leg. */
export function failAll(tally: Tally, violations: readonly Violation[]): void {
  for (const violation of violations)
    tally.failures.push({ ...violation, kind: "all", provider: "all", seed: 0, replay: `npm run campaign -- --leg ${tally.leg}` });
}

export function add(one: Tally, other: Tally): Tally {
  const kinds = { ...one.kinds };
  for (const [name, row] of Object.entries(other.kinds)) {
    const mine = kinds[name] ?? blank(row.family);
    kinds[name] = {
      family: row.family,
      runs: mine.runs + row.runs,
      injections: mine.injections + row.injections,
      calls: mine.calls + row.calls,
      requests: mine.requests + row.requests,
      verified: mine.verified + row.verified,
      violations: mine.violations + row.violations,
    };
  }
  return {
    leg: one.leg,
    kinds,
    runs: one.runs + other.runs,
    failures: [...one.failures, ...other.failures].slice(0, kept),
    hash: (one.hash + other.hash) >>> 0,
    ms: Math.max(one.ms, other.ms),
    rssMb: Math.max(one.rssMb, other.rssMb),
    repeated: one.repeated + other.repeated,
  };
}

export function totals(tally: Tally): Omit<KindTally, "family"> & { kinds: number } {
  const rows = Object.values(tally.kinds);
  const sum = (of: (row: KindTally) => number): number => rows.reduce((total, row) => total + of(row), 0);
  return {
    kinds: rows.length,
    runs: tally.runs,
    injections: sum((row) => row.injections),
    calls: sum((row) => row.calls),
    requests: sum((row) => row.requests),
    verified: sum((row) => row.verified),
    violations: sum((row) => row.violations) + tally.failures.filter(({ kind }) => kind === "all").length,
  };
}
