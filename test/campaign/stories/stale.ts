import { quickFailures, type Play } from "../plays.js";
import { type Ended } from "../simulation.js";
import { Telling, type Story } from "./telling.js";

/** An answer of before: only for who asks for it, only to the identical request, always marked, and never after a refusal. */

const failures: readonly Play[] = [...quickFailures, "hang", "503-wait", "filtered"];

export const stale: Story = async ({ rng, provider, second, seed }) => {
  const telling = new Telling({ providers: [provider, second], plays: {}, seed });
  const { simulation } = telling;
  const kept = rng.chance(0.85);
  const wanted = rng.chance(0.85);
  const stream = rng.chance(0.5);
  const first = await simulation.one({ allow_stale: kept }, stream);
  const pause = rng.int(0, 600_000);
  await simulation.pass(pause);
  const play = rng.pick(failures);
  simulation.behave({ [provider]: [play], [second]: [play] });
  const how = rng.pick(["same", "other request", "other contract", "other provider"] as const);
  // Who has left gets nothing, not even that.
  const leaves = rng.chance(0.15);
  const [last] = await simulation.run([
    {
      at: 0,
      options: {
        allow_stale: wanted,
        ...(how === "other contract" ? { contract: { integrity: { max_chars: 10_000 } } } : {}),
        ...(how === "other provider" ? { providers: [second, provider] } : {}),
      },
      stream,
      ...(how === "other request" ? {} : { token: first.token }),
      cancel_ms: leaves ? 3 : undefined,
    },
  ]);
  if (last === undefined) return telling.over([first]);
  const asked = simulation.requests.filter(({ at }) => at > first.settledAt).length;
  if (asked === 0 && last.outcome.attempts.length > 0) telling.found("O3", "attempts without a request", "none");
  judge(telling, first, last, { due: kept && wanted && how === "same" && play !== "filtered" && !leaves });
  return telling.over([first, last]);
};

function judge(telling: Telling, first: Ended, { outcome, settledAt }: Ended, { due }: { due: boolean }): void {
  if (!first.outcome.verified || first.outcome.stale !== null) telling.found("O2", "the first call was not answered", "verified");
  if (outcome.verified !== due)
    telling.found(due ? "O2" : "O1", `verified: ${outcome.verified}`, `${due}: ${due ? "kept" : "nothing is due"}`);
  if (!due) {
    if (outcome.stale !== null || outcome.text !== null) telling.found("O1", `stale ${JSON.stringify(outcome.stale)}`, "no older answer");
    return;
  }
  if (outcome.text !== first.outcome.text) telling.found("O1", JSON.stringify(outcome.text), JSON.stringify(first.outcome.text));
  const age = Math.round(settledAt - first.settledAt);
  if (outcome.stale === null || Math.abs(outcome.stale.age_ms - age) > 1)
    telling.found("O1", `stale ${JSON.stringify(outcome.stale)}`, `marked, ${age} ms old`);
  if (outcome.error !== null) telling.found("O1", `${outcome.error.code} beside an answer`, "no error");
}
