import { byExperience, type Experience, type PutLast } from "./experience.js";
import type { RouteKey } from "./gates.js";
import type { CallOptions } from "./outcome.js";
import { modelFacts } from "./providers/catalogue.js";
import { isBuiltIn, type AnyProvider, type ProviderId, type ProviderName } from "./providers/provider.js";
import type { ProviderSettings, Settings } from "./settings.js";

/** One route a call may take. */
export interface Candidate {
  provider: AnyProvider;
  model: string;
  /** As the caller named the model; `null` when the provider's default was taken. */
  requested: string | null;
  /** `fallback` is the provider's second choice of model. */
  role: "primary" | "fallback";
  base_url: string;
  key: string;
  key_variable: string;
  /** `provider/model`, as it is shown. */
  name: string;
  gate: RouteKey;
  /** Faults to simulate, one an attempt; the last one repeats. */
  faults: readonly string[];
  simulated: boolean;
  /** Tokens of context and of answer; `null` when not known. */
  window: number | null;
  max_output: number | null;
  /** Whether the model can think before it answers. */
  reasons: boolean;
}

/** Where the simulated providers listen. */
export type SimulatedUrl = (provider: ProviderId, fault?: string) => string;

/**
 * The routes of a call: each provider's first choice of model in order, then their fallback models in the same order. Experience
 * changes the order only where the caller has not said it.
 */
export function candidatesFor(
  options: CallOptions,
  settings: Settings,
  experience: Experience,
  simulated: SimulatedUrl | null,
): { candidates: Candidate[]; put_last: PutLast[] } {
  const { primaries, fallbacks, explicit } = simulated === null ? remembered(options, settings) : choose(options, settings, simulated);
  const { ordered, put_last } = explicit ? { ordered: primaries, put_last: [] } : byExperience(primaries, experience);
  return { candidates: [...ordered, ...fallbacks], put_last };
}

interface Choice {
  primaries: readonly Candidate[];
  fallbacks: readonly Candidate[];
  /** The caller said whom to ask, and in which order. */
  explicit: boolean;
}

const choices = new WeakMap<Settings, Map<string, Choice>>();
/** Callers ask in a few ways over and over. */
const enough = 64;

/** Made once for each way to ask: what it is made of does not change while the settings stand. */
function remembered(options: CallOptions, settings: Settings): Choice {
  const { model, provider, providers } = options;
  const known = choices.get(settings) ?? new Map<string, Choice>();
  choices.set(settings, known);
  const way = JSON.stringify([model, provider, providers]);
  const choice = known.get(way) ?? choose(options, settings, null);
  if (known.size >= enough) known.clear();
  known.set(way, choice);
  return choice;
}

function choose(options: CallOptions, settings: Settings, simulated: SimulatedUrl | null): Choice {
  const named = splitModel(options.model, settings);
  const chosen = providerOrder(options, settings, named.provider)
    .map((id) => settings.providers.find((one) => one.provider.id === id))
    .filter((one) => one !== undefined);
  const asked = named.model === null ? new Set<ProviderName>() : serving(named.model, named.provider, chosen, options);
  const primaries: Candidate[] = [];
  const fallbacks: Candidate[] = [];
  const ordered = [...chosen.filter((one) => asked.has(one.provider.id)), ...chosen.filter((one) => !asked.has(one.provider.id))];
  for (const one of ordered) {
    const make = maker(one, options, settings, simulated);
    if (make === null) continue;
    const model = named.model !== null && asked.has(one.provider.id) ? named.model : one.model;
    const second = [one.model, one.provider.models.fallback.id, one.provider.models.default.id].find((id) => id !== model);
    primaries.push(make(model, model === named.model ? (options.model ?? null) : null, "primary"));
    if (second !== undefined) fallbacks.push(make(second, null, "fallback"));
  }
  const explicit = options.provider !== undefined || options.providers !== undefined || named.model !== null;
  return { primaries, fallbacks, explicit };
}

/** `groq/openai/gpt-oss-20b` names provider and model; so does a model alone that only some providers list. */
function splitModel(model: string | undefined, settings: Settings): { provider: ProviderName | null; model: string | null } {
  if (model === undefined) return { provider: null, model: null };
  const slash = model.indexOf("/");
  const prefix = settings.providers.find((one) => one.provider.id === model.slice(0, slash))?.provider;
  // `openai/gpt-oss-20b` is a model of Groq and Together: a provider that itself lists the whole name goes first.
  const whole = settings.providers.some((one) => modelFacts(one.provider, model) !== null);
  if (slash < 0 || prefix === undefined || whole) return { provider: null, model };
  return { provider: prefix.id, model: model.slice(slash + 1) };
}

function serving(model: string, named: ProviderName | null, chosen: ProviderSettings[], options: CallOptions): Set<ProviderName> {
  const only = options.provider ?? named;
  if (only !== null) return new Set([only]);
  const listing = chosen.filter((one) => modelFacts(one.provider, model) !== null || one.model === model).map((one) => one.provider.id);
  const first = chosen[0]?.provider.id;
  return new Set(listing.length > 0 || first === undefined ? listing : [first]);
}

function providerOrder(options: CallOptions, settings: Settings, named: ProviderName | null): ProviderName[] {
  if (options.providers !== undefined) return [...new Set(options.providers)];
  const all = settings.providers.map((one) => one.provider.id);
  const simulated = all.filter((id) => options.simulate?.[id] !== undefined);
  const base = settings.sandbox && !settings.order.some(isBuiltIn) ? all : settings.order;
  const first = options.provider ?? named;
  return [...new Set([...(first === null ? [] : [first]), ...simulated, ...base])];
}

type Make = (model: string, requested: string | null, role: Candidate["role"]) => Candidate;

function maker(one: ProviderSettings, options: CallOptions, settings: Settings, simulated: SimulatedUrl | null): Make | null {
  const { provider } = one;
  const fault = options.simulate?.[provider.id];
  const faults = fault === undefined ? [] : typeof fault === "string" ? [fault] : [...fault];
  const inSandbox = simulated !== null && (settings.sandbox || faults.length > 0);
  if (!inSandbox && (one.key === null || one.problem !== null)) return null;
  if (inSandbox && !isBuiltIn(provider.id)) return null; // the sandbox knows only the nine
  const base_url = inSandbox && isBuiltIn(provider.id) ? simulated(provider.id) : one.base_url;
  const key = inSandbox ? "sandbox" : (one.key ?? "");
  const account = `${provider.id} ${base_url} ${faults.join(",")}`;
  return (model, requested, role) => {
    const facts = modelFacts(provider, model);
    const name = `${provider.id}/${model}`;
    return {
      provider,
      model,
      requested,
      role,
      base_url,
      key,
      key_variable: one.key_variable,
      name,
      gate: { route: `${account} ${model}`, account },
      faults,
      simulated: inSandbox,
      window: facts?.context_tokens ?? null,
      max_output: facts?.max_output_tokens ?? null,
      reasons: facts?.reasoning === true,
    };
  };
}
