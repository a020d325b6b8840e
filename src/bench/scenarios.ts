import { libraryHouse, stdioHouse, type Standing } from "./houses.js";
import { grades, isWholeText, type Case, type Grade, type ProfileName, type Scenario, type Seen } from "./scenario.js";
import { transport } from "./scenarios-s.js";
import { content } from "./scenarios-v.js";

export interface CaseResult {
  what: string;
  grade: Grade;
  kept: string[];
  broken: string[];
  /** What went wrong, when it was not a rule. */
  problem: string | null;
}

export interface ScenarioResult {
  id: string;
  fault: string;
  expected: string;
  profiles: Partial<Record<ProfileName, { grade: Grade; cases: CaseResult[] }>>;
}

export interface ScenariosReport {
  node: string;
  scenarios: ScenarioResult[];
  /** How many got each grade, by profile. */
  totals: Partial<Record<ProfileName, Record<Grade, number>>>;
  passed: boolean;
}

export interface ScenarioOptions {
  /** `S01` …; all by default. */
  ids?: readonly string[];
  profiles?: readonly ProfileName[];
  onResult?: (result: ScenarioResult) => void;
}

export const allScenarios: readonly Scenario[] = [...transport, ...content];

const builders: Record<ProfileName, (one: Case) => Promise<Standing>> = { library: libraryHouse, stdio: stdioHouse };
/** Servers that run at one time, besides those that mostly wait. */
const abreast = 4;

/** Runs each scenario as a library call on a clock that jumps, and through the built server over stdio in real time. */
export async function benchScenarios({ ids, profiles = ["library", "stdio"], onResult }: ScenarioOptions = {}): Promise<ScenariosReport> {
  const wanted = allScenarios.filter((scenario) => ids === undefined || ids.includes(scenario.id));
  const results = wanted.map(({ id, fault, expected }): ScenarioResult => ({ id, fault, expected, profiles: {} }));
  if (profiles.includes("library")) {
    await warm();
    // One after the other: a clock that jumps must not jump over what another scenario is still doing.
    for (const [at, scenario] of wanted.entries()) {
      const cases: CaseResult[] = [];
      for (const one of scenario.cases) cases.push(await runCase("library", one));
      note(results[at], "library", cases);
      if (!profiles.includes("stdio")) tell(results[at], onResult);
    }
  }
  if (profiles.includes("stdio")) await throughServers(wanted, results, onResult);
  return { node: process.version, scenarios: results, totals: totalsOf(results, profiles), passed: results.every(passed) };
}

async function throughServers(
  wanted: readonly Scenario[],
  results: ScenarioResult[],
  onResult: ScenarioOptions["onResult"],
): Promise<void> {
  const slots = slotsOf(abreast);
  const run = (one: Case): Promise<CaseResult> => (one.long === true ? runCase("stdio", one) : slots(() => runCase("stdio", one)));
  const underWay = wanted.map((scenario) => Promise.all(scenario.cases.map(run)));
  for (const [at, cases] of underWay.entries()) {
    note(results[at], "stdio", await cases);
    tell(results[at], onResult);
  }
}

/** Loads what is loaded at first use: on a clock that jumps nothing may take real time unseen. */
async function warm(): Promise<void> {
  const good: Case = {
    what: "",
    sick: { openai: "ok" },
    asked: { options: { contract: { schema: { type: "object" } } } },
    expects: "answer",
    rules: [],
  };
  const { house, close } = await libraryHouse(good);
  try {
    await house.raw(false);
    await house.verify({ response: "{}", contract: { schema: { type: "object" } } });
    await house.call();
  } finally {
    await close();
  }
}

async function runCase(profile: ProfileName, one: Case): Promise<CaseResult> {
  let standing: Standing | undefined;
  try {
    standing = await builders[profile](one);
    const { house } = standing;
    const outcomes = one.story === undefined ? [await house.call()] : await one.story(house);
    const outcome = outcomes.at(-1);
    if (outcome === undefined) throw new Error("a scenario without an outcome");
    return await judge(one, { house, outcome, outcomes });
  } catch (error) {
    return { what: one.what, grade: "fail", kept: [], broken: [], problem: error instanceof Error ? error.message : String(error) };
  } finally {
    await standing?.close();
  }
}

async function judge(one: Case, seen: Seen): Promise<CaseResult> {
  const kept: string[] = [];
  const broken: string[] = [];
  for (const { says, kept: holds } of one.rules) ((await holds(seen)) ? kept : broken).push(says);
  const isRight = one.right ?? isWholeText;
  const wrong = seen.outcomes.find((outcome) => outcome.verified && !isRight(outcome));
  const { outcome } = seen;
  const told = { what: one.what, kept, broken };
  if (wrong !== undefined) return { ...told, grade: "fail", problem: `delivered as verified: ${(wrong.text ?? "").slice(0, 120)}` };
  const clear = outcome.verified || (outcome.error !== null && outcome.error.message !== "" && outcome.error.next !== "");
  if (!clear) return { ...told, grade: "fail", problem: "neither an answer nor a clear error" };
  const asExpected = outcome.verified === (one.expects === "answer");
  if (asExpected && broken.length === 0) return { ...told, grade: "pass", problem: null };
  const problem = asExpected
    ? null
    : outcome.verified
      ? "answered, where an error was right"
      : `no answer: ${outcome.error?.message ?? ""}`;
  return { ...told, grade: outcome.verified ? "partial" : "safe", problem };
}

function note(result: ScenarioResult | undefined, profile: ProfileName, cases: CaseResult[]): void {
  const worst = Math.max(...cases.map((one) => grades.indexOf(one.grade)));
  if (result !== undefined) result.profiles[profile] = { grade: grades[worst] ?? "fail", cases };
}

const tell = (result: ScenarioResult | undefined, onResult: ScenarioOptions["onResult"]): void => {
  if (result !== undefined) onResult?.(result);
};

const passed = (result: ScenarioResult): boolean => Object.values(result.profiles).every((profile) => profile.grade === "pass");

function totalsOf(results: readonly ScenarioResult[], profiles: readonly ProfileName[]): ScenariosReport["totals"] {
  const totals: ScenariosReport["totals"] = {};
  for (const profile of profiles) {
    const count = (grade: Grade): number => results.filter((result) => result.profiles[profile]?.grade === grade).length;
    totals[profile] = { pass: count("pass"), partial: count("partial"), safe: count("safe"), fail: count("fail") };
  }
  return totals;
}

/** Runs at most so many things at one time. */
function slotsOf(count: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = count;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    else free -= 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
