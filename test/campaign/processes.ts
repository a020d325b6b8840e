import { fork } from "node:child_process";
import type { Wanted } from "./plan.js";
import type { Shard } from "./run.js";
import type { Tally } from "./tally.js";

/** A part of the runs in a process of its own: the file is this program, or one with a mistake put in. */
export function runApart(file: string, wanted: Wanted, { shard, of, first = false }: Shard, limit_ms: number): Promise<Tally | string> {
  const { leg, runs, seed, kind, calm } = wanted;
  const words = ["--leg", leg, "--runs", String(runs), "--seed", String(seed), "--part", `${shard}/${of}${first ? "/first" : ""}`];
  return new Promise((resolve) => {
    const child = fork(file, [...words, ...(kind === null ? [] : ["--kind", kind]), ...(calm ? ["--calm"] : [])], {
      execArgv: ["--expose-gc"],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    let said = "";
    let told: Tally | null = null;
    const timer = setTimeout(() => {
      said = `did not end within ${limit_ms / 1_000} s`;
      child.kill("SIGKILL");
    }, limit_ms);
    child.stderr?.on("data", (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2_000)));
    child.on("message", (message) => {
      if (isTally(message)) told = message;
    });
    child.on("exit", (code) => {
      clearTimeout(timer);
      resolve(told ?? `exit code ${code}: ${said}`);
    });
  });
}

const isTally = (value: unknown): value is Tally => typeof value === "object" && value !== null && "kinds" in value && "failures" in value;
