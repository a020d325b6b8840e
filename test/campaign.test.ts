/** The fault campaign and the soak as anybody runs them, so that every test run proves what they prove. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { mutants } from "./campaign/mutants.js";
import { totals, type Tally } from "./campaign/tally.js";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What a script of the package prints; a failing one has printed too, and its words are to be seen. */
const printed = (script: string, ...words: string[]): Promise<{ stdout: string; failed: boolean }> =>
  new Promise((resolve) => {
    execFile("npm", ["run", "--silent", script, "--", ...words], { cwd: root, maxBuffer: 2 ** 28 }, (error, stdout, stderr) =>
      resolve({ stdout: stdout === "" ? stderr : stdout, failed: error !== null }),
    );
  });

async function campaign(...words: string[]): Promise<Tally> {
  const { stdout } = await printed("campaign", "--calm", "--json", ...words);
  const { legs }: { legs: Tally[] } = JSON.parse(stdout);
  const [tally] = legs;
  if (tally === undefined) throw new Error(stdout);
  return tally;
}

const told = ({ failures }: Tally): string[] =>
  failures.map(({ oracle, seen, expected, replay }) => `${oracle}: ${seen}, not ${expected}. ${replay}`);

it("each mistake that can be put into the engine still finds its place", () => {
  const places = (file: string, piece: string): number => readFileSync(join(root, file), "utf8").split(piece).length - 1;
  const lost = mutants.filter(({ file, find, times }) => places(file, find) !== times).map(({ name }) => name);
  expect(lost).toEqual([]);
  expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
  expect(mutants.length).toBeGreaterThanOrEqual(15);
});

it("leg A: 70,000 injections and more in virtual time, through the real HTTP client", { timeout: 400_000 }, async () => {
  const tally = await campaign("--leg", "a");
  expect(told(tally)).toEqual([]);
  expect(totals(tally).injections).toBeGreaterThan(70_000);
});

it("leg B: 5,000 runs over real sockets", { timeout: 200_000 }, async () => {
  const tally = await campaign("--leg", "b", "--short");
  expect(told(tally)).toEqual([]);
  expect(totals(tally).injections).toBeGreaterThan(5_000);
});

it("soak: a minute of calls, sixteen at a time, leaves nothing behind", { timeout: 200_000 }, async () => {
  const { stdout, failed } = await printed("soak", "--seconds", "60");
  expect(failed, stdout).toBe(false);
});
