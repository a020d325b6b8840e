import { runVirtual, warm, type CaseReport } from "./leg-a.js";
import type { Violation } from "./oracle.js";
import { planned, type Run, type Wanted } from "./plan.js";
import { drained, House, runReal } from "./leg-b.js";
import { sceneOf } from "./scenes.js";
import { blankTally, note, type Tally } from "./tally.js";

/** Which part of the runs a process takes: every `of`-th from `shard` on. */
export interface Shard {
  shard: number;
  of: number;
}

/** Every so many runs are run twice: the same seed has to give the same log (O12). */
const twiceEvery = 50;
const megabyte = 1_048_576;
/** O7: what memory may grow by once a tenth of the runs is over, and its absolute limit, MB. */
const growth = 64;
const ceiling = 400;

export const everything: Shard = { shard: 0, of: 1 };

export async function runLegA(wanted: Wanted, { shard, of }: Shard = everything, memory = true): Promise<Tally> {
  const started = performance.now();
  const tally = blankTally("a");
  const accidents = watchProcess();
  await warm();
  let early: number | null = null;
  let n = 0;
  for (const run of planned(wanted)) {
    n += 1;
    if ((n - 1) % of !== shard) continue;
    const report = await once(run, accidents);
    note(tally, run, tally.runs % twiceEvery === 0 ? await again(run, report, accidents) : report);
    if (tally.runs % 500 === 0) tally.rssMb = Math.max(tally.rssMb, process.memoryUsage().rss / megabyte);
    if (early === null && n >= wanted.runs / 10) early = process.memoryUsage().rss / megabyte;
  }
  accidents.stop();
  tally.ms = performance.now() - started;
  if (memory && wanted.runs >= 20_000 && early !== null) tally.failures.push(...memoryFailures(early, process.memoryUsage().rss / megabyte));
  return tally;
}

/** So many cases share the loopback at a time. */
const abreast = 24;
/** O4 over real sockets: all but one call in a thousand settle within so many ms of their deadline. */
const usualLateness = 50;

export async function runLegB(wanted: Wanted, { shard, of }: Shard = everything, memory = true): Promise<Tally> {
  const started = performance.now();
  const tally = blankTally("b");
  const accidents = watchProcess();
  await warm();
  const house = new House();
  await house.open();
  const runs = [...planned(wanted)].filter((_, at) => at % of === shard);
  let early: number | null = null;
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let run = runs[next++]; run !== undefined; run = runs[next++]) {
      const report = await runReal(house, sceneOf(run.kind, run.provider, run.seed, "b"));
      note(tally, run, { ...report, violations: [...report.violations, ...accidents.take()] });
      if (early === null && next >= runs.length / 10) early = process.memoryUsage().rss / megabyte;
    }
  };
  await Promise.all(Array.from({ length: Math.min(abreast, runs.length) }, lane));
  tally.failures.push(...(await afterwards(house)));
  await house.close();
  accidents.stop();
  tally.rssMb = process.memoryUsage().rss / megabyte;
  tally.ms = performance.now() - started;
  if (memory && runs.length >= 4_000 && early !== null) tally.failures.push(...memoryFailures(early, tally.rssMb));
  return tally;
}

/** What only the whole leg shows: no connection is left, and hardly a call was late. */
async function afterwards(house: House): Promise<Tally["failures"]> {
  const all = { kind: "all", provider: "all", seed: 0, replay: "the whole leg" };
  const open = await drained(house);
  const late = house.lateness.late.toSorted((one, other) => one - other);
  const usual = late[Math.ceil(late.length * 0.999) - 1] ?? 0;
  return [
    ...(open > 0 ? [{ oracle: "O8" as const, seen: `${open} connections after all engines were closed`, expected: "none", ...all }] : []),
    ...(usual > usualLateness ? [{ oracle: "O4" as const, seen: `p99.9 ${usual.toFixed(0)} ms after the deadline`, expected: `${usualLateness} ms`, ...all }] : []),
  ];
}

async function once(run: Run, accidents: Accidents): Promise<CaseReport> {
  const report = await runVirtual(sceneOf(run.kind, run.provider, run.seed, "a"));
  return { ...report, violations: [...report.violations, ...accidents.take()] };
}

async function again(run: Run, first: CaseReport, accidents: Accidents): Promise<CaseReport> {
  const second = await once(run, accidents);
  if (second.hash === first.hash) return first;
  const odd: Violation = { oracle: "O12", seen: `log ${second.hash.toString(16)}`, expected: `log ${first.hash.toString(16)}, as the first time` };
  return { ...first, violations: [...first.violations, odd] };
}

export const memoryFailures = (early: number, late: number): Tally["failures"] =>
  late <= early + growth && late <= ceiling
    ? []
    : [{ oracle: "O7", seen: `${late.toFixed(0)} MB`, expected: `at most ${(early + growth).toFixed(0)} MB and ${ceiling} MB`, kind: "all", provider: "all", seed: 0, replay: "the whole leg" }];

interface Accidents {
  take(): Violation[];
  stop(): void;
}

/** O6: nothing escapes, nothing warns, nothing is printed. */
export function watchProcess(): Accidents {
  const found: Violation[] = [];
  const accident = (what: string) => (cause: unknown) => void found.push({ oracle: "O6", seen: `${what}: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`, expected: "nothing" });
  const listeners = { uncaughtException: accident("uncaughtException"), unhandledRejection: accident("unhandledRejection"), warning: accident("warning") };
  for (const [event, listener] of Object.entries(listeners)) process.on(event, listener);
  const write = process.stdout.write.bind(process.stdout);
  const printed = accident("stdout");
  process.stdout.write = (chunk: string | Uint8Array) => {
    printed(String(chunk).slice(0, 200));
    return true;
  };
  return {
    take: () => found.splice(0),
    stop() {
      process.stdout.write = write;
      for (const [event, listener] of Object.entries(listeners)) process.off(event, listener);
    },
  };
}
