import type { Clock } from "./clock.js";
import type { Outcome } from "./outcome.js";
import type { CallRecord } from "./reports.js";

/** Calls kept. A call's story without its texts is some kilobytes. */
export const keptCalls = 50;

/**
 * The last calls, in memory only and without what was asked and answered: who looks for a silent swap needs names, verdicts and
 * steps, and a prompt that is not kept cannot leak.
 */
export class History {
  readonly #records = new Map<string, CallRecord>();

  constructor(private readonly clock: Clock) {}

  add(outcome: Outcome): void {
    const { text, tool_calls, reasoning: _, rejected, ...story } = outcome;
    this.#records.set(outcome.call_id, {
      ended_at: new Date(this.clock.wall()).toISOString(),
      ...story,
      answer: outcome.verified ? { characters: text?.length ?? 0, tool_calls: tool_calls.length } : null,
      rejected: rejected === null ? null : { route: rejected.route, characters: rejected.text.length },
    });
    const [oldest] = this.#records.keys();
    if (this.#records.size > keptCalls && oldest !== undefined) this.#records.delete(oldest);
  }

  /** The newest first. */
  list(): CallRecord[] {
    return [...this.#records.values()].toReversed();
  }
}
