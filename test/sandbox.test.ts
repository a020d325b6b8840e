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
      response.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        if (leave?.bytes !== undefined && Buffer.concat(chunks).length > leave.bytes) return done("open");
        if (leave !== undefined) timer?.refresh();
      });
      response.on("end", () => done(response.complete ? "whole" : "cut"));
      response.on("error", () => done("cut"));
    });
    sent.on("error", (error: NodeJS.ErrnoException) => done("lost", `${error.code} ${error.message}`));
    if (leave !== undefined) timer = setTimeout(() => done("open"), leave.ms);
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
  check(c: Case): void;
}

const ajv = formats.default(new Ajv2020({ strict: false }));
const satisfies = ajv.compile(schema);
const words = (provider: ProviderId, streamed: boolean, finish: "stop" | "length" | "tool_calls" | "filtered") => {
  if (isMessages(provider)) return { stop: "end_turn", length: "max_tokens", tool_calls: "tool_use", filtered: "refusal" }[finish];
  return finish === "filtered" ? (provider === "zhipu" ? "sensitive" : "content_filter") : finish;
};
const whole = (c: Case) => {
  expect(c.seen.ended).toBe("whole");
  expect(c.seen.status).toBe(200);
  expect(c.v.done).toBe(true);
};
const finishes = (c: Case, finish: Parameters<typeof words>[2]) => {
  whole(c);
  expect(c.v.finish).toBe(words(c.provider, c.streamed, finish));
};
const status = (...codes: number[]): Expectation => ({
  check({ seen, provider }) {
    expect(seen.ended).toBe("whole");
    expect(codes).toContain(seen.status);
    const body = parsed(seen.text);
    if (isMessages(provider) && seen.headers["content-type"] !== "text/plain") {
      expect(body).toMatchObject({
        type: "error",
        error: { type: expect.any(String), message: expect.any(String) },
        request_id: seen.headers["request-id"],
      });
    }
  },
});
const lost: Expectation = { check: ({ seen }) => expect([seen.ended, seen.status]).toEqual(["lost", null]) };
const page = (code: number): Expectation => ({
  check: ({ seen }) =>
    expect([seen.status, seen.headers["content-type"], seen.text.startsWith("<!DOCTYPE html>")]).toEqual([
      code,
      "text/html; charset=UTF-8",
      true,
    ]),
});
const said = (text: (c: Case) => string, kind: Kind = "plain"): Expectation => ({
  kind,
  check(c) {
    finishes(c, "stop");
    expect([c.v.text, c.v.calls]).toEqual([text(c), []]);
  },
});
const open = { ms: 60 };

