import { existsSync, readFileSync } from "node:fs";
import { type IncomingHttpHeaders, request as httpRequest } from "node:http";
import { gunzipSync } from "node:zlib";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Clock } from "../src/clock.js";
import type { Json, JsonObject } from "../src/exchange.js";
import { type ProviderId, providerIds } from "../src/providers/provider.js";
import { type Sandbox, isSandboxFault, sandboxFaults, startSandbox } from "../src/sandbox/index.js";

// ---- a clock that only moves by hand --------------------------------------------------------------------------------

interface ManualClock extends Clock {
  pending: Map<number, { ms: number; ring: () => void }>;
  /** Rings everything that is pending now. */
  ring(): void;
}

function manualClock(): ManualClock {
  const pending: ManualClock["pending"] = new Map();
  let count = 0;
  return {
    pending,
    now: () => 0,
    wall: () => Date.UTC(2026, 10, 20),
    random: () => 0.5,
    after(ms, ring) {
      const id = count++;
      pending.set(id, { ms, ring });
      return () => pending.delete(id);
    },
    ring() {
      for (const [id, { ring }] of Array.from(pending)) if (pending.delete(id)) ring();
    },
  };
}

// ---- a bare client --------------------------------------------------------------------------------------------------

interface Seen {
  /** `null` when no answer began. */
  status: number | null;
  headers: IncomingHttpHeaders;
  bytes: Buffer;
  text: string;
  /** Ended as HTTP says; cut short; connection lost before an answer; still open when we left. */
  ended: "whole" | "cut" | "lost" | "open";
  error: string | null;
}

interface Ask {
  path?: string;
  method?: string;
  body?: Json;
  headers?: Record<string, string>;
  /** Leave after so many ms of silence, or so many bytes. */
  leave?: { ms: number; bytes?: number };
}

const withKey = { authorization: "Bearer sk-test-key", "x-api-key": "sk-test-key", "anthropic-version": "2023-06-01", "x-note": "kept" };

function ask(base: string, { path = "", method = "POST", body, headers = withKey, leave }: Ask): Promise<Seen> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let head: { status: number; headers: IncomingHttpHeaders } | null = null;
    let timer: NodeJS.Timeout | undefined;
    const done = (ended: Seen["ended"], error: string | null = null) => {
      clearTimeout(timer);
      const bytes = Buffer.concat(chunks);
      resolve({ status: head?.status ?? null, headers: head?.headers ?? {}, bytes, text: bytes.toString(), ended, error });
      sent.destroy();
    };
    const sent = httpRequest(base + path, { method, headers, agent: false }, (response) => {
      head = { status: response.statusCode ?? 0, headers: response.headers };
      clearTimeout(timer);
      if (leave !== undefined) timer = setTimeout(() => done("open"), leave.ms);
      response.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        if (leave?.bytes !== undefined && Buffer.concat(chunks).length > leave.bytes) return done("open");
        if (leave !== undefined) timer?.refresh();
      });
      response.on("end", () => done(response.complete ? "whole" : "cut"));
      response.on("error", () => done("cut"));
    });
    sent.on("error", (error: NodeJS.ErrnoException) => done("lost", `${error.code} ${error.message}`));
    // Silence is only waited for where an answer is not expected to begin at all.
    if (leave !== undefined && leave.ms > 200) timer = setTimeout(() => done("open"), leave.ms);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

// ---- requests in either dialect -------------------------------------------------------------------------------------

const isMessages = (provider: ProviderId) => provider === "anthropic";
const chatPath = (provider: ProviderId) => (isMessages(provider) ? "/v1/messages" : "/chat/completions");

const models: Record<ProviderId, string> = {
  openai: "gpt-5.4-mini",
  anthropic: "claude-haiku-4-5",
  deepseek: "deepseek-flash",
  moonshot: "kimi-k2.6",
  zhipu: "glm-4.7-flash",
  dashscope: "qwen3.8-flash",
  siliconflow: "Qwen/Qwen3-8B",
  groq: "openai/gpt-oss-20b",
  together: "Qwen/Qwen3.5-9B",
};

type Kind = "plain" | "json" | "tool";

const schema: JsonObject = {
  type: "object",
  properties: { city: { type: "string" }, people: { type: "integer", minimum: 1 }, tags: { type: "array", items: { type: "string" } } },
  required: ["city", "people", "tags"],
  additionalProperties: false,
};

function bodyFor(provider: ProviderId, kind: Kind, stream: boolean, more: JsonObject = {}): JsonObject {
  const question = "What is the capital of France?";
  const base: JsonObject = {
    model: models[provider],
    stream,
    max_tokens: 4096,
    temperature: 0.2,
    messages: [{ role: "user", content: question }],
  };
  if (isMessages(provider)) {
    if (kind === "json") base.output_config = { format: { type: "json_schema", schema } };
    if (kind === "tool") Object.assign(base, { tools: [{ name: "weather", input_schema: schema }], tool_choice: { type: "any" } });
    return { ...base, ...more };
  }
  if (stream) base.stream_options = { include_usage: true };
  if (kind === "json") base.response_format = { type: "json_schema", json_schema: { name: "city", schema } };
  if (kind === "tool") {
    Object.assign(base, { tools: [{ type: "function", function: { name: "weather", parameters: schema } }], tool_choice: "required" });
  }
  return { ...base, ...more };
}

// ---- what a reply says, read without the code under test ------------------------------------------------------------

