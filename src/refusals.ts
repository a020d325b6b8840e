import type { CallError, CallOptions } from "./outcome.js";
import type { Settings } from "./settings.js";

/** What a call is told that never began. */
export const turnedAway = {
  overloaded: {
    code: "overloaded",
    message: "Too many calls are under way and waiting.",
    next: "Call again when one has ended, or raise CORRECTOVER_MAX_CONCURRENT.",
  },
  late: {
    code: "deadline_exceeded",
    message: "The deadline passed while the call waited for its turn.",
    next: "Raise deadline_ms, make fewer calls at a time, or raise CORRECTOVER_MAX_CONCURRENT.",
  },
  unchecked: {
    code: "deadline_exceeded",
    message: "The deadline passed while the JSON Schema waited to be checked behind others.",
    next: "Raise deadline_ms, or make fewer calls with schemas that take long to check.",
  },
  cancelled: { code: "cancelled", message: "The caller cancelled.", next: "Nothing to do." },
} as const;

export type TurnedAway = keyof typeof turnedAway;

export function notConfigured(settings: Settings, options: CallOptions): CallError {
  const wanted = options.providers ?? (options.provider === undefined ? null : [options.provider]);
  const asked = settings.providers.filter((one) => wanted === null || wanted.some((id) => id === one.provider.id));
  const broken = asked.filter((one) => one.key !== null && one.problem !== null).map((one) => one.problem);
  const variables = asked.filter((one) => one.key === null).map((one) => one.provider.env.key[0]);
  return {
    code: "not_configured",
    message: ["No provider that was asked for is configured.", ...new Set(broken)].join(" "),
    next: `${variables.length === 0 ? "Correct the settings" : `Set ${variables.join(" or ")}`} in the env block of this server's configuration. To try it without any key, start it with --sandbox or run the demo command.`,
    retry_after_ms: null,
  };
}