const expected: Record<string, Expectation> = {
  ok: said((c) => c.good.text),
  reset: { check: ({ seen }) => expect([seen.ended, seen.error]).toEqual(["lost", "ECONNRESET read ECONNRESET"]) },
  "refuse-half": lost,
  silence: { leave: open, check: ({ seen }) => expect([seen.ended, seen.status]).toEqual(["open", null]) },
  "slow-first-token": { leave: open, check: ({ seen }) => expect([seen.ended, seen.status, seen.text]).toEqual(["open", 200, ""]) },
  stall: {
    leave: open,
    check({ seen, v, good, streamed }) {
      expect([seen.ended, seen.status, seen.text.length > 0]).toEqual(["open", 200, true]);
      if (streamed) expect([good.text.startsWith(v.text), v.text !== good.text, v.done, v.broken]).toEqual([true, true, false, 0]);
    },
  },
  "slow-drip": {
    leave: open,
    check: ({ seen }) => expect([seen.ended, seen.text.length > 0, seen.text.length < 80]).toEqual(["open", true, true]),
  },
  "cut-body": { check: ({ seen, v }) => expect([seen.ended, seen.status, v.done]).toEqual(["cut", 200, false]) },
  "cut-stream": {
    check({ seen, v, streamed, good }) {
      expect([seen.ended, seen.status, v.done]).toEqual(["whole", 200, false]);
      if (streamed) expect([good.text.startsWith(v.text), v.text.length > 0, v.text.length < good.text.length]).toEqual([true, true, true]);
      else expect([seen.headers["content-length"], seen.headers["transfer-encoding"], v.broken]).toEqual([undefined, undefined, 1]);
    },
  },
  "no-done": {
    leave: open,
    check: ({ seen, v, good, streamed }) =>
      expect([seen.ended, v.text, v.finish, v.done]).toEqual(["open", good.text, good.finish, !streamed]),
  },
  "malformed-chunk": {
    check({ seen, v, good, streamed }) {
      expect([seen.ended, seen.status, v.broken]).toEqual(["whole", 200, 1]);
      if (streamed) expect([v.text, v.finish, v.done]).toEqual([good.text, good.finish, true]);
    },
  },
  "huge-body": {
    leave: { ms: 5_000, bytes: 1_000_000 },
    check: ({ seen }) => expect([seen.ended, seen.status, seen.bytes.length > 1_000_000]).toEqual(["open", 200, true]),
  },
  redirect: {
    check: ({ seen, provider }) =>
      expect([seen.status, seen.headers.location?.endsWith(`/${provider}${chatPath(provider)}`), seen.text]).toEqual([307, true, ""]),
  },

  "bad-request": status(400),
  "invalid-key": status(401),
  "echo-key": {
    check({ seen }) {
      expect(seen.status).toBe(401);
      expect(seen.text).toContain("sk-test-key");
    },
  },
  "no-credit": status(400, 402, 403, 429),
  "quota-429": status(402, 429),
  forbidden: status(403),
  "not-found-model": status(400, 404),
  "context-length": status(400),
  "payload-too-large": status(413),
  "unsupported-param": status(400),
  "rate-limit": {
    check(c) {
      status(429).check(c);
      expect(c.seen.headers["retry-after"]).toBe("2");
    },
  },
  "server-error": status(500),
  unavailable: status(503),
  overloaded: status(429, 498, 503, 529),
  "gateway-html": page(502),
  "html-200": page(200),

  empty: said(() => ""),
  whitespace: {
    check(c) {
      finishes(c, "stop");
      expect([c.v.text.length > 3, c.v.text.replace(/[\s\u200b]/g, "")]).toEqual([true, ""]);
    },
  },
  "null-content": {
    check(c) {
      finishes(c, "stop");
      expect([c.v.text, c.v.calls]).toEqual(["", []]);
      if (!c.streamed) expect(c.v.content).toBeNull();
    },
  },
  "no-choices": {
    check(c) {
      whole(c);
      expect([c.v.answers, c.v.finish === undefined || isMessages(c.provider)]).toEqual([0, true]);
    },
  },
  "reasoning-only": {
    check(c) {
      finishes(c, "stop");
      expect([c.v.text, c.v.thoughts]).toEqual(["", c.provider === "openai" ? "" : c.good.text]);
      expect(output(c.v)).toBeGreaterThan(20);
    },
  },
  "error-in-200": {
    check({ seen, v }) {
      expect([seen.ended, seen.status, v.answers, v.error]).toEqual(["whole", 200, 0, true]);
      expect(seen.headers["content-type"]).toMatch(/^application\/json/);
    },
  },
  "error-in-stream": {
    check({ seen, v, good, streamed, provider }) {
      expect([seen.ended, seen.status, v.error]).toEqual(["whole", 200, true]);
      if (!streamed) return expect([v.text, v.finish]).toEqual([good.text, good.finish]);
      expect([good.text.startsWith(v.text), v.text.length < good.text.length, v.done]).toEqual([true, true, provider === "together"]);
    },
  },
  length: {
    kind: "json",
    check(c) {
      finishes(c, "length");
      expect([c.good.text.startsWith(c.v.text), parsed(c.v.text)]).toEqual([true, undefined]);
    },
  },
  "length-then-ok": said((c) => c.good.text, "json"),
  "cut-json": {
    kind: "json",
    check(c) {
      finishes(c, "stop");
      expect([c.good.text.startsWith(c.v.text), parsed(c.v.text)]).toEqual([true, undefined]);
    },
  },
  "wrong-schema": {
    kind: "json",
    check(c) {
      finishes(c, "stop");
      expect([isObject(parsed(c.v.text)), satisfies(parsed(c.v.text))]).toEqual([true, false]);
    },
  },
  "fenced-json": said(
    (c) => `Here is the JSON you asked for:\n\n\`\`\`json\n${c.good.text}\n\`\`\`\n\nLet me know if you need anything else.`,
    "json",
  ),
  "two-documents": said((c) => `${c.good.text}\n${c.good.text}`, "json"),
  "model-swap": {
    check(c) {
      finishes(c, "stop");
      expect([typeof c.v.model, c.v.model === c.good.model]).toEqual(["string", false]);
    },
  },
  "model-family": {
    check(c) {
      finishes(c, "stop");
      expect([typeof c.v.model, c.v.model === c.good.model]).toEqual(["string", false]);
    },
  },
  "no-model": {
    check(c) {
      finishes(c, "stop");
      expect(c.v.model).toBeUndefined();
      expect(c.seen.text).not.toContain('"model":');
    },
  },
  refusal: {
    check(c) {
      whole(c);
      const declined = "I'm sorry, but I can't assist with that request.";
      const forms: Partial<Record<ProviderId, unknown[]>> = { openai: ["", declined, "stop"], anthropic: ["", "", "refusal"] };
      expect([c.v.text, c.v.refusal, c.v.finish]).toEqual(forms[c.provider] ?? [declined, "", "stop"]);
    },
  },
  "content-filter": {
    check(c) {
      finishes(c, "filtered");
      expect([c.good.text.startsWith(c.v.text), c.v.text.length < c.good.text.length]).toEqual([true, true]);
    },
  },
  loop: {
    check(c) {
      finishes(c, "length");
      const lap = "and then the same step is taken once more, ";
      expect([c.v.text.split(lap).length > 50, output(c.v)]).toEqual([true, 4096]);
    },
  },
  "no-usage": {
    check(c) {
      finishes(c, "stop");
      expect([c.v.text, c.v.usage]).toEqual([c.good.text, null]);
    },
  },
  "tenfold-usage": {
    check(c) {
      finishes(c, "stop");
      expect([c.v.text, output(c.v)]).toEqual([c.good.text, 10 * output(c.good)]);
    },
  },
  "bad-tool-json": {
    kind: "tool",
    check(c) {
      finishes(c, "tool_calls");
      expect([c.v.calls.length, parsed(c.v.calls[0]?.arguments ?? "{}")]).toEqual([1, undefined]);
    },
  },
  "unknown-tool": {
    kind: "tool",
    check(c) {
      finishes(c, "tool_calls");
      expect(c.v.calls).toEqual([{ name: "undeclared_tool", arguments: "{}" }]);
    },
  },
  "missing-tool-argument": {
    kind: "tool",
    check(c) {
      finishes(c, "tool_calls");
      expect(c.v.calls.map((call) => [call.name, Object.keys(parsed(call.arguments) ?? {})])).toEqual([["weather", ["people", "tags"]]]);
    },
  },
  "wrong-language": {
    check(c) {
      finishes(c, "stop");
      expect(c.v.text).toMatch(/^[\p{Script=Han}。，]+$/u);
    },
  },
  "unknown-finish": {
    check(c) {
      whole(c);
      expect([c.v.text, c.v.finish]).toEqual([c.good.text, "gone_fishing"]);
    },
  },
  "no-finish": {
    check(c) {
      whole(c);
      expect([c.v.text, c.v.finish]).toEqual([c.good.text, null]);
    },
  },
  "broken-utf8": {
    check(c) {
      finishes(c, "stop");
      expect([c.v.text.replace(/\ufffd+/, ""), c.seen.bytes.includes(Buffer.from([0xe4, 0xbd, 0xe4]))]).toEqual([c.good.text, false]);
      expect(c.v.text).toContain("\ufffd");
    },
  },
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
        const where = `${fault} at ${provider}, ${streamed ? "streamed" : "whole"}`;
        try {
          row?.check({ provider, streamed, seen, v: view(seen, provider), good });
        } catch (error) {
          throw new Error(`${where}: ${seen.status} ${seen.ended} ${seen.text.slice(0, 600)}`, { cause: error });
        }
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
      words(provider, streamed, "stop"),
      words(provider, streamed, "stop"),
      words(provider, streamed, "tool_calls"),
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
      expect([short.finish, full.text.startsWith(short.text), output(short)]).toEqual([words(provider, streamed, "length"), true, 7]);
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
  const schemas: JsonObject[] = [
    {
      type: "object",
      properties: { a: { type: "integer", minimum: 10, maximum: 12 }, b: { enum: ["x", "y"] }, c: { const: 7 } },
      required: ["a", "b", "c"],
    },
    {
      $defs: {
        node: {
          type: "object",
          properties: { name: { type: "string" }, next: { anyOf: [{ $ref: "#/$defs/node" }, { type: "null" }] } },
          required: ["name", "next"],
        },
      },
      $ref: "#/$defs/node",
    },
    { type: "array", items: { type: "string", format: "email" }, minItems: 4, uniqueItems: true },
    {
      type: "object",
      properties: Object.fromEntries(
        ["date", "date-time", "email", "uri", "uuid", "ipv4", "ipv6", "hostname", "time"].map((format) => [
          format,
          { type: "string", format },
        ]),
      ),
    },
    {
      allOf: [
        { type: "object", properties: { a: { type: "number" } }, required: ["a"] },
        { properties: { b: { type: "boolean" } }, required: ["b"] },
      ],
    },
    {
      oneOf: [
        { type: "object", properties: { kind: { const: "circle" }, r: { type: "number", exclusiveMinimum: 0 } }, required: ["kind", "r"] },
        { type: "null" },
      ],
    },
    {
      type: "object",
      properties: {
        code: { type: "string", pattern: "^[A-Z]{2}-\\d{4}$" },
        slug: { type: "string", pattern: "^[a-z]+(?:-[a-z0-9]+)*$", minLength: 8 },
      },
      required: ["code", "slug"],
    },
    {
      type: "object",
      properties: { text: { type: "string", minLength: 300 }, short: { type: "string", maxLength: 3 } },
      required: ["text", "short"],
      additionalProperties: false,
    },
    { type: "array", prefixItems: [{ type: "string" }, { type: "integer" }], items: false, minItems: 2 },
    {
      type: "object",
      properties: { price: { type: "number", multipleOf: 0.5, maximum: 3 }, even: { type: "integer", multipleOf: 2, minimum: 99 } },
      required: ["price", "even"],
    },
    { type: ["string", "null"] },
    { type: "object", minProperties: 2, additionalProperties: { type: "integer" } },
    {
      type: "object",
      properties: {
        __proto__x: { type: "string" },
        list: { type: "array", items: { type: "object", properties: { id: { type: "integer" } }, required: ["id"] }, minItems: 3 },
      },
      required: ["list"],
    },
  ];

  const answerTo = async (schema: JsonObject, fault?: string) => {
    const response_format = { type: "json_schema", json_schema: { name: "it", schema } };
    return (
      parsed(
        view(await chat("openai", bodyFor("openai", "plain", true, { response_format, max_tokens: 100_000 }), fault), "openai").text,
      ) ?? null
    );
  };

  it.each(schemas.map((schema) => [JSON.stringify(schema).slice(0, 60), schema] as const))("%s…", async (_, schema) => {
    const validate = new Ajv2020({ strict: false });
    const check = formats.default(validate).compile(schema);
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
    for (const schema of [wide, endless, long, lost]) expect(await answerTo(schema)).not.toBeUndefined();
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
      expect(short.finish).toBe(words(provider, true, "length"));
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
      ["slow-first-token", "slow-drip", "huge-body"].map((fault) =>
        ask(house.baseUrl("openai", fault), { path: "/chat/completions", body: bodyFor("openai", "plain", true), leave: open }),
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
    await until(() => time.pending.size === 0);
    expect([house.connections(), (await Promise.all(asked)).every(({ ended }) => ended === "lost" || ended === "cut")]).toEqual([0, true]);
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
  /** What no recording of ours holds, by its source instead: no Kimi stream and no SiliconFlow body was ever recorded. */
  const unrecorded: Partial<Record<ProviderId, RegExp>> = {
    moonshot: /tool_calls|delta|:string$|:number$|:null$/,
    siliconflow: /message|tool_calls/,
  };
  const known = new Map<string, Set<string>>();

  beforeAll(() => {
    for (const line of gunzipSync(readFileSync(corpus)).toString().trim().split("\n")) {
      const record = parsed(line);
      const api = str(at(record, "request", "api"));
      if (at(record, "response", "status") !== 200 || !["chat", "anthropic"].includes(api)) continue;
      const text = str(at(record, "response", "body"));
      const key = `${str(at(record, "provider"))} ${/^(?:data|event):/.test(text)}`;
      const found = known.get(key) ?? new Set();
      known.set(key, found);
      for (const document of documents(text)) paths(document, "", found);
    }
  });

  it.each(everyWay)("$provider, streamed $streamed: every field has been recorded there with that type", async ({ provider, streamed }) => {
    const recorded = known.get(`${provider} ${streamed}`) ?? new Set<string>();
    for (const kind of ["plain", "json", "tool"] as const) {
      const { text } = await chat(provider, bodyFor(provider, kind, streamed));
      const ours = documents(text).reduce<Set<string>>((found, document) => paths(document, "", found), new Set());
      const strange = Array.from(ours).filter(
        (path) => !recorded.has(path) && !/\.input\./.test(path) && unrecorded[provider]?.test(path) !== true,
      );
      expect(strange).toEqual([]);
    }
  });
});
