import type { FaultReason } from "./fault-reasons.js";
import type { FaultRule } from "./providers/provider.js";

/**
 * What an error means where its provider has no row of its own for it. By word first, since statuses are shared by unlike
 * things; by prose only where the dialects have no word; then by status. The last row always matches.
 */

export interface Evidence {
  /** HTTP status; for an error inside a 200 or a stream the status it names itself, else `null`. */
  status: number | null;
  /** The error's code and type. */
  words: readonly string[];
  message: string;
}

type Condition = Omit<FaultRule, "reason" | "source">;

const rule = (reason: FaultReason, source: string, when: Condition): FaultRule => ({ reason, source, ...when });

const recorded = "recorded errors, 2023–2026";
const openaiCodes = "developers.openai.com/api/docs/guides/error-codes, 2026-10";
const anthropicTypes = "npm @anthropic-ai/sdk@1.11.0 resources/shared.d.ts, 2026-11-19";

/** Statuses under which a request is turned down for what it is. A 429 or 5xx that mentions a key or a model is about neither. */
const refusing = [null, 200, 400, 402, 403, 404, 405, 410, 413, 415, 422] as const;
const refusingKey = [null, 200, 400, 401, 403] as const;
const inBand = [null, 200] as const;

const byWord: readonly FaultRule[] = [
  rule("exceeds_tier_limit", "recorded: OpenAI 429 (2026), Groq 413 (2026-05)", {
    word: "rate_limit_exceeded",
    message: /request too large/i,
  }),
  rule("spend_limit", anthropicTypes, { word: /^.*_(?:spend|usage)_limit_(?:reached|exceeded)$/i }),
  rule("billing", openaiCodes, {
    word: [
      "insufficient_quota",
      "credit_balance_exhausted",
      "billing_hard_limit_reached",
      "billing_not_active",
      "billing_error",
      "insufficient_balance",
      "payment_required",
    ],
  }),
  rule("account", openaiCodes, { word: ["account_deactivated", "organization_deactivated", "account_suspended"] }),
  rule("invalid_key", recorded, {
    status: refusingKey,
    word: [
      "invalid_api_key",
      "invalidapikey",
      "invalid_key",
      "wrong_api_key",
      "incorrect_api_key_error",
      "authentication_error",
      "invalid_authentication_error",
      "unauthorized",
    ],
  }),
  rule("forbidden", anthropicTypes, {
    status: refusingKey,
    word: [
      "permission_error",
      "permission_denied",
      "permission_denied_error",
      "accessdenied",
      "access_denied",
      "unsupported_country_region_territory",
    ],
  }),
  rule("filtered", recorded, {
    word: ["content_filter", "content_policy_violation", "data_inspection_failed", "datainspectionfailed", "invalid_prompt"],
  }),
  rule("context_length", recorded, { word: ["context_length_exceeded", "too_many_prompt_tokens", "context_window_exceeded"] }),
  rule("model_unavailable", recorded, {
    status: refusing,
    word: [
      "model_not_found",
      "model_not_available",
      "model_decommissioned",
      "model_terms_required",
      "modelnotfound",
      "invalid_model",
      "unknown_model",
      "deploymentnotfound",
      "resource_not_found_error",
    ],
  }),
  rule("provider_side", "recorded: Groq (2025–2026), Cerebras", { word: ["tool_use_failed", "json_validate_failed"] }),
  rule("schema_unsupported", recorded, { status: refusing, word: ["invalid_function_parameters", "invalid_json_schema"] }),
  // A largest value is the model's own limit; below the smallest one, no model takes it.
  rule("invalid_param", recorded, { word: ["decimal_above_max_value", "decimal_below_min_value", "integer_below_min_value"] }),
  rule("unsupported_param", recorded, { status: refusing, word: ["integer_above_max_value"] }),
  rule("payload_too_large", anthropicTypes, { word: "request_too_large" }),
  rule("overloaded", recorded, { word: ["overloaded_error", "engine_overloaded_error", "server_is_overloaded", "overloaded"] }),
  rule("acceleration", anthropicTypes, { word: ["ramp_limit_exceeded", "slow_down"] }),
  rule("capacity", "console.groq.com/docs/flex-processing", { word: "capacity_exceeded" }),
  rule("rate_limited", recorded, {
    word: [
      "rate_limit_exceeded",
      "rate_limit_error",
      "rate_limit_reached_error",
      "rate_limit",
      "rate_limited",
      "model_rate_limit",
      "ratelimitreached",
      "too_many_requests",
    ],
  }),
  // With a status of its own, the status says more than these: `server_error` also stands beside 503.
  rule("server_timeout", anthropicTypes, { status: inBand, word: "timeout_error" }),
  rule("unavailable", recorded, { status: inBand, word: ["service_unavailable", "server_unavailable"] }),
  rule("server_error", recorded, {
    status: inBand,
    word: ["server_error", "api_error", "internal_server_error", "internal_error", "internalerror"],
  }),
];

