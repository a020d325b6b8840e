/**
 * What can go wrong, as data: every reason belongs to one of nine classes and says how to react to it and what to tell the
 * user. Placeholders in the sentences: {provider} {model} {key} (variable holding the key) {base} (base URL in use).
 *
 * Sources: providers' own error pages and 172 recorded failures, collected 2026-11-20.
 */

export const faultClasses = ["network", "timeout", "auth", "quota", "rate_limit", "server", "request", "policy", "contract"] as const;
export type FaultClass = (typeof faultClasses)[number];

/** What one reason asks of the plan. */
export interface Reaction {
  class: FaultClass;
  /** The same route again: never, once after a jittered back-off, after the wait the provider asked for, or only changed. */
  same_route: "no" | "once" | "wait" | "changed";
  /** The provider's fallback model: no, yes, or only one with a larger context window. */
  other_model: "no" | "yes" | "larger";
  /** Another provider: no, yes, or only when the caller opted in. */
  other_provider: "no" | "yes" | "opt_in";
  breaker: "failure" | "neutral";
  /** Keeps the route, the account (provider, base URL, key) or the way out of this machine closed for a while. */
  hold: { scope: "route" | "account" | "egress"; ms: number } | null;
  /** What happened, in one sentence. */
  says: string;
  /** What the user can do about it. */
  next: string;
}

type Policy = Omit<Reaction, "says" | "next">;

const minutes = 60_000;
const common = { same_route: "no", other_model: "yes", other_provider: "yes", breaker: "neutral", hold: null } as const;

const policies = {
  network: { ...common, class: "network", same_route: "once", breaker: "failure" },
  offline: { ...common, class: "network", other_model: "no", hold: { scope: "egress", ms: 2_000 } },
  tls: { ...common, class: "network", other_model: "no", hold: { scope: "account", ms: 1 * minutes } },
  timeout: { ...common, class: "timeout", breaker: "failure" },
  impatient: { ...common, class: "timeout" },
  auth: { ...common, class: "auth", other_model: "no", hold: { scope: "account", ms: 5 * minutes } },
  forbidden: { ...common, class: "auth", hold: { scope: "route", ms: 1 * minutes } },
  quota: { ...common, class: "quota", other_model: "no", hold: { scope: "account", ms: 15 * minutes } },
  rate: { ...common, class: "rate_limit", same_route: "wait" },
  server: { ...common, class: "server", same_route: "once", breaker: "failure" },
  protocol: { ...common, class: "server", same_route: "once", breaker: "failure" },
  oversize: { ...common, class: "server", breaker: "failure" },
  request: { ...common, class: "request" },
  gone: { ...common, class: "request", hold: { scope: "route", ms: 10 * minutes } },
  adaptable: { ...common, class: "request", same_route: "changed" },
  larger: { ...common, class: "request", other_model: "larger" },
  callers: { ...common, class: "request", other_model: "no", other_provider: "no" },
  policy: { ...common, class: "policy", other_model: "no", other_provider: "opt_in" },
  bad_answer: { ...common, class: "contract", same_route: "once", breaker: "failure" },
  asked_too_much: { ...common, class: "contract", same_route: "once" },
  cut_by_limit: { ...common, class: "contract", same_route: "changed" },
  too_dear: { ...common, class: "contract", other_model: "no", other_provider: "no" },
} satisfies Record<string, Policy>;

const as = (policy: Policy, says: string, next: string): Reaction => ({ ...policy, says, next });

const billing = "Add credit or raise the limit with {provider}; until then the other configured providers answer.";
const wait = "Wait, lower the rate of calls, or let another configured provider take them.";
const passing = "Nothing to do: this usually passes. {provider}'s status page tells if it does not.";