interface View {
  text: string;
  /** Whether a text was there at all: `undefined` absent, `null` null. */
  content: Json | undefined;
  thoughts: string;
  calls: { name: string; arguments: string }[];
  refusal: string;
  finish: Json | undefined;
  usage: JsonObject | null;
  model: Json | undefined;
  /** The stream's terminal event, or a JSON body. */
  done: boolean;
  error: boolean;
  broken: number;
  answers: number;
}

const isObject = (value: unknown): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);
const at = (value: unknown, ...keys: (string | number)[]): Json | undefined =>
  keys.reduce<unknown>(
    (inner, key) => (typeof key === "number" ? (Array.isArray(inner) ? inner[key] : undefined) : isObject(inner) ? inner[key] : undefined),
    value,
  ) as Json | undefined; // a walk over wire data: nothing to guard, every reader checks what it gets
const str = (value: unknown): string => (typeof value === "string" ? value : "");
const list = (value: unknown): Json[] => (Array.isArray(value) ? value : []);
const parsed = (text: string): Json | undefined => {
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    return undefined; // asked for: is it JSON?
  }
};

const blank = (): View => ({
  text: "",
  content: undefined,
  thoughts: "",
  calls: [],
  refusal: "",
  finish: undefined,
  usage: null,
  model: undefined,
  done: false,
  error: false,
  broken: 0,
  answers: 0,
});

function view(seen: Seen, provider: ProviderId): View {
  const v = blank();
  if (!String(seen.headers["content-type"]).includes("event-stream")) return viewBody(v, parsed(seen.text), provider);
  for (const [, data = ""] of seen.text.matchAll(/^data: (.*)\n\n/gm)) {
    if (data === "[DONE]") v.done = true;
    else if (isMessages(provider)) messageEvent(v, parsed(data));
    else chatEvent(v, parsed(data));
  }
  return v;
}

function viewBody(v: View, body: Json | undefined, provider: ProviderId): View {
  if (body === undefined) return { ...v, broken: 1 };
  const usage = at(body, "usage");
  Object.assign(v, {
    done: true,
    model: at(body, "model"),
    usage: isObject(usage) ? usage : null,
    error: at(body, "error") !== undefined || at(body, "code") !== undefined,
  });
  if (isMessages(provider)) {
    v.content = at(body, "content");
    v.finish = at(body, "stop_reason");
    v.answers = v.content === undefined ? 0 : 1;
    for (const block of list(v.content)) {
      v.text += str(at(block, "text"));
      v.thoughts += str(at(block, "thinking"));
      const input = at(block, "input");
      if (at(block, "type") === "tool_use")
        v.calls.push({ name: str(at(block, "name")), arguments: typeof input === "string" ? input : JSON.stringify(input) });
    }
    return v;
  }
  v.answers = list(at(body, "choices")).length;
  const message = at(body, "choices", 0, "message");
  v.content = at(message, "content");
  v.finish = at(body, "choices", 0, "finish_reason");
  v.text = str(v.content);
  v.thoughts = str(at(message, "reasoning_content")) + str(at(message, "reasoning"));
  v.refusal = str(at(message, "refusal"));
  v.calls = list(at(message, "tool_calls")).map((call) => ({
    name: str(at(call, "function", "name")),
    arguments: str(at(call, "function", "arguments")),
  }));
  return v;
}

function chatEvent(v: View, chunk: Json | undefined): void {
  if (chunk === undefined) return void v.broken++;
  if (at(chunk, "error") !== undefined || at(chunk, "choices", 0, "error") !== undefined || typeof at(chunk, "code") === "number")
    v.error = true;
  if (at(chunk, "model") !== undefined) v.model = at(chunk, "model");
  const usage = at(chunk, "usage");
  if (isObject(usage)) v.usage = usage;
  const choice = at(chunk, "choices", 0);
  if (choice === undefined) return;
  v.answers = 1;
  const delta = at(choice, "delta");
  v.text += str(at(delta, "content"));
  v.thoughts += str(at(delta, "reasoning_content")) + str(at(delta, "reasoning"));
  v.refusal += str(at(delta, "refusal"));
  if (at(choice, "finish_reason") !== undefined) v.finish = at(choice, "finish_reason");
  for (const call of list(at(delta, "tool_calls"))) {
    const written = str(at(call, "function", "arguments"));
    const last = v.calls.at(-1);
    if (typeof at(call, "function", "name") === "string") v.calls.push({ name: str(at(call, "function", "name")), arguments: written });
    else if (last !== undefined) last.arguments += written;
  }
}

function messageEvent(v: View, event: Json | undefined): void {
  if (event === undefined) return void v.broken++;
  const type = at(event, "type");
  if (type === "error") v.error = true;
  if (type === "message_stop") v.done = true;
  if (type === "message_start") v.model = at(event, "message", "model");
  const usage = type === "message_start" ? at(event, "message", "usage") : at(event, "usage");
  if (isObject(usage)) v.usage = { ...v.usage, ...usage };
  if (type === "message_delta") Object.assign(v, { finish: at(event, "delta", "stop_reason"), answers: 1 });
  if (type === "content_block_start" && at(event, "content_block", "type") === "tool_use")
    v.calls.push({ name: str(at(event, "content_block", "name")), arguments: "" });
  v.text += str(at(event, "delta", "text"));
  v.thoughts += str(at(event, "delta", "thinking"));
  const call = v.calls.at(-1);
  if (call !== undefined) call.arguments += str(at(event, "delta", "partial_json"));
}

const output = (v: View) => Number(v.usage?.completion_tokens ?? v.usage?.output_tokens);

// ---- what every fault must look like --------------------------------------------------------------------------------

