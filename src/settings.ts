import type { Limits } from "./face.js";
import { providers, type ProviderId } from "./providers/index.js";
import type { Provider } from "./providers/provider.js";
import { registerSecret } from "./secrets.js";

export type Env = Readonly<Record<string, string | undefined>>;

export interface ProxySettings {
  httpProxy?: string;
  httpsProxy?: string;
  noProxy?: string;
}

/** One provider as the environment configures it. */
export interface ProviderSettings {
  provider: Provider;
  key: string | null;
  /** The variable the key was read from, or the one to set. */
  key_variable: string;
  base_url: string;
  base_url_from: string;
  /** The model to ask for when the caller names none. */
  model: string;
  /** Why this provider cannot be used, one sentence; never the value of a variable that may be a key. */
  problem: string | null;
}

export interface Settings {
  providers: ProviderSettings[];
  /** The configured providers in the order they are asked. */
  order: ProviderId[];
  limits: Limits;
  proxy: ProxySettings | null;
  sandbox: boolean;
  log_level: string;
  problems: string[];
}

export const defaultLimits: Limits = {
  max_attempts: 6,
  max_attempts_per_route: 2,
  deadline_ms: 50_000,
  deadline_with_progress_ms: 120_000,
  max_cost_usd: null,
  max_concurrent: 16,
  max_queued: 64,
  connect_ms: 10_000,
  first_token_ms: 15_000,
  idle_ms: 15_000,
  response_bytes: 8 * 1_048_576,
};

/** Variables that set a limit: name, the limit, and the range allowed. */
export const limitVariables = [
  { name: "CORRECTOVER_MAX_ATTEMPTS", limit: "max_attempts", min: 1, max: 8, what: "HTTP requests a call may make" },
  {
    name: "CORRECTOVER_MAX_ATTEMPTS_PER_ROUTE",
    limit: "max_attempts_per_route",
    min: 1,
    max: 4,
    what: "HTTP requests a call may make to one route",
  },
  {
    name: "CORRECTOVER_DEADLINE_MS",
    limit: "deadline_ms",
    min: 1_000,
    max: 600_000,
    what: "ms a call may take when the client shows no progress",
  },
  {
    name: "CORRECTOVER_DEADLINE_WITH_PROGRESS_MS",
    limit: "deadline_with_progress_ms",
    min: 1_000,
    max: 600_000,
    what: "ms a call may take when the client shows progress",
  },
  { name: "CORRECTOVER_MAX_COST_USD", limit: "max_cost_usd", min: 0, max: 1_000, what: "USD a call may cost" },
  { name: "CORRECTOVER_MAX_CONCURRENT", limit: "max_concurrent", min: 1, max: 256, what: "calls at one time" },
  { name: "CORRECTOVER_CONNECT_MS", limit: "connect_ms", min: 100, max: 60_000, what: "ms a connection may take" },
  {
    name: "CORRECTOVER_FIRST_TOKEN_MS",
    limit: "first_token_ms",
    min: 500,
    max: 600_000,
    what: "ms until the first token, while another route is left",
  },
  { name: "CORRECTOVER_IDLE_MS", limit: "idle_ms", min: 500, max: 600_000, what: "ms an answer may stall, while another route is left" },
] as const satisfies readonly { name: string; limit: keyof Limits; min: number; max: number; what: string }[];

/** The first variable that is set: `""` and a literal `${…}`, which hosts pass for an unset one, count as unset. */
export function variable(env: Env, names: readonly string[]): { name: string; value: string } | null {
  for (const name of names) {
    const value = env[name]?.trim();
    if (value !== undefined && value !== "" && !/^\$\{.*\}$/.test(value)) return { name, value };
  }
  return null;
}

const on = (env: Env, name: string): boolean => /^(?:1|true|yes|on)$/i.test(variable(env, [name])?.value ?? "");

/** Reads the environment. Never throws: what is wrong is said in `problems`, and the rest still works. */
export function readSettings(env: Env): Settings {
  const problems: string[] = [];
  const all = providers.map((provider) => readProvider(provider, env));
  for (const one of all) if (one.problem !== null && one.key !== null) problems.push(one.problem);
  if (variable(env, ["NODE_TLS_REJECT_UNAUTHORIZED"])?.value === "0" && !on(env, "CORRECTOVER_ALLOW_INSECURE_TLS")) {
    problems.push(
      "NODE_TLS_REJECT_UNAUTHORIZED=0 switches off all certificate checks, so keys could be read on the way: no provider is asked. Unset it (NODE_EXTRA_CA_CERTS adds a certificate), or set CORRECTOVER_ALLOW_INSECURE_TLS=1.",
    );
    for (const one of all) one.problem = "NODE_TLS_REJECT_UNAUTHORIZED=0 is set.";
  }
  const proxy = readProxy(env);
  if (typeof proxy === "string") {
    problems.push(proxy);
    for (const one of all) one.problem = proxy;
  }
  return {
    providers: all,
    order: readOrder(env, all, problems),
    limits: readLimits(env, problems),
    proxy: typeof proxy === "string" ? null : proxy,
    sandbox: on(env, "CORRECTOVER_SANDBOX"),
    log_level: variable(env, ["CORRECTOVER_LOG_LEVEL"])?.value ?? "warn",
    problems,
  };
}

