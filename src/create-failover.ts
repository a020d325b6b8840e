import { createEngine } from "./engine.js";
import type { Failover, FailoverOptions } from "./face.js";
import { readSettings } from "./settings.js";

/** Makes the one Failover of a process. Starting has no side effects: nothing is connected, nothing is written. */
export function createFailover(options: FailoverOptions = {}): Failover {
  return createEngine(readSettings(options.env ?? process.env), options);
}