interface Case {
  provider: ProviderId;
  streamed: boolean;
  v: View;
  seen: Seen;
  /** The good answer to the same request. */
  good: View;
}
interface Expectation {
  kind?: Kind;
  leave?: Ask["leave"];
  /** What is looked at, and what it must be. */
  sees(c: Case): unknown[];
  must(c: Case): unknown[];
}

const ajv = formats.default(new Ajv2020({ strict: false }));
const satisfies = ajv.compile(schema);
type Word = "stop" | "length" | "tool_calls" | "filtered";
const word = (provider: ProviderId, finish: Word): string => {
  if (isMessages(provider)) return { stop: "end_turn", length: "max_tokens", tool_calls: "tool_use", filtered: "refusal" }[finish];
  return finish === "filtered" ? (provider === "zhipu" ? "sensitive" : "content_filter") : finish;
};

const open = { leave: { ms: 60 } };
const json = { kind: "json" } as const;
const tool = { kind: "tool" } as const;
type More = Pick<Expectation, "kind" | "leave">;

/** Looks at anything. */
const sees = (look: Expectation["sees"], must: unknown[] | Expectation["must"], more: More = {}): Expectation => ({
  ...more,
  sees: look,
  must: Array.isArray(must) ? () => must : must,
});
/** A whole answer with this finish reason, and with this besides. */
const finishes = (finish: Word, look: Expectation["sees"], must: unknown[] | Expectation["must"], more: More = {}): Expectation =>
  sees(
    (c) => [c.seen.ended, c.seen.status, c.v.done, c.v.finish, ...look(c)],
    (c) => ["whole", 200, true, word(c.provider, finish), ...(Array.isArray(must) ? must : must(c))],
    more,
  );
const text = (must: (c: Case) => string, more: More = {}) =>
  finishes(
    "stop",
    ({ v }) => [v.text, v.calls],
    (c) => [must(c), []],
    more,
  );
/** The provider's own error; `Case.seen` has the status that its row declares, out of those that make sense. */
const error = (...codes: number[]) =>
  sees(
    ({ seen, provider }) => {
      const shaped =
        !isMessages(provider) ||
        seen.headers["content-type"] === "text/plain" ||
        at(parsed(seen.text), "request_id") === seen.headers["request-id"];
      return [seen.ended, codes.includes(seen.status ?? 0), shaped];
    },
    ["whole", true, true],
  );
const page = (code: number) =>
  sees(
    ({ seen }) => [seen.status, seen.headers["content-type"], seen.text.startsWith("<!DOCTYPE html>")],
    [code, "text/html; charset=UTF-8", true],
  );
/** A beginning of the good text, neither none nor all of it. */
const begun = ({ v, good }: Case) => good.text.startsWith(v.text) && v.text.length > 0 && v.text.length < good.text.length;
const cutJson = (c: Case) => [begun(c), parsed(c.v.text)];
const otherModel = ({ v, good }: Case) => [typeof v.model, v.model === good.model, v.text === good.text];

