import type { CallErrorCode, ChatRequest } from "../../src/outcome.js";
import { after, chunked, errorBody, fin, flood, head, jsonHeaders, raw, respond, rst, sequence, silence } from "../helpers/raw-plays.js";
import { askedOf, bodyOf, eventsOf, good, goodEvents } from "../helpers/raw-answers.js";
import type { Behaviour, Play } from "../helpers/raw-upstream.js";
import { canary } from "../helpers/world.js";

/** Every way to fail of a provider, and what becomes of a call over it. */

export const schema = { type: "object", properties: { answer: { type: "string" } }, required: ["answer"] };
const echoing = (message: string) => `${message} ${canary.openai} Bearer ${canary.openai} ${Buffer.from(canary.openai).toString("base64")}`;
export const error = (
  status: number,
  code: string | null,
  message = "upstream prose",
  headers: Record<string, string | number> = {},
): Behaviour =>
  respond(status, JSON.stringify({ error: { message: echoing(message), type: "some_error", code } }), {
    "www-authenticate": canary.openai,
    ...headers,
  });

export interface Row {
  what: string;
  behaviour: Behaviour;
  class: string;
  reason: string;
  /** How a call over this provider alone ends. */
  alone?: CallErrorCode;
  /** Requests of that call. */
  requests: number;
  /** The provider is held, so that it is not asked again right after. */
  held?: boolean;
  /** Nobody else could do better either. */
  final?: boolean;
  /** A bad answer, which is shown as such. */
  rejected?: boolean;
  contract?: unknown;
  request?: Partial<ChatRequest>;
}

export const answering = (change: Parameters<typeof good>[0]): Behaviour => good(change);
const openaiBody = JSON.stringify(bodyOf({ anthropic: false, stream: false, model: "gpt-6-luna" }));
const cutBody: Play = sequence(raw(head(200, jsonHeaders(openaiBody)) + openaiBody.slice(0, 120)), fin);
export const slowly: Play = (wire, request) => {
  const events = eventsOf(askedOf(request), { text: "word ".repeat(200) });
  return chunked(events, { pause_ms: 100 })(wire, request);
};