const notSupported =
  /unsupported (?:parameter|value)|un(?:known|recognized) (?:request )?(?:parameter|argument)|(?:not|n't) (?:yet |currently )?support|not supported|not enabled for this model|deprecated for this model|only \S{1,20} is allowed|may not be (?:enabled|specified)|extra inputs are not permitted|requires --enable/;

/** Parameters this product sends by itself and can leave out; named here so that an error about one of them tells which. */
const droppable = [
  "temperature",
  "top_p",
  "tool_choice",
  "reasoning_effort",
  "response_format",
  "stream_options",
  "stop",
  "enable_thinking",
  "thinking",
  "reasoning",
];

const aboutParameter = droppable.map((param) =>
  rule("unsupported_param", recorded, {
    status: refusing,
    message: new RegExp(`^(?=[^]*\\b${param}\\b)[^]*(?:${notSupported.source})`, "i"),
    param,
  }),
);

const byMessage: readonly FaultRule[] = [
  rule("billing", "recorded: Anthropic, Hugging Face; api-docs.deepseek.com error codes", {
    status: [null, 200, 400, 402, 403, 429],
    message:
      /credit balance is too low|insufficient (?:account )?(?:balance|credits?|funds)|(?:depleted|exceeded) your .{0,40}credits|billing (?:hard )?limit|recharge your account/i,
  }),
  rule("spend_limit", "oh-my-pi CHANGELOG #4787, 2026", { status: [null, 200, 400, 403, 429], message: /spend(?:ing)? limit/i }),
  rule("invalid_key", "recorded: xAI 400, Baseten 403", {
    status: refusingKey,
    message: /(?:incorrect|invalid|wrong|expired|check the) api[- ]?key|invalid (?:access )?token/i,
  }),
  rule("forbidden", "recorded: OpenAI 401", { status: [401, 403], message: /insufficient permissions?|missing scopes/i }),
  rule("context_length", "every dialect's own phrase: recorded, and npm @earendil-works/pi-ai@1.5.2 overflow.js, 2026-11-10", {
    status: refusing,
    message:
      /context (?:length|window|size)|prompt (?:is )?too long|prompt exceeds max|exceeded model token limit|range of input length|max_seq_len|reduce the length of the (?:messages|input)|longer than the model|max_new_tokens.{0,20} must be|input tokens? (?:count )?exceeds?|maximum prompt length|too many (?:input |prompt )?tokens/i,
  }),
  rule("schema_unsupported", "recorded: OpenAI, Groq, Cerebras; github.com/anthropics/claude-code/issues/55539; MoonshotAI/kimi-code#792", {
    status: refusing,
    message:
      /(?:response[_ ]format|json[_ ]schema|output format|structured outputs?|json mode)\b.{0,80}not (?:currently |a )?(?:support|valid)|not support.{0,40}(?:response[_ ]format|json[_ ]schema|output format)|unsupported.{0,5}response_format|invalid (?:json )?schema|(?:valid .{0,40}|invalid )json[_ ]schema|compiled grammar|xgrammar|grammar is |output_(?:config\.)?format/i,
  }),
  rule("invalid_history", "recorded: OpenAI, Anthropic, Mistral; oh-my-pi CHANGELOG #10690", {
    status: refusing,
    message:
      /must be followed by tool messages|tool_call_ids? did not have|must end with a user message|prefill|non-empty content|unexpected role|roles must alternate|must be passed back|without a corresponding tool/i,
  }),
  rule("filtered", "recorded: Azure; help.aliyun.com/en/model-studio/error-code", {
    status: refusing,
    message: /content (?:management|filter|policy|violates)|inappropriate content|considered high risk|safety system|敏感内容/i,
  }),
  ...aboutParameter,
  rule("unsupported_param", recorded, { status: refusing, message: new RegExp(notSupported.source, "i") }),
  rule("model_unavailable", "recorded: OpenAI, Groq, Together, DeepSeek, OpenRouter, xAI, Mistral", {
    status: refusing,
    message:
      /\bmodels?\b.{0,200}(?:n[o']t exist|not (?:be )?found|decommissioned|deprecated|no longer|not available|not a valid|but you passed)|(?:unknown|invalid|not found the) model|not a (?:valid|chat) model|unable to access .{0,20}model|no endpoints found/i,
  }),
  rule("overloaded", "recorded: xAI 503; github.com/togethercomputer/together-cookbook/issues/57", {
    status: [null, 200, 429, 500, 502, 503],
    message: /overloaded|(?:over|at) capacity|too busy|访问量过大/i,
  }),
  rule("rate_limited", recorded, { status: inBand, message: /rate limit|too many requests/i }),
];

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

const rfc = "RFC 9110";
const cloudflare = "developers.cloudflare.com/support/troubleshooting/http-status-codes";
const sdks = "npm openai@7.55.0 and @anthropic-ai/sdk@1.11.0 retry policy, 2026-11";

const byStatus: readonly FaultRule[] = [
  rule("in_band", recorded, { status: inBand }),
  rule("redirect", "a redirect would take the key along: measured on undici 7.30.2", { status: range(300, 399) }),
  rule("invalid_key", rfc, { status: 401 }),
  rule("billing", rfc, { status: 402 }),
  rule("forbidden", rfc, { status: 403 }),
  rule("model_unavailable", recorded, { status: [404, 410], message: /\bmodel/i }),
  rule("not_found", rfc, { status: [404, 410] }),
  rule("proxy", rfc, { status: 407 }),
  rule("server_timeout", sdks, { status: [408, 409] }),
  rule("payload_too_large", rfc, { status: 413 }),
  rule("unavailable", "RFC 8470: the server wants it later", { status: 425 }),
  rule("rate_limited", "RFC 6585", { status: 429 }),
  rule("filtered", "RFC 7725", { status: 451 }),
  rule("capacity", "console.groq.com/docs/errors", { status: 498 }),
  rule("reset", "console.groq.com/docs/errors, platform.kimi.ai/docs/api/errors", { status: 499 }),
  rule("bad_request", rfc, { status: range(400, 499) }),
  rule("gateway", cloudflare, { status: [502, 520, 521, 522, 523, 525, 526, 530] }),
  rule("unavailable", rfc, { status: 503 }),
  rule("gateway_timeout", cloudflare, { status: [504, 524] }),
  rule("overloaded", anthropicTypes, { status: 529 }),
  rule("server_error", rfc, { status: range(500, 599) }),
  rule("bad_status", "no chat API answers with anything else", {}),
];

/** To be tried after the provider's own rows. */
export const commonRules: readonly FaultRule[] = [...byWord, ...byMessage, ...byStatus];

/** The first row whose conditions all hold. */
export function matchRule(rules: readonly FaultRule[], evidence: Evidence): FaultRule | null {
  const words = evidence.words.map((word) => word.toLowerCase());
  return (
    rules.find((row) => hasStatus(row, evidence.status) && hasWord(row, words) && (row.message?.test(evidence.message) ?? true)) ?? null
  );
}

const hasStatus = ({ status: wanted }: FaultRule, status: number | null): boolean =>
  wanted === undefined || (typeof wanted === "number" || wanted === null ? wanted === status : wanted.includes(status));

function hasWord({ word }: FaultRule, words: readonly string[]): boolean {
  if (word === undefined) return true;
  if (word instanceof RegExp) return words.some((one) => word.exec(one)?.[0] === one);
  const wanted = typeof word === "string" ? [word] : word;
  return wanted.some((one) => words.includes(one.toLowerCase()));
}
