import { mkdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { build, type Plugin } from "esbuild";
import { kindsOf } from "./kinds/index.js";
import { mutants, type Mutant } from "./mutants.js";
import { runApart } from "./processes.js";

/** What became of one mutant. */
export interface MutantReport {
  name: string;
  file: string;
  caught: boolean;
  /** The oracle that noticed it, and the kind it noticed it by. */
  by: string;
  runs: number;
}

const folder = "node_modules/.cache/campaign";
/** Time enough for every kind once. */
const limitMs = 180_000;

/** Replaces the piece in its file while the bundle is made; that it is there is part of the test. */
function applied(mutant: Mutant): Plugin {
  return {
    name: "mutant",
    setup(builder) {
      const file = resolve(mutant.file);
      builder.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        if (path !== file) return undefined;
        const source = await readFile(path, "utf8");
        const parts = source.split(mutant.find);
        if (parts.length - 1 !== mutant.times)
          throw new Error(`"${mutant.name}": ${mutant.find} stands ${parts.length - 1} times in ${mutant.file}, not ${mutant.times}`);
        return { contents: parts.join(mutant.put), loader: "ts" };
      });
    },
  };
}

async function bundled(mutant: Mutant, number: number): Promise<string> {
  await mkdir(folder, { recursive: true });
  const outfile = join(folder, `mutant-${number}.mjs`);
  await build({
    entryPoints: ["test/campaign/main.ts"],
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    outfile,
    logLevel: "error",
    plugins: [applied(mutant)],
  });
  return outfile;
}

/** Tries every mutant on every kind once, so many at a time. */
export async function tryMutants(seed: number, abreast: number, only: string | null = null): Promise<MutantReport[]> {
  const reports: MutantReport[] = [];
  const waiting = [...mutants.entries()].filter(([, { name }]) => only === null || name.includes(only));
  const runs = kindsOf("a").length;
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [number, mutant] = next;
      const file = await bundled(mutant, number);
      const told = await runApart(file, { leg: "a", runs, seed, kind: null }, { shard: 0, of: 1, first: true }, limitMs);
      const failure = typeof told === "string" ? null : told.failures[0];
      reports[number] = {
        name: mutant.name,
        file: mutant.file,
        // A mutant that ends the process or never ends has been noticed as well.
        caught: typeof told === "string" || failure !== undefined,
        by:
          typeof told === "string"
            ? `O6 ${told.slice(0, 80)}`
            : failure === undefined || failure === null
              ? ""
              : `${failure.oracle} ${failure.kind}`,
        runs: typeof told === "string" ? 0 : told.runs,
      };
    }
  };
  await Promise.all(Array.from({ length: abreast }, work));
  return reports.filter((report) => report !== undefined);
}