const expected: Record<string, Expectation> = {
  ok: text(({ good }) => good.text),
  reset: sees(({ seen }) => [seen.ended, seen.error], ["lost", "ECONNRESET read ECONNRESET"]),
  "refuse-half": sees(({ seen }) => [seen.ended, seen.error], ["lost", "ECONNRESET socket hang up"]),
  silence: sees(({ seen }) => [seen.ended, seen.status], ["open", null], { leave: { ms: 300 } }),
  "slow-first-token": sees(({ seen }) => [seen.ended, seen.status, seen.text], ["open", 200, ""], open),
  stall: sees(
    (c) => [c.seen.ended, c.seen.status, c.seen.text.length > 0, !c.streamed || begun(c), c.v.done],
    ["open", 200, true, true, false],
    open,
  ),
  "slow-drip": sees(({ seen }) => [seen.ended, seen.text.length > 0, seen.text.length < 80], ["open", true, true], open),
  "cut-body": sees(({ seen, v }) => [seen.ended, seen.status, v.done], ["cut", 200, false]),
  "cut-stream": sees(
    (c) => [c.seen.ended, c.seen.status, c.v.done, !c.streamed || begun(c), c.seen.headers["content-length"]],
    ["whole", 200, false, true, undefined],
  ),
  "no-done": sees(
    ({ seen, v }) => [seen.ended, v.text, v.finish, v.done],
    ({ good, streamed }) => ["open", good.text, good.finish, !streamed],
    open,
  ),
  "malformed-chunk": sees(
    ({ seen, v }) => [seen.ended, seen.status, v.broken, v.text, v.finish],
    ({ good, streamed }) => ["whole", 200, 1, streamed ? good.text : "", streamed ? good.finish : undefined],
  ),
  "huge-body": sees(({ seen }) => [seen.ended, seen.status, seen.bytes.length > 1e6], ["open", 200, true], {
    leave: { ms: 5_000, bytes: 1e6 },
  }),
  redirect: sees(
    ({ seen }) => [seen.status, seen.headers.location, seen.text],
    ({ provider }) => [307, sandbox.baseUrl(provider) + chatPath(provider), ""],
  ),

  "bad-request": error(400),
  "invalid-key": error(401),
  "echo-key": sees(({ seen }) => [seen.status, seen.text.includes("sk-test-key")], [401, true]),
  "no-credit": error(400, 402, 403, 429),
  "quota-429": error(402, 429),
  forbidden: error(403),
  "not-found-model": error(400, 404),
  "context-length": error(400),
  "payload-too-large": error(413),
  "unsupported-param": error(400),
  "trailing-assistant": text(({ good }) => good.text),
  "rate-limit": sees(({ seen }) => [seen.status, seen.headers["retry-after"]], [429, "2"]),
  "server-error": error(500),
  unavailable: error(503),
  overloaded: error(429, 498, 503, 529),
  "gateway-html": page(502),
  "html-200": page(200),

  empty: text(() => ""),
  whitespace: finishes("stop", ({ v }) => [v.text.length > 3, v.text.replace(/[\s\u200b]/g, "")], [true, ""]),
  "null-content": finishes("stop", ({ v, streamed }) => [v.text, v.calls, streamed ? null : v.content], ["", [], null]),
  "no-choices": sees(({ seen, v }) => [seen.ended, seen.status, v.done, v.answers, v.text], ["whole", 200, true, 0, ""]),
  "reasoning-only": finishes(
    "stop",
    ({ v }) => [v.text, v.thoughts, output(v) > 20],
    ({ provider, good }) => ["", provider === "openai" ? "" : good.text, true],
  ),
  "error-in-200": sees(
    ({ seen, v }) => [seen.ended, seen.status, v.answers, v.error, isObject(parsed(seen.text))],
    ["whole", 200, 0, true, true],
  ),
  "error-in-stream": sees(
    (c) => [c.seen.ended, c.seen.status, c.v.error, c.streamed ? begun(c) : c.v.text === c.good.text, c.v.done],
    ({ provider, streamed }) => ["whole", 200, true, true, !streamed || provider === "together"],
  ),
  length: finishes("length", cutJson, [true, undefined], json),
  "length-then-ok": text(({ good }) => good.text, json),
  "cut-json": finishes("stop", cutJson, [true, undefined], json),
  "wrong-schema": finishes("stop", ({ v }) => [isObject(parsed(v.text)), satisfies(parsed(v.text))], [true, false], json),
  "fenced-json": text(
    ({ good }) => `Here is the JSON you asked for:\n\n\`\`\`json\n${good.text}\n\`\`\`\n\nLet me know if you need anything else.`,
    json,
  ),
  "two-documents": text(({ good }) => `${good.text}\n${good.text}`, json),
  "model-swap": finishes("stop", otherModel, ["string", false, true]),
  "model-family": finishes("stop", otherModel, ["string", false, true]),
  "no-model": finishes("stop", ({ v, seen }) => [v.model, seen.text.includes('"model":')], [undefined, false]),
  refusal: sees(
    ({ seen, v }) => [seen.ended, v.done, v.text, v.refusal, v.finish],
    ({ provider }) => {
      const declined = "I'm sorry, but I can't assist with that request.";
      const own: Partial<Record<ProviderId, string[]>> = { openai: ["", declined, "stop"], anthropic: ["", "", "refusal"] };
      return ["whole", true, ...(own[provider] ?? [declined, "", "stop"])];
    },
  ),
  "content-filter": finishes("filtered", (c) => [begun(c)], [true]),
  loop: finishes("length", ({ v }) => [v.text.split("and then the same step is taken once more, ").length > 50, output(v)], [true, 4096]),
  "no-usage": finishes("stop", ({ v, good }) => [v.text === good.text, v.usage], [true, null]),
  "tenfold-usage": finishes(
    "stop",
    ({ v }) => [v.text, output(v)],
    ({ good }) => [good.text, 10 * output(good)],
  ),
  "bad-tool-json": finishes(
    "tool_calls",
    ({ v }) => v.calls.map((call) => [call.name, parsed(call.arguments)]),
    [["weather", undefined]],
    tool,
  ),
  "unknown-tool": finishes("tool_calls", ({ v }) => v.calls, [{ name: "undeclared_tool", arguments: "{}" }], tool),
  "missing-tool-argument": finishes(
    "tool_calls",
    ({ v }) => v.calls.map((call) => Object.keys(parsed(call.arguments) ?? {})),
    [["people", "tags"]],
    tool,
  ),
  "wrong-language": finishes("stop", ({ v }) => [/^[\p{Script=Han}。，]+$/u.test(v.text)], [true]),
  "unknown-finish": sees(
    ({ seen, v }) => [seen.ended, v.done, v.text, v.finish],
    ({ good }) => ["whole", true, good.text, "gone_fishing"],
  ),
  "no-finish": sees(
    ({ seen, v }) => [seen.ended, v.done, v.text, v.finish],
    ({ good }) => ["whole", true, good.text, null],
  ),
  "broken-utf8": finishes(
    "stop",
    ({ v }) => [v.text.includes("\ufffd"), v.text.replace(/\ufffd+/, "")],
    ({ good }) => [true, good.text],
  ),
};

let sandbox: Sandbox;
const clock = manualClock();
beforeAll(async () => {
  sandbox = await startSandbox({ clock });
});
afterAll(() => sandbox.close());

const both = [false, true];
const everyWay = providerIds.flatMap((provider) => both.map((streamed) => ({ provider, streamed })));
const chat = (provider: ProviderId, body: JsonObject, fault?: string, more: Ask = {}) =>
  ask(sandbox.baseUrl(provider, fault), { path: chatPath(provider), body, ...more });

describe("every fault, at every provider, streamed and not", () => {
  it("has an expectation", () => {
    expect(Object.keys(expected).sort()).toEqual(sandboxFaults.map(({ name }) => name).sort());
  });

  it.each(Object.keys(expected))("%s", async (fault) => {
    const row = expected[fault];
    await Promise.all(
      everyWay.map(async ({ provider, streamed }) => {
        const body = bodyFor(provider, row?.kind ?? "plain", streamed);
        const good = view(await chat(provider, body), provider);
        const seen = await chat(provider, body, fault, row?.leave === undefined ? {} : { leave: row.leave });
        const c = { provider, streamed, seen, v: view(seen, provider), good };
        expect({ provider, streamed, sees: row?.sees(c) }).toEqual({ provider, streamed, sees: row?.must(c) });
      }),
    );
  });
});

