import { createEngine } from "./engine.js";
import { InvalidInput, type Failover, type FailoverOptions } from "./face.js";
import { noSettings, readSettings, type OwnSettings } from "./settings.js";
import { checkSettings } from "./settings-check.js";
import { readSettingsFile } from "./settings-file.js";
import type { Env } from "./variables.js";

/** Makes the one Failover of a process. Starting has no side effects: nothing is connected, nothing is written. */
export function createFailover(options: FailoverOptions = {}): Failover {
  const env = options.env ?? process.env;
  return createEngine(readSettings(env, ownSettings(options, env)), options);
}

function ownSettings({ settings, settings_file }: FailoverOptions, env: Env): OwnSettings {
  if (settings === undefined) return settings_file === true ? readSettingsFile(env) : noSettings;
  const checked = checkSettings(settings, env);
  if (checked.mistakes.length > 0) throw new InvalidInput("invalid_request", checked.mistakes.join(" "), "Correct the settings.");
  return { ...checked, file: null };
}
