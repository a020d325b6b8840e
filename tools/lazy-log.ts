import type { Log, LogLevel, Sink } from "./log.js";

/** The log, loaded with its first line: a server that is only asked for its tools should not wait for it. */
export function lazyLog(level: LogLevel, sink: Sink): Log {
  let waiting: ((log: Log) => void)[] | null = null;
  let ready: Log | null = null;
  const load = async (): Promise<void> => {
    const { createLog } = await import("./log.js");
    ready = createLog(level, sink);
    for (const entry of waiting ?? []) entry(ready);
    waiting = null;
  };
  const use = (entry: (log: Log) => void): void => {
    if (ready !== null) return entry(ready);
    if (waiting !== null) return void waiting.push(entry);
    waiting = [entry];
    load().catch((error: unknown) =>
      sink.write(`${JSON.stringify({ level: "error", message: "the log could not be loaded", error: String(error) })}\n`),
    );
  };
  return {
    event: (event) => use((log) => log.event(event)),
    warn: (message) => use((log) => log.warn(message)),
    failure: (message, error) => use((log) => log.failure(message, error)),
  };
}
