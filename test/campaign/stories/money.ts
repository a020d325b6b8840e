import { modelFacts } from "../../../src/providers/catalogue.js";
import { plays, type Play } from "../plays.js";
import { type Ended, type Simulation } from "../simulation.js";
import { Telling, type Setting, type Story } from "./telling.js";

/** O3 in money: a call can never cost more than its ceiling, and a ceiling that nothing reaches changes nothing. */

const world = ({ rng, provider, second, seed }: Setting) => {
  const list = (): Play[] => Array.from({ length: rng.int(1, 5) }, () => rng.pick(plays));
  return { providers: [provider, second], plays: { [provider]: list(), [second]: list() }, seed, luckless: true };
};

export const ceiling: Story = async (setting) => {
  const telling = new Telling(world(setting));
  const max_cost_usd = setting.rng.pick([0.000_01, 0.000_1, 0.000_5, 0.001, 0.003, 0.01, 0.1]);
  const one = await telling.simulation.one({ max_cost_usd, max_attempts: 8 }, setting.rng.chance(0.5));
  const allowed = max_cost_usd * (1 + 1e-9);
  const most = telling.simulation.of(one).reduce((sum, seen) => sum + mostUsd(seen), 0);
  if (most > allowed) telling.found("O3", `${most} USD at worst`, `at most ${max_cost_usd}`);
  honest(telling, one);
  if (one.outcome.known_cost_usd > allowed) telling.found("O3", `${one.outcome.known_cost_usd} USD`, `at most ${max_cost_usd}`);
  telling.rightAnswers([one]);
  return telling.over([one]);
};

export const generous: Story = async (setting) => {
  const given = world(setting);
  const [telling, free] = [new Telling(given), new Telling(given)];
  const one = await telling.simulation.one({ max_cost_usd: 1_000 });
  const other = await free.simulation.one({});
  const story = ({ outcome }: Ended): string =>
    outcome.attempts.map(({ route, outcome: came, next }) => `${route} ${came} ${next.step}`).join();
  if (story(one) !== story(other)) telling.found("O2", story(one), `${story(other)}, as without a ceiling`);
  honest(telling, one);
  telling.rightAnswers([one]);
  return telling.over([one]);
};

/** Fewer than any estimate of these prompts and answers: how tokens are counted is not what this is about. */
const fewest = { prompt: 12, completion: 10 };

/** What the request cost, or could have cost had the model written all it was allowed to and been billed for it. */
function mostUsd({ provider, model, body, play }: Simulation["requests"][number]): number {
  if (play === "refused" || play === "dns") return 0; // it never got there
  if (typeof play === "string" && (/^[45]/.test(play) || play === "filtered")) return 0; // a failed status is not billed
  const facts = modelFacts(provider, model);
  const asked: { max_tokens?: number; max_completion_tokens?: number } = JSON.parse(body);
  const most = asked.max_tokens ?? asked.max_completion_tokens ?? facts?.max_output_tokens ?? Infinity;
  const told = typeof play === "object" || play === "good" || play === "length" || play === "empty";
  const tokens = play === "empty" ? 0 : told ? fewest.completion : most;
  return (fewest.prompt * (facts?.input_usd ?? Infinity) + tokens * (facts?.output_usd ?? Infinity)) / 1e6;
}

/** What nobody knows is not called nothing, and the sum is that of its parts. */
function honest(telling: Telling, { outcome }: Ended): void {
  for (const { fault, cost_usd, maybe_billed, status } of outcome.attempts) {
    const dark = fault?.class === "timeout" || fault?.reason === "reset";
    if (dark && (cost_usd !== null || !maybe_billed))
      telling.found("O3", `${fault.reason} cost ${cost_usd}`, "not known: it may be billed");
    const free = fault?.reason === "refused" || fault?.reason === "dns" || (status !== null && status !== 200);
    if (free && (cost_usd !== 0 || maybe_billed))
      telling.found("O3", `${fault?.reason ?? status} cost ${cost_usd}`, "0: nobody bills for it");
  }
  const sum = outcome.attempts.reduce((total, { cost_usd }) => total + (cost_usd ?? 0), 0);
  if (Math.abs(sum - outcome.known_cost_usd) > 1e-9) telling.found("O3", `known_cost_usd ${outcome.known_cost_usd}`, `${sum}`);
}