/** Every reason a single attempt can fail for, except those found by the contract, whose reasons are its finding codes. */
export const reasons = {
  dns: as(policies.offline, "The name of {provider}'s host could not be resolved.", "Check the network, and {base} for a typo."),
  unreachable: as(policies.offline, "No way to {provider}'s host from this machine.", "Check the network, VPN and proxy (HTTPS_PROXY, NO_PROXY)."),
  proxy: as(policies.offline, "The proxy did not let the request to {provider} through.", "Check HTTPS_PROXY and NO_PROXY."),
  refused: as(policies.network, "{provider}'s host refused the connection.", "Check {base}, and HTTPS_PROXY if one is set."),
  reset: as(policies.network, "The connection to {provider} broke off.", passing),
  connect_timeout: as(policies.network, "{provider}'s host did not accept a connection in time.", "Check the network, the proxy and {base}."),
  tls: as(policies.tls, "The secure connection to {provider} could not be trusted.", "Behind a proxy that inspects TLS, point NODE_EXTRA_CA_CERTS at its certificate."),

  headers: as(policies.timeout, "{provider} took the request and did not answer in time.", "Give the call a longer deadline_ms, or put a faster provider first."),
  first_token: as(policies.timeout, "{provider} sent no first token in time.", "Give the call a longer deadline_ms, or put a faster provider first."),
  idle: as(policies.timeout, "{provider}'s answer stalled.", "Nothing to do: another attempt takes over."),
  total: as(policies.timeout, "{provider}'s answer did not finish in time.", "Give the call a longer deadline_ms, or ask for fewer tokens."),
  keepalive_only: as(policies.timeout, "{provider} kept the connection alive but sent nothing of an answer.", "Put a less loaded provider first, or give the call a longer deadline_ms."),
  no_terminal: as(policies.timeout, "{provider} never finished the answer it had begun.", "Nothing to do: another attempt takes over."),
  gateway_timeout: as(policies.timeout, "A gateway in front of {provider} gave up waiting for it.", "Ask for fewer tokens, or leave streaming on."),
  impatient: as(policies.impatient, "There was too little time left for {provider} to answer.", "Give the call a longer deadline_ms."),

  invalid_key: as(policies.auth, "{provider} does not accept the key.", "Check {key}. Keys are bound to a region: {base} must be the one the key was made for."),
  wrong_region: as(policies.auth, "{provider} does not accept the key at this address.", "The key belongs to another region or plan: change the base URL ({base}) or {key}."),
  account: as(policies.auth, "{provider} has locked or not yet activated the account.", "Look into the account with {provider}; the key is in {key}."),
  forbidden: as(policies.forbidden, "{provider} does not let this key do that.", "Check what {key} may use, and whether {provider} serves your country."),

  billing: as(policies.quota, "The account with {provider} has no credit left.", billing),
  billing_or_verification: as(policies.quota, "{provider} wants credit or a verified identity for this account.", billing),
  spend_limit: as(policies.quota, "The account with {provider} has reached its spending limit.", billing),
  daily: as(policies.quota, "The account with {provider} has used up today's allowance.", "It is renewed tomorrow; until then the other configured providers answer."),
  window: as(policies.quota, "The account with {provider} has used up the allowance of its current window.", "It is renewed when the window ends."),

  rate_limited: as(policies.rate, "{provider} limits the rate of calls.", wait),
  rpm: as(policies.rate, "{provider} limits the requests a minute.", wait),
  tpm: as(policies.rate, "{provider} limits the tokens a minute.", wait),
  concurrency: as(policies.rate, "{provider} limits the calls at one time.", wait),
  acceleration: as(policies.rate, "{provider} limits how fast usage may grow.", wait),

  server_error: as(policies.server, "{provider} failed on its side.", passing),
  overloaded: as(policies.server, "{provider} is overloaded.", passing),
  capacity: as(policies.server, "{provider} has no capacity for this tier.", passing),
  unavailable: as(policies.server, "{provider} is not available.", passing),
  gateway: as(policies.server, "A gateway in front of {provider} could not reach it.", passing),
  server_timeout: as(policies.server, "{provider} timed out on its side.", passing),
  in_band: as(policies.server, "{provider} answered with success and an error inside.", passing),
  bad_status: as(policies.protocol, "{provider} answered with a status that no chat API uses.", "Check {base}: it may point at a website or an old address."),
  redirect: as(policies.protocol, "{provider} answered with a redirect, which is never followed because the key would go with it.", "Set the base URL to the final address; now it is {base}."),
  not_http: as(policies.protocol, "{provider}'s host did not speak HTTP as it should.", "Check {base} and the proxy."),
  too_large: as(policies.oversize, "{provider}'s answer was larger than the limit.", "Ask for fewer tokens."),

  context_length: as(policies.larger, "The request is longer than {model}'s context window.", "Shorten the messages or choose a model with a larger window."),
  payload_too_large: as(policies.larger, "The request is larger than {provider} takes.", "Shorten the messages."),
  exceeds_tier_limit: as(policies.request, "The request alone exceeds the tokens a minute that this account has with {provider}.", "Shorten it or raise the account's tier: waiting never helps."),
  model_unavailable: as(policies.gone, "{provider} does not serve the model {model} (any more), or not to this key.", "Choose another model; the providers tool lists those known to be served."),
  unsupported_param: as(policies.adaptable, "{model} at {provider} does not take a parameter of the request.", "Leave the parameter out, or choose another model."),
  schema_unsupported: as(policies.adaptable, "{provider} cannot enforce this JSON Schema for {model}.", "Simplify the schema; it is checked here in any case."),
  invalid_history: as(policies.request, "{provider} does not accept this sequence of messages.", "Check the order of roles and that every tool call has its result."),
  invalid_param: as(policies.callers, "A parameter of the request is not valid.", "Correct the parameter: no provider would take it."),
  bad_request: as(policies.request, "{provider} did not accept the request.", "See the excerpt of its answer for what it objects to."),
  not_found: as(policies.request, "{provider} has nothing at this address.", "Check {base}."),

  filtered: as(policies.policy, "{provider}'s content filter stopped this request or its answer.", "Rephrase the request, or allow other providers with on_refusal: \"failover\"."),
  refusal: as(policies.policy, "The model declined to answer.", "Rephrase the request, or allow other providers with on_refusal: \"failover\"."),
} satisfies Record<string, Reaction>;

export type FaultReason = keyof typeof reasons;

/** How to react to a rejected answer, by the finding that weighs most; any other finding of a contract is `bad_answer`. */
export const rejections: Record<string, Policy> = {
  mismatch: policies.asked_too_much,
  not_json: policies.asked_too_much,
  tool_call: policies.asked_too_much,
  unknown_tool: policies.asked_too_much,
  missing_tool_call: policies.asked_too_much,
  must_contain: policies.asked_too_much,
  must_not_contain: policies.asked_too_much,
  wrong_language: policies.asked_too_much,
  refusal_phrase: policies.asked_too_much,
  too_short: policies.asked_too_much,
  too_long: policies.asked_too_much,
  too_slow: policies.asked_too_much,
  first_token_too_slow: policies.asked_too_much,
  over_cap: policies.too_dear,
  over_tokens: policies.too_dear,
  unknown_cost: policies.asked_too_much,
  truncated: policies.cut_by_limit,
  budget_eaten_by_reasoning: policies.cut_by_limit,
  context_full: { ...policies.asked_too_much, same_route: "no", other_model: "larger" },
};

/** The reaction to an answer the contract rejected with this finding code. */
export const rejectionPolicy = (code: string): Policy => (Object.hasOwn(rejections, code) ? rejections[code] : undefined) ?? policies.bad_answer;
