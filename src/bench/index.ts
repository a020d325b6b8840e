/** What `bench` measures, each on the spot. */
export { benchCalls, type CallsReport } from "./calls.js";
export type { Goal } from "./goal.js";
export { benchJudging, type JudgingReport } from "./judging.js";
export { benchStartup, type StartupReport } from "./startup.js";
export { benchScenarios, type ScenarioResult, type ScenariosReport } from "./scenarios.js";