export const rows: Row[] = [
  { what: "400", behaviour: error(400, null), class: "request", reason: "bad_request", requests: 2 },
  { what: "401", behaviour: error(401, "invalid_api_key"), class: "auth", reason: "invalid_key", requests: 1, held: true },
  { what: "402", behaviour: error(402, null), class: "quota", reason: "billing", requests: 1, held: true },
  { what: "403", behaviour: error(403, null), class: "auth", reason: "forbidden", requests: 2, held: true },
  { what: "404", behaviour: error(404, "model_not_found"), class: "request", reason: "model_unavailable", requests: 2, held: true },
  { what: "413", behaviour: error(413, null), class: "request", reason: "payload_too_large", requests: 1, final: true },
  { what: "429", behaviour: error(429, "rate_limit_exceeded"), class: "rate_limit", reason: "rate_limited", requests: 2, held: true },
  {
    what: "429 for want of money",
    behaviour: error(429, "insufficient_quota"),
    class: "quota",
    reason: "billing",
    requests: 1,
    held: true,
  },
  { what: "500", behaviour: error(500, null), class: "server", reason: "server_error", requests: 4 },
  { what: "503", behaviour: error(503, null), class: "server", reason: "unavailable", requests: 4 },
  { what: "529", behaviour: error(529, null), class: "server", reason: "overloaded", requests: 4 },
  { what: "302", behaviour: error(302, null, "", { location: "http://127.0.0.1:9/" }), class: "server", reason: "redirect", requests: 4 },
  { what: "a reset", behaviour: rst, class: "network", reason: "reset", requests: 4 },
  {
    what: "a reset in the stream",
    behaviour: sequence(
      goodEvents((events) => events.slice(0, 6), { end: false }),
      after(20),
      rst,
    ),
    class: "network",
    reason: "reset",
    requests: 4,
  },
  { what: "an end without a byte", behaviour: fin, class: "network", reason: "reset", requests: 4 },
  { what: "SSH", behaviour: raw("SSH-2.0-x\r\n"), class: "server", reason: "not_http", requests: 4 },
  { what: "silence", behaviour: silence, class: "timeout", reason: "headers", requests: 2, alone: "deadline_exceeded" },
  {
    what: "headers, then silence",
    behaviour: sequence(raw(head(200)), silence),
    class: "timeout",
    reason: "first_token",
    requests: 2,
    alone: "deadline_exceeded",
  },
  {
    what: "a stall",
    behaviour: sequence(
      goodEvents((events) => events.slice(0, 6), { end: false }),
      silence,
    ),
    class: "timeout",
    reason: "idle",
    requests: 2,
    alone: "deadline_exceeded",
  },
  { what: "a slow drip", behaviour: slowly, class: "timeout", reason: "total", requests: 2, alone: "deadline_exceeded" },
  {
    what: "comments for ever",
    behaviour: chunked(
      Array.from({ length: 200 }, () => ": hi\n\n"),
      { pause_ms: 20 },
    ),
    class: "timeout",
    reason: "keepalive_only",
    requests: 2,
    alone: "deadline_exceeded",
  },
  { what: "a cut body", behaviour: cutBody, class: "network", reason: "reset", requests: 4, request: { stream: false } },
  {
    what: "a stream cut at a clean end",
    behaviour: goodEvents((events) => events.slice(0, 8)),
    class: "contract",
    reason: "stream_cut",
    requests: 4,
    rejected: true,
  },
  {
    what: "HTML with 200",
    behaviour: respond(200, "<html><title>Sign in</title></html>"),
    class: "contract",
    reason: "not_an_answer",
    requests: 4,
    rejected: true,
  },
  { what: "an empty body", behaviour: respond(200, ""), class: "contract", reason: "empty_body", requests: 4, rejected: true },
  {
    what: "empty choices",
    behaviour: respond(200, JSON.stringify({ id: "x", object: "chat.completion", model: "gpt-6-luna", choices: [] })),
    class: "contract",
    reason: "no_choices",
    requests: 2,
    rejected: true,
  },
  { what: "an empty answer", behaviour: answering({ text: "" }), class: "contract", reason: "empty_answer", requests: 4, rejected: true },
  {
    what: "an answer of zero-width characters",
    behaviour: answering({ text: "\u200b\u200b" }),
    class: "contract",
    reason: "empty_answer",
    requests: 4,
    rejected: true,
  },
  {
    what: "finish length",
    behaviour: answering({ finish: "length" }),
    class: "contract",
    reason: "truncated",
    requests: 4,
    rejected: true,
  },
  {
    what: "finish content_filter",
    behaviour: answering({ finish: "content_filter" }),
    class: "policy",
    reason: "filtered",
    requests: 1,
    rejected: true,
    final: true,
  },
  {
    what: "another model",
    behaviour: answering({ model: "qwen-flash" }),
    class: "contract",
    reason: "substituted",
    requests: 2,
    rejected: true,
  },
  {
    what: "cut JSON",
    behaviour: answering({ text: '{"answer": "bl' }),
    class: "contract",
    reason: "cut_json",
    requests: 4,
    rejected: true,
    contract: { schema },
  },
  {
    what: "JSON that does not fit",
    behaviour: answering({ text: '{"reply": "blue"}' }),
    class: "contract",
    reason: "mismatch",
    requests: 4,
    rejected: true,
    contract: { schema },
  },
  {
    what: "an error inside a 200",
    behaviour: respond(200, errorBody("no", "server_error", "server_error")),
    class: "server",
    reason: "server_error",
    requests: 4,
    rejected: true,
  },
  {
    what: "an error beside a good answer",
    behaviour: respond(
      200,
      JSON.stringify({
        ...bodyOf({ anthropic: false, stream: false, model: "gpt-6-luna" }),
        error: { message: "no", code: "server_error" },
      }),
    ),
    class: "server",
    reason: "server_error",
    requests: 4,
    rejected: true,
  },
  {
    what: "an error inside a stream",
    behaviour: goodEvents((events) => [...events.slice(0, 6), `data: ${errorBody("no", "server_error", "server_error")}\n\n`]),
    class: "server",
    reason: "server_error",
    requests: 4,
    rejected: true,
  },
  { what: "201 with a good answer", behaviour: respond(201, openaiBody), class: "server", reason: "bad_status", requests: 4 },
  { what: "a body of 200 MB", behaviour: sequence(raw(head(200)), flood(200_000_000)), class: "server", reason: "too_large", requests: 2 },
  {
    what: "an event of 200 MB",
    behaviour: sequence(raw(`${head(200)}data: `), flood(200_000_000)),
    class: "server",
    reason: "too_large",
    requests: 2,
  },
];