describe("good answers", () => {
  it.each(everyWay)("$provider, streamed $streamed: text, JSON and tool calls satisfy what was asked", async ({ provider, streamed }) => {
    const plain = view(await chat(provider, bodyFor(provider, "plain", streamed)), provider);
    expect(plain.text).toMatch(/What is the capital of France\?.*simulated/);
    const json = view(await chat(provider, bodyFor(provider, "json", streamed)), provider);
    expect(satisfies(parsed(json.text))).toBe(true);
    const tool = view(await chat(provider, bodyFor(provider, "tool", streamed)), provider);
    expect([tool.calls[0]?.name, satisfies(parsed(tool.calls[0]?.arguments ?? ""))]).toEqual(["weather", true]);
    expect([plain.finish, json.finish, tool.finish]).toEqual([
      word(provider, "stop"),
      word(provider, "stop"),
      word(provider, "tool_calls"),
    ]);
    for (const v of [plain, json, tool]) expect(output(v)).toBeGreaterThan(5);
  });

  it.each(providerIds)("%s says the same streamed and not", async (provider) => {
    for (const kind of ["plain", "json", "tool"] as const) {
      const [one, other] = await Promise.all(
        both.map(async (streamed) => view(await chat(provider, bodyFor(provider, kind, streamed)), provider)),
      );
      expect({ ...other, content: null }).toMatchObject({
        text: one?.text,
        thoughts: one?.thoughts,
        calls: one?.calls,
        finish: one?.finish,
        model: one?.model,
      });
      expect([output(one ?? blank()), one?.usage?.prompt_tokens]).toEqual([output(other ?? blank()), other?.usage?.prompt_tokens]);
    }
  });

  it("answers old aliases under their snapshot and everything else under its own name", async () => {
    const served = async (provider: ProviderId, model: string) =>
      view(await chat(provider, bodyFor(provider, "plain", false, { model })), provider).model;
    expect(await served("openai", "gpt-4o-mini")).toBe("gpt-4o-mini-2024-07-18");
    expect(await served("openai", "gpt-6-luna")).toBe("gpt-6-luna");
    expect(await served("anthropic", "claude-sonnet-4-0")).toBe("claude-sonnet-4-20250514");
    expect(await served("groq", "compound-beta")).toBe("groq/compound");
    expect(await served("together", "Qwen/Qwen3.5-9B")).toBe("Qwen/Qwen3.5-9B");
  });

  it.each(providerIds)("%s honours the token limit and stop sequences", async (provider) => {
    const quiet = { thinking: { type: "disabled" }, enable_thinking: false, reasoning_effort: "none", reasoning: { enabled: false } };
    for (const streamed of both) {
      const full = view(await chat(provider, bodyFor(provider, "plain", streamed, quiet)), provider);
      const short = view(await chat(provider, bodyFor(provider, "plain", streamed, { ...quiet, max_tokens: 7 })), provider);
      expect([short.finish, full.text.startsWith(short.text), output(short)]).toEqual([word(provider, "length"), true, 7]);
      const stop = isMessages(provider) ? { stop_sequences: ["simulated"] } : { stop: "simulated" };
      const stopped = view(await chat(provider, bodyFor(provider, "plain", streamed, { ...quiet, ...stop })), provider);
      expect([stopped.finish, stopped.text]).toEqual([
        isMessages(provider) ? "stop_sequence" : "stop",
        full.text.slice(0, full.text.indexOf("simulated")),
      ]);
    }
  });

  it("thinks where the provider does, and not when told not to", async () => {
    const thoughts = async (provider: ProviderId, more: JsonObject) =>
      view(await chat(provider, bodyFor(provider, "plain", true, more)), provider).thoughts !== "";
    expect(await Promise.all([thoughts("deepseek", {}), thoughts("deepseek", { thinking: { type: "disabled" } })])).toEqual([true, false]);
    expect(await Promise.all([thoughts("dashscope", {}), thoughts("dashscope", { enable_thinking: false })])).toEqual([true, false]);
    expect(await Promise.all([thoughts("anthropic", {}), thoughts("anthropic", { thinking: { type: "enabled" } })])).toEqual([false, true]);
    expect(await thoughts("openai", {})).toBe(false);
  });

  it("finds the wish for JSON, and a schema, in words", async () => {
    const said = async (system: string, user: string) => {
      const messages = [
        { role: "system", content: system },
        { role: "user", content: user },
      ];
      return parsed(view(await chat("groq", bodyFor("groq", "plain", true, { messages })), "groq").text);
    };
    expect(satisfies(await said(`It must satisfy this JSON Schema:\n${JSON.stringify(schema)}`, "Describe Paris."))).toBe(true);
    expect(satisfies(await said("", `Describe Paris.\n\`\`\`json\n${JSON.stringify(schema, null, 2)}\n\`\`\``))).toBe(true);
    expect(isObject(await said("Answer with exactly one JSON document and nothing else.", "Describe Paris."))).toBe(true);
    expect(await said("You are helpful.", "What is JSON? Explain it with {braces}.")).toBeUndefined();
  });

  it("calls a tool on its own only when the user names it", async () => {
    const calls = async (content: string) =>
      view(
        await chat("openai", { ...bodyFor("openai", "tool", false), tool_choice: "auto", messages: [{ role: "user", content }] }),
        "openai",
      ).calls.length;
    expect([await calls("Use weather for Paris."), await calls("What is the capital of France?")]).toEqual([1, 0]);
  });
});