function readProvider(provider: Provider, env: Env): ProviderSettings {
  const key = variable(env, provider.env.key);
  if (key !== null) registerSecret(key.value);
  const key_variable = key?.name ?? provider.env.key[0] ?? "";
  const base = readBaseUrl(provider, env, key?.name ?? null);
  const bad =
    key !== null && !/^[\x21-\x7e]{1,512}$/.test(key.value)
      ? `${key.name} holds characters that no key has (white space, control or non-ASCII characters). Copy the key again.`
      : null;
  return {
    provider,
    key: key?.value ?? null,
    key_variable,
    base_url: base.url,
    base_url_from: base.from,
    model: variable(env, provider.env.model)?.value ?? provider.models.default.id,
    problem: key === null ? `Set ${key_variable}.` : (bad ?? base.problem),
  };
}

interface BaseUrl {
  url: string;
  from: string;
  problem: string | null;
}

function readBaseUrl(provider: Provider, env: Env, keyName: string | null): BaseUrl {
  const implied = keyName === null ? undefined : provider.key_base_urls?.[keyName];
  const set = variable(env, provider.env.base_url);
  if (set === null)
    return { url: implied ?? provider.base_url, from: implied === undefined ? "default" : (keyName ?? "default"), problem: null };
  const checked = checkBaseUrl(set.value, provider, on(env, "CORRECTOVER_ALLOW_HTTP"));
  if (typeof checked === "string") return { url: checked, from: set.name, problem: null };
  return { url: provider.base_url, from: set.name, problem: `${set.name} ${checked.problem}` };
}

const loopback = /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\]|\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\])$/;

export const isLoopback = (hostname: string): boolean => loopback.test(hostname);

/** The normalised address, or what is wrong with it. */
export function checkBaseUrl(value: string, provider: Provider, allowHttp: boolean): string | { problem: string } {
  if (!URL.canParse(value)) return { problem: "is not a URL. It must look like https://host/path." };
  const url = new URL(value);
  if (url.protocol !== "https:" && url.protocol !== "http:")
    return { problem: `starts with ${url.protocol}// but only https:// (and http:// on this machine) is allowed.` };
  if (url.username !== "" || url.password !== "")
    return { problem: "holds a user name or password before the host. Leave them out; the key has its own variable." };
  if (url.search !== "" || url.hash !== "") return { problem: "holds a query or a fragment. Leave out everything after the path." };
  if (url.protocol === "http:" && !isLoopback(url.hostname) && !allowHttp) {
    return {
      problem:
        "is plain http to another machine, which would send the key readable. Use https, or set CORRECTOVER_ALLOW_HTTP=1 if the network is trusted.",
    };
  }
  const own = [provider.base_url, ...Object.values(provider.regions)].some((one) => new URL(one).host === url.host);
  const path = url.pathname.replace(/\/+$/, "").replace(provider.paths.chat, "");
  return `${url.origin}${path === "" && own ? provider.base_path : path}`;
}

function readOrder(env: Env, all: ProviderSettings[], problems: string[]): ProviderId[] {
  const usable = all.filter((one) => one.problem === null).map((one) => one.provider.id);
  const wanted = variable(env, ["CORRECTOVER_PROVIDERS"]);
  if (wanted === null) return usable;
  const names = wanted.value.split(/[\s,]+/).filter((name) => name !== "");
  const known = all.map((one) => one.provider.id);
  const unknown = names.filter((name) => !known.some((id) => id === name));
  if (unknown.length > 0) problems.push(`${wanted.name} names ${unknown.join(", ")}, which is not known. Allowed: ${known.join(", ")}.`);
  return names.flatMap((name) => usable.filter((id) => id === name));
}

function readLimits(env: Env, problems: string[]): Limits {
  const limits: Limits = { ...defaultLimits };
  for (const { name, limit, min, max } of limitVariables) {
    const set = variable(env, [name]);
    if (set === null) continue;
    const value = Number(set.value);
    const fits = limit === "max_cost_usd" ? Number.isFinite(value) : Number.isInteger(value);
    if (fits && value >= min && value <= max) limits[limit] = value;
    else
      problems.push(
        `${name} must be a ${limit === "max_cost_usd" ? "" : "whole "}number from ${min} to ${max}; the default ${String(limits[limit] ?? "(none)")} is used.`,
      );
  }
  return limits;
}

/** The proxies, or what is wrong with one of them; its address is not told, for it may hold a password. */
function readProxy(env: Env): ProxySettings | string | null {
  const https = variable(env, ["https_proxy", "HTTPS_PROXY"]);
  const http = variable(env, ["http_proxy", "HTTP_PROXY"]);
  if (https === null && http === null) return null;
  const none = variable(env, ["no_proxy", "NO_PROXY"]);
  for (const one of [https, http]) {
    if (one === null) continue;
    one.value = /^[a-z][a-z\d+.-]*:\/\//i.test(one.value) ? one.value : `http://${one.value}`; // `host:port`, as curl takes it
    if (!URL.canParse(one.value) || !/^(?:https?|socks5?):$/.test(new URL(one.value).protocol))
      return `${one.name} is not the address of a proxy (like http://host:port), so no provider is asked. Correct it or leave it out.`;
    registerSecret(percentDecoded(new URL(one.value).password));
  }
  return {
    ...(http === null ? {} : { httpProxy: http.value }),
    ...(https === null ? {} : { httpsProxy: https.value }),
    ...(none === null ? {} : { noProxy: none.value }),
  };
}

/** A lone `%` is taken as it stands. */
function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
