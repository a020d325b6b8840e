import type { FaultClass } from "../../../src/fault-policies.js";
import type { Fate, Fits, Hold, Kind, KindOptions, Setting, Wire } from "../nouns.js";

/** What the tables of kinds are written in. */

export const accepted: Fate = { is: "good" };
export const either = (why: string): Fate => ({ is: "either", why });

export function bad(
  classes: FaultClass | readonly FaultClass[],
  reasons?: string | readonly string[],
  more: { hold?: Hold; retry_after_ms?: number | null } = {},
): Fate {
  const told = typeof reasons === "string" ? [reasons] : reasons;
  // With little time left of the call, a silence that would be a fault says nothing about the route.
  const reason = classes === "timeout" && told !== undefined ? [...told, "impatient"] : told;
  return { is: "bad", class: typeof classes === "string" ? [classes] : classes, ...(reason === undefined ? {} : { reason }), ...more };
}

type Row = [name: string, defect: string, fate: Kind["fate"], play: (setting: Setting) => Wire, fits?: Fits, options?: KindOptions];

export const rows = (legs: Kind["legs"], ...list: readonly Row[]): Kind[] =>
  list.map(([name, defect, fate, play, fits = {}, options]) => ({
    name,
    defect,
    legs,
    fits,
    fate,
    play,
    ...(options === undefined ? {} : { options }),
  }));

export const bodies: Fits = { forms: ["body"] };
export const streams: Fits = { forms: ["stream"] };

/** The same row for each of several values. */
export const each = <T>(values: readonly T[], make: (value: T) => Kind[]): Kind[] => values.flatMap(make);
