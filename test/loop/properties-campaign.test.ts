/** A small run of the fault campaign (`npm run campaign` makes the large one), so that every test run proves that it runs. */
import { expect, it } from "vitest";
import { calm } from "../campaign/leg-b.js";
import { everything, runLegA, runLegB } from "../campaign/run.js";
import { totals, type Tally } from "../campaign/tally.js";

const told = ({ failures }: Tally): string[] =>
  failures.map(({ oracle, seen, expected, replay }) => `${oracle}: ${seen}, not ${expected}. ${replay}`);

it("leg A: faults in virtual time, through the real HTTP client", { timeout: 300_000 }, async () => {
  const tally = await runLegA({ leg: "a", runs: 2_000, seed: 20_261_120, kind: null });
  expect(told(tally)).toEqual([]);
  expect(totals(tally)).toMatchObject({ runs: 2_000 });
  expect(totals(tally).injections).toBeGreaterThan(3_000);
});

it("leg B: faults over real sockets", { timeout: 300_000 }, async () => {
  const tally = await runLegB({ leg: "b", runs: 500, seed: 20_261_120, kind: null }, everything, calm);
  expect(told(tally)).toEqual([]);
  expect(totals(tally)).toMatchObject({ runs: 500 });
});