describe("instances of a schema", () => {
  const schemas = String.raw`
{"type":"object","properties":{"a":{"type":"integer","minimum":10,"maximum":12},"b":{"enum":["x","y"]},"c":{"const":7}},"required":["a","b","c"]}
{"$defs":{"node":{"properties":{"name":{"type":"string"},"next":{"anyOf":[{"$ref":"#/$defs/node"},{"type":"null"}]}},"required":["name","next"]}},"$ref":"#/$defs/node"}
{"type":"array","items":{"type":"string","format":"email"},"minItems":4,"uniqueItems":true}
{"type":"array","minItems":2,"items":{"type":"object","additionalProperties":{"type":"string","format":"date"},"required":["from","to"]}}
{"type":"array","minItems":7,"items":{"anyOf":[{"type":"string","format":"uuid"}]},"uniqueItems":true}
{"properties":{"at":{"format":"date-time"},"time":{"format":"time"},"site":{"format":"uri"},"host":{"format":"hostname"},"v4":{"format":"ipv4"},"v6":{"format":"ipv6"}},"required":["at"]}
{"allOf":[{"type":"object","properties":{"a":{"type":"number"}},"required":["a"]},{"properties":{"b":{"type":"boolean"}},"required":["b"]}]}
{"oneOf":[{"type":"object","properties":{"kind":{"const":"circle"},"r":{"type":"number","exclusiveMinimum":0}},"required":["kind","r"]},{"type":"null"}]}
{"properties":{"code":{"type":"string","pattern":"^[A-Z]{2}-\\d{4}$"},"slug":{"type":"string","pattern":"^[a-z]+(?:-[a-z0-9]+)*$","minLength":8}},"required":["code","slug"]}
{"properties":{"text":{"type":"string","minLength":300},"short":{"type":"string","maxLength":3}},"required":["text","short"],"additionalProperties":false}
{"type":"array","prefixItems":[{"type":"string"},{"type":"integer"}],"items":false,"minItems":2}
{"properties":{"price":{"type":"number","multipleOf":0.5,"maximum":3},"even":{"type":"integer","multipleOf":2,"minimum":99}},"required":["price","even"]}
{"type":["string","null"]}
{"type":"object","minProperties":2,"additionalProperties":{"type":"integer"}}
{"properties":{"list":{"type":"array","items":{"type":"object","properties":{"id":{"type":"integer"}},"required":["id"]},"minItems":3}},"required":["list"]}`
    .trim()
    .split("\n");

  const answerTo = async (schema: JsonObject, fault?: string) => {
    const response_format = { type: "json_schema", json_schema: { name: "it", schema } };
    return (
      parsed(
        view(await chat("openai", bodyFor("openai", "plain", true, { response_format, max_tokens: 100_000 }), fault), "openai").text,
      ) ?? null
    );
  };

  it.each(schemas)("%s", async (written) => {
    const schema = parsed(written);
    if (!isObject(schema)) throw new Error("The test's own schema is not JSON.");
    const check = formats.default(new Ajv2020({ strict: false })).compile(schema);
    const document = await answerTo(schema);
    expect([check(document), check.errors, document]).toEqual([true, null, document]);
    expect(check(await answerTo(schema, "wrong-schema"))).toBe(false);
  });

  it("survives hostile schemas quickly", async () => {
    const wide = { allOf: [{ $ref: "#" }, { $ref: "#" }, { $ref: "#" }] };
    const endless = { type: "array", items: { $ref: "#" }, minItems: 1e9 };
    const long = { type: "string", minLength: 1e12, pattern: "(a+)+$".repeat(50) };
    const lost = { $ref: "#/$defs/%E0%A4%A/~2", properties: { constructor: { type: "string" }, ["__proto__"]: { type: "string" } } };
    const started = performance.now();
    const big = { properties: Object.fromEntries(Array.from({ length: 2_000 }, (_, n) => [`k${n}`, { type: "string" }])) };
    const merge = {
      $defs: { big },
      type: "array",
      minItems: 100,
      items: { allOf: Array.from({ length: 300 }, () => ({ $ref: "#/$defs/big" })) },
    };
    for (const schema of [wide, endless, long, lost, merge]) expect(await answerTo(schema)).not.toBeUndefined();
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

describe("the house", () => {
  it("asks for a key and for what a request must hold, in the provider's own words", async () => {
    for (const provider of providerIds) {
      const path = chatPath(provider);
      expect((await ask(sandbox.baseUrl(provider), { path, body: {}, headers: {} })).status).toBe(401);
      expect((await ask(sandbox.baseUrl(provider), { path, body: bodyFor(provider, "plain", false, { model: "" }) })).status).toBe(400);
      expect((await ask(sandbox.baseUrl(provider), { path: "/nonsense", body: {} })).status).toBe(404);
    }
    const unversioned = { path: "/v1/messages", body: bodyFor("anthropic", "plain", false), headers: { "x-api-key": "k" } };
    expect((await ask(sandbox.baseUrl("anthropic"), unversioned)).status).toBe(400);
    expect((await ask(`${sandbox.origin}/nobody`, { body: {} })).status).toBe(404);
  });

  it("has nine shapes of an invalid key", async () => {
    const shapes = await Promise.all(
      providerIds.map(
        async (provider) => [provider, parsed((await chat(provider, bodyFor(provider, "plain", true), "401")).text)] as const,
      ),
    );
    const error = { message: expect.any(String) };
    expect(Object.fromEntries(shapes)).toMatchObject({
      openai: { error: { ...error, type: "invalid_request_error", param: null, code: "invalid_api_key" } },
      anthropic: { type: "error", error: { ...error, type: "authentication_error" }, request_id: expect.stringMatching(/^req_/) },
      deepseek: { error: { ...error, type: "authentication_error", code: "invalid_request_error" } },
      moonshot: { error: { ...error, type: "invalid_authentication_error" } },
      zhipu: { error: { ...error, code: "1002" } },
      dashscope: { error: { ...error, code: "invalid_api_key" }, request_id: expect.any(String) },
      siliconflow: "Invalid token",
      groq: { error: { ...error, code: "invalid_api_key" } },
      together: { id: expect.any(String), error: { ...error, code: "invalid_api_key" } },
    });
  });

  it.each(providerIds)("%s lists its models, and only faults of the whole account strike there", async (provider) => {
    const path = isMessages(provider) ? "/v1/models" : "/models";
    const good = await ask(sandbox.baseUrl(provider), { path, method: "GET" });
    const rows = list(provider === "together" ? parsed(good.text) : at(parsed(good.text), "data"));
    expect([good.status, rows.length > 2, rows.every((row) => typeof at(row, "id") === "string")]).toEqual([200, true, true]);
    expect((await ask(sandbox.baseUrl(provider, "cut-json"), { path, method: "GET" })).status).toBe(200);
    expect((await ask(sandbox.baseUrl(provider, "invalid-key"), { path, method: "GET" })).status).toBe(401);
    expect((await ask(sandbox.baseUrl(provider), { path, method: "GET", headers: {} })).status).toBe(401);
  });

  it("resolves an alias by the list of models", async () => {
    const one = await ask(sandbox.baseUrl("anthropic"), { path: "/v1/models/claude-haiku-4-5", method: "GET" });
    const none = await ask(sandbox.baseUrl("anthropic"), { path: "/v1/models/claude-9", method: "GET" });
    expect([at(parsed(one.text), "id"), none.status]).toEqual(["claude-haiku-4-5-20251001", 404]);
  });

  it("answers whatever path a base URL is completed to", async () => {
    const paths: [ProviderId, string][] = [
      ["groq", "/openai/v1/chat/completions"],
      ["dashscope", "/compatible-mode/v1/chat/completions"],
      ["zhipu", "/api/paas/v4/chat/completions"],
      ["anthropic", "/messages"],
    ];
    for (const [provider, path] of paths)
      expect((await ask(sandbox.baseUrl(provider), { path, body: bodyFor(provider, "plain", false) })).status).toBe(200);
  });

  it("puts the header and the retry-after where each provider does", async () => {
    const ids: Partial<Record<ProviderId, string>> = {
      anthropic: "request-id",
      deepseek: "x-ds-trace-id",
      moonshot: "msh-request-id",
      zhipu: "x-log-id",
      siliconflow: "x-siliconcloud-trace-id",
    };
    for (const provider of providerIds) {
      const { headers } = await chat(provider, bodyFor(provider, "plain", false));
      expect(headers[ids[provider] ?? "x-request-id"]).toMatch(/^[\w-]{20,}$/);
      expect(headers["retry-after"] !== undefined).toBe(provider === "anthropic" || provider === "together");
    }
  });

  it("spares a request without the parameter, and one that allows enough tokens", async () => {
    for (const provider of providerIds) {
      const body = bodyFor(provider, "plain", true);
      delete body.temperature;
      expect((await chat(provider, body, "unsupported-param")).status).toBe(200);
      const short = view(await chat(provider, { ...body, max_tokens: 1023 }, "length-then-ok"), provider);
      expect(short.finish).toBe(word(provider, "length"));
    }
  });

  it("knows faults by name, by everyday words and by turns", async () => {
    expect(["timeout", "500", "503", "429", "401", "402", "404", "529", "outage", "none", "cut-json", "500,ok"].every(isSandboxFault)).toBe(
      true,
    );
    expect(["", "nonsense", "constructor", "ok,nonsense"].some(isSandboxFault)).toBe(false);
    expect(() => sandbox.baseUrl("openai", "nonsense")).toThrow(/nonsense/);
    expect(sandbox.baseUrl("openai")).toBe(`${sandbox.origin}/openai`);
    expect(sandbox.baseUrl("openai", "timeout")).toBe(`${sandbox.origin}/openai/~silence`);
    const seen: (number | null)[] = [];
    for (let n = 0; n < 4; n++) seen.push((await chat("zhipu", bodyFor("zhipu", "plain", false), "500,429,ok")).status);
    expect(seen).toEqual([500, 429, 200, 200]);
  });

  it("remembers a thousand requests, without their credentials", async () => {
    await chat("openai", bodyFor("openai", "plain", false), "cut-json");
    const last = sandbox.requests.at(-1);
    expect(last).toMatchObject({
      provider: "openai",
      path: "/openai/~cut-json/chat/completions",
      fault: "cut-json",
      body: { model: "gpt-5.4-mini" },
      at_ms: 0,
    });
    expect(last?.headers["x-note"]).toBe("kept");
    expect(JSON.stringify(sandbox.requests)).not.toContain("sk-test-key");
    expect(sandbox.requests.length).toBeLessThanOrEqual(1000);
  });

  it("gives the same answers and ids for the same seed, and other ids for another", async () => {
    const say = async (seed: number) => {
      const house = await startSandbox({ clock: manualClock(), seed });
      const text = (await ask(house.baseUrl("groq"), { path: "/chat/completions", body: bodyFor("groq", "plain", true) })).text;
      await house.close();
      return text;
    };
    expect(await say(7)).toBe(await say(7));
    expect(await say(7)).not.toBe(await say(8));
  });
});

describe("time and endings", () => {
  const until = async (condition: () => boolean) => {
    for (let n = 0; n < 200 && !condition(); n++) await new Promise((resolve) => setTimeout(resolve, 2));
    expect(condition()).toBe(true);
  };

  it("waits by its clock: latency, the first token, the drip", async () => {
    const time = manualClock();
    const house = await startSandbox({ clock: time, latency_ms: 3 });
    const body = bodyFor("openai", "plain", true);
    const waits: number[] = [];
    const asked = ask(house.baseUrl("openai", "slow-first-token"), { path: "/chat/completions", body });
    for (let n = 0; n < 2; n++) {
      await until(() => time.pending.size === 1);
      waits.push(...Array.from(time.pending.values(), ({ ms }) => ms));
      time.ring();
    }
    expect([waits, (await asked).status]).toEqual([[3, 20_000], 200]);
    const dripped = ask(house.baseUrl("openai", "slow-drip"), { path: "/chat/completions", body });
    let total = 0;
    for (
      const done = dripped.then(() => true);
      !(await Promise.race([done, new Promise((resolve) => setTimeout(resolve, 1, false))]));
      time.ring()
    ) {
      total += Array.from(time.pending.values()).reduce((sum, { ms }) => sum + ms, 0);
    }
    expect([view(await dripped, "openai").done, total > 90_000]).toEqual([true, true]);
    await house.close();
  });

  it("stops its timers as soon as the client has left", async () => {
    const time = manualClock();
    const house = await startSandbox({ clock: time });
    await Promise.all(
      ["slow-first-token", "slow-drip", "stall"].map((fault) =>
        ask(house.baseUrl("openai", fault), { path: "/chat/completions", body: bodyFor("openai", "plain", true), ...open }),
      ),
    );
    await until(() => time.pending.size === 0 && house.connections() === 0);
    await house.close();
  });

  it("closes within milliseconds and leaves nothing open", async () => {
    const time = manualClock();
    const house = await startSandbox({ clock: time });
    const faults = ["silence", "stall", "slow-first-token", "slow-drip", "no-done"];
    const asked = everyWay.flatMap(({ provider, streamed }) =>
      faults.map((fault) => ask(house.baseUrl(provider, fault), { path: chatPath(provider), body: bodyFor(provider, "plain", streamed) })),
    );
    await until(() => house.connections() === asked.length && house.requests.length === asked.length);
    const started = performance.now();
    await house.close();
    expect(performance.now() - started).toBeLessThan(250);
    expect([
      time.pending.size,
      house.connections(),
      (await Promise.all(asked)).every(({ ended }) => ended === "lost" || ended === "cut"),
    ]).toEqual([0, 0, true]);
    expect((await ask(house.baseUrl("openai"), { path: "/chat/completions" })).error).toContain("ECONNREFUSED");
    await house.close();
  });

  it("starts in a few milliseconds", async () => {
    const times: number[] = [];
    for (let n = 0; n < 5; n++) {
      const started = performance.now();
      const house = await startSandbox();
      times.push(performance.now() - started);
      await house.close();
    }
    expect(Math.min(...times)).toBeLessThan(10);
  });
});

// ---- recorded traffic -----------------------------------------------------------------------------------------------

const corpus = new URL("../../shared/corpus/open.jsonl.gz", import.meta.url);

describe.skipIf(!existsSync(corpus))(existsSync(corpus) ? "recorded traffic" : "recorded traffic (not here: skipped)", () => {
  /** Every key path of a document with the type found there. */
  const paths = (value: Json, where: string, found: Set<string>): Set<string> => {
    if (Array.isArray(value)) for (const item of value) paths(item, `${where}[]`, found);
    else if (isObject(value)) for (const [key, inner] of Object.entries(value)) paths(inner, `${where}.${key}`, found);
    else found.add(`${where}:${value === null ? "null" : typeof value}`);
    return found;
  };
  const documents = (text: string): Json[] =>
    /^(?:data|event):/.test(text)
      ? Array.from(text.matchAll(/^data: ?(.*)$/gm), ([, data = ""]) => parsed(data)).filter((data) => data !== undefined)
      : [parsed(text) ?? null];
  /** No Kimi stream and no whole SiliconFlow body was ever recorded: there any speaker of the dialect will do. */
  const thin: readonly ProviderId[] = ["moonshot", "siliconflow"];
  const known = new Map<string, Set<string>>();

  beforeAll(() => {
    for (const line of gunzipSync(readFileSync(corpus)).toString().trim().split("\n")) {
      const record = parsed(line);
      const api = str(at(record, "request", "api"));
      if (at(record, "response", "status") !== 200 || !["chat", "anthropic"].includes(api)) continue;
      const text = str(at(record, "response", "body"));
      const streamed = /^(?:data|event):/.test(text);
      for (const key of [`${str(at(record, "provider"))} ${streamed}`, `any ${streamed}`]) {
        const found = known.get(key) ?? new Set();
        known.set(key, found);
        for (const document of documents(text)) paths(document, "", found);
      }
    }
  });

  it.each(everyWay)("$provider, streamed $streamed: every field has been recorded there with that type", async ({ provider, streamed }) => {
    const recorded = [provider, ...(thin.includes(provider) ? ["any"] : [])].map((name) => known.get(`${name} ${streamed}`));
    for (const kind of ["plain", "json", "tool"] as const) {
      const { text } = await chat(provider, bodyFor(provider, kind, streamed));
      const ours = documents(text).reduce<Set<string>>((found, document) => paths(document, "", found), new Set());
      const strange = Array.from(ours).filter((path) => !recorded.some((found) => found?.has(path)) && !/\.input\./.test(path));
      expect(strange).toEqual([]);
    }
  });
});
