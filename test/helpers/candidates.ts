import { experienceOf } from "../../src/experience.js";
import { createGates, type Gates } from "../../src/gates.js";
import { Knowledge } from "../../src/knowledge.js";
import type { CallOptions } from "../../src/outcome.js";
import { type Candidate, candidatesFor } from "../../src/routes.js";
import { type Env, readSettings } from "../../src/settings.js";
import { fakeClock } from "./fake-clock.js";

export const keys = (...names: string[]): Env =>
  Object.fromEntries(names.map((name) => [`${name.toUpperCase()}_API_KEY`, `key-of-${name}-0123456789`]));
export const three = keys("openai", "anthropic", "deepseek");
export const hosts = keys("openai", "groq", "together");
export const sandbox = (provider: string, fault?: string) => `http://127.0.0.1:9/${provider}${fault === undefined ? "" : `/${fault}`}`;

export interface Around {
  env?: Env;
  knowledge?: Knowledge;
  gates?: Gates;
  simulated?: boolean;
}

export function candidates(
  options: CallOptions,
  { env = three, knowledge = new Knowledge(fakeClock()), gates = createGates(fakeClock()), simulated = false }: Around = {},
): Candidate[] {
  const experience = experienceOf(knowledge, gates);
  return candidatesFor(options, readSettings(env), experience, simulated ? sandbox : null).candidates;
}
export const names = (options: CallOptions, around: Around = {}) => candidates(options, around).map((one) => one.name);
