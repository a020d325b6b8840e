import type { ChatRequest, Reply, Verdict } from "./exchange.js";
import { weightiest, type Fault } from "./fault.js";

/** How the next request to the same route will differ. */
export interface Adaptation {
  request: ChatRequest;
  without: ReadonlySet<string>;
  /** For the ledger, e.g. `max_tokens 256 → 1024`. */
  changes: string[];
}

/** Parameters the encoders leave out on demand, the providers' names for them, and words by which prose speaks of them. */
const optional: readonly { name: string; wire: RegExp; prose: RegExp }[] = [
  {
    name: "response_format",
    wire: /^(?:response_format|output_config|output_format)\b/,
    prose: /response_format|output_config|json.?schema|json mode|compiled grammar|structured output/i,
  },
  { name: "temperature", wire: /^temperature$/, prose: /temperature|sampling/i },
  { name: "stream_options", wire: /^stream_options\b/, prose: /stream_options/i },
  { name: "reasoning_effort", wire: /^reasoning/, prose: /reasoning_effort|effort level/i },
  { name: "enable_thinking", wire: /^enable_thinking$/, prose: /enable_thinking/i },
  { name: "thinking", wire: /^thinking/, prose: /\bthinking\b/i },
  { name: "tool_choice", wire: /^tool_choice\b/, prose: /tool_choice/i },
  { name: "max_tokens", wire: /^max_(?:completion_)?tokens$/, prose: /max_(?:completion_)?tokens/i },
  { name: "stop", wire: /^stop/, prose: /\bstop(?:_sequences)?\b/i },
];

/** What can be changed about a request that failed deterministically; `null` when nothing can. */
export function adapt(
  fault: Fault,
  request: ChatRequest,
  without: ReadonlySet<string>,
  answer: { reply: Reply; verdict: Verdict } | null,
  maxOutput: number | null,
): Adaptation | null {
  if (!fault.policy.moves.includes("changed")) return null;
  if (fault.class === "request") return leaveOut(fault, request, without);
  if (answer === null) return null;
  if (fault.reason === "truncated" || fault.reason === "budget_eaten_by_reasoning")
    return moreTokens(request, without, answer.reply, maxOutput);
  return beyondWords.has(fault.reason) ? null : withFeedback(request, without, answer.verdict);
}

/** What telling the model does not change: which model answers, and what its host makes of the answer. */
const beyondWords = new Set(["substituted", "changed", "no_choices", "bad_shape"]);

function leaveOut(fault: Fault, request: ChatRequest, without: ReadonlySet<string>): Adaptation | null {
  const { param } = fault;
  if (param === "stream") {
    const stream = request.stream === false;
    return { request: { ...request, stream }, without, changes: [`stream ${String(!stream)} → ${String(stream)}`] };
  }
  const said = `${fault.report.code ?? ""} ${fault.report.excerpt ?? ""}`;
  const found = param === null ? optional.find(({ prose }) => prose.test(said)) : optional.find(({ wire }) => wire.test(param));
  const name = fault.reason === "schema_unsupported" ? "response_format" : found?.name;
  if (name === undefined || without.has(name)) return null;
  return { request, without: new Set([...without, name]), changes: [`without ${name}`] };
}

/** Room enough for most answers that were merely squeezed; more only costs when it is used. */
const roomy = 1_024;

function moreTokens(request: ChatRequest, without: ReadonlySet<string>, reply: Reply, maxOutput: number | null): Adaptation | null {
  const had = request.max_tokens ?? reply.usage?.completion_tokens ?? null;
  if (had === null) return null;
  const next = Math.min(Math.max(4 * had, roomy), maxOutput ?? Infinity);
  if (next <= had) return null;
  return { request: { ...request, max_tokens: next }, without, changes: [`max_tokens ${had} → ${next}`] };
}

function withFeedback(request: ChatRequest, without: ReadonlySet<string>, verdict: Verdict): Adaptation {
  const { finding } = weightiest(verdict);
  const wanted = finding.expected === null ? "" : ` Expected: ${JSON.stringify(finding.expected)}.`;
  const content = `A previous answer to this was not accepted: ${finding.message}${wanted} Answer again so that it is.`;
  return {
    request: { ...request, messages: [...request.messages, { role: "user", content }] },
    without,
    changes: [`told why: ${finding.code}`],
  };
}
