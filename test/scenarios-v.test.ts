import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it, test, vi } from "vitest";
import { systemClock, type Clock } from "../src/clock.js";
import { createEngine } from "../src/engine.js";
import { dimensionNames, type JsonObject, type ToolDefinition, type Verdict } from "../src/exchange.js";
import type { Failover } from "../src/face.js";
import { createFailover, redact, verify } from "../src/index.js";
import type { Attempt, CallEvent, CallOptions, ChatRequest, Outcome } from "../src/outcome.js";
import { providerIds, type ProviderId } from "../src/providers/index.js";
import { startSandbox, type Sandbox } from "../src/sandbox/index.js";
import { readSettings, type Env } from "../src/settings.js";

/**
 * V01–V20 of the scenarios, by name: everything that can be wrong with an answer although its status is 200, through the
 * library and against the sandbox, with real sockets. Where judging alone is meant, through `verify` as well.
 */

const question: ChatRequest = { messages: [{ role: "user", content: "Why is the sky blue?" }] };
const place: JsonObject = {
  type: "object",
  properties: {
    city: { type: "string" },
    tags: { type: "array", items: { type: "string" }, minItems: 1 },
    deep: { type: "object", properties: { n: { type: "integer" } }, required: ["n"] },
  },
  required: ["city", "tags", "deep"],
};
const tools: ToolDefinition[] = [
  { name: "weather", parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] } },
];
const forWeather: Partial<ChatRequest> = { messages: [{ role: "user", content: "Use the weather tool for Bern." }], tools };

let failover: Failover;
beforeAll(() => {
  failover = createFailover({ sandbox: true, env: {} });
});
afterAll(() => failover.close());

/** OpenAI has the fault, and Anthropic is fine. Both are named, for what calls have taught must not change the order. */
const withFault = (
  fault: string | string[],
  stream: boolean,
  request: Partial<ChatRequest> = {},
  options: CallOptions = {},
): Promise<Outcome> =>
  failover.chat({ ...question, ...request, stream }, { providers: ["openai", "anthropic"], simulate: { openai: fault }, ...options });

/** Findings of a verdict, e.g. `fail structure.empty_answer`. Latency says how fast this machine is, and is left out. */
const found = (verdict: Verdict | null | undefined): string[] =>
  dimensionNames
    .filter((name) => name !== "latency")
    .flatMap((name) => verdict?.dimensions[name].findings.map((one) => `${one.severity} ${name}.${one.code}`) ?? []);

const first = (outcome: Outcome): Attempt => outcome.attempts[0] ?? expect.unreachable("an attempt was made");
const judged = async (response: string, contract: unknown = {}, more: { requested_model?: string; tools?: ToolDefinition[] } = {}) =>
  found((await verify({ response, contract, ...more })).verdict);

const body = (fields: JsonObject, finish_reason: string | null = "stop", more: JsonObject = {}): string =>
  JSON.stringify({
    id: "c",
    object: "chat.completion",
    model: "gpt-6-luna",
    choices: [{ index: 0, message: { role: "assistant", ...fields }, finish_reason }],
    usage: { prompt_tokens: 9, completion_tokens: 9 },
    ...more,
  });

/** The sick answer was rejected for this, another provider's was verified, and every attempt is on the bill. */
function expectFailover(outcome: Outcome, reason: string): void {
  expect(outcome).toMatchObject({ verified: true, error: null, rejected: null });
  expect(outcome.text ?? outcome.tool_calls[0]?.arguments).not.toBe("");
  const sick = outcome.attempts.filter((one) => one.provider === "openai");
  for (const one of sick) expect([one.outcome, one.fault?.reason]).toEqual(["rejected", reason]);
  expect(sick.length).toBeGreaterThan(0);
  expect(outcome.provider).toBe("anthropic");
  expect(outcome.attempts.at(-1)?.next.step).toBe("accept");
  const costs = outcome.attempts.map((one) => one.cost_usd);
  if (costs.includes(null)) expect(outcome.cost_usd).toBeNull();
  else
    expect(outcome.cost_usd).toBeCloseTo(
      costs.reduce<number>((sum, cost) => sum + (cost ?? 0), 0),
      9,
    );
}

const bothWays = [
  ["streamed", true],
  ["whole", false],
] as const;

describe.each(bothWays)("%s", (_, stream) => {
  test.each(["empty", "null-content", "whitespace"])("V01: %s is no answer", async (fault) => {
    const outcome = await withFault(fault, stream);
    expectFailover(outcome, "empty_answer");
    expect(found(first(outcome).verdict)).toEqual(["fail structure.empty_answer"]);
  });

  it("V01: an envelope without an answer is none either", async () => {
    expectFailover(await withFault("no-choices", stream), "no_choices");
  });

  it("V02: thoughts are never passed off as the answer", async () => {
    const outcome = await withFault("reasoning-only", stream);
    expectFailover(outcome, "empty_answer");
    const shown = await failover.chat(
      { ...question, stream },
      { providers: ["deepseek", "anthropic"], simulate: { deepseek: "reasoning-only" } },
    );
    expect([shown.verified, shown.provider]).toEqual([true, "anthropic"]);
    expect(first(shown).verdict?.dimensions.structure.findings[0]?.seen).toMatch(/^only reasoning, \d+ characters$/);
  });

  test.each(["error-in-200", "error-in-stream"])("V03: %s is classified as the error it is", async (fault) => {
    const outcome = await withFault(fault, stream);
    expectFailover(outcome, "overloaded");
    expect(first(outcome)).toMatchObject({ status: 200, fault: { class: "server" } });
    expect(found(first(outcome).verdict)).toContain("fail structure.error_in_200");
  });

  it("V04: finish length is integrity's, and the retry asks for more", async () => {
    const outcome = await withFault("length-then-ok", stream);
    expect(outcome.attempts.map((one) => [one.provider, one.outcome, one.fault?.reason ?? null])).toEqual([
      ["openai", "rejected", "truncated"],
      ["openai", "verified", null],
    ]);
    expect(first(outcome).next).toMatchObject({ step: "retry", level: 1, changes: [expect.stringMatching(/^max_tokens \d+ → 1024$/)] });
    expect(found(first(outcome).verdict)).toContain("fail integrity.truncated");
  });

  it("V04: cut JSON with finish length, and every repetition differs from the one before", async () => {
    const outcome = await withFault("length", stream, {}, { contract: { schema: place } });
    expectFailover(outcome, "truncated");
    expect(found(first(outcome).verdict)).toEqual(["fail structure.cut_json", "fail schema.not_json", "fail integrity.truncated"]);
    for (const one of outcome.attempts) if (one.next.step === "retry") expect(one.next.changes).not.toEqual([]);
  });

  it("V05: cut JSON with finish stop", async () => {
    const outcome = await withFault("cut-json", stream, {}, { contract: { schema: place } });
    expectFailover(outcome, "cut_json");
    expect(found(first(outcome).verdict)).toContain("fail schema.not_json");
  });

  test.each(["no-finish", "unknown-finish"])("V06: %s is no pass by itself", async (fault) => {
    const outcome = await withFault(fault, stream);
    expect(outcome.verified).toBe(true);
    expect(outcome.verdict?.dimensions.integrity.status).toBe("warn");
    expect(found(outcome.verdict)).toEqual(["warn integrity.unknown_finish"]);
  });

  it("V07: valid JSON that violates the schema", async () => {
    const outcome = await withFault("wrong-schema", stream, {}, { contract: { schema: place } });
    expectFailover(outcome, "mismatch");
    expect(outcome.verdict?.dimensions.schema.status).toBe("pass");
  });

  test.each(["fenced-json", "two-documents"])("V08: %s is not one JSON document", async (fault) => {
    const outcome = await withFault(fault, stream, {}, { contract: { structure: { format: "json" } } });
    expectFailover(outcome, "not_json");
    expect(() => void JSON.parse(outcome.text ?? "")).not.toThrow();
  });

  it("V09: a model of another family is rejected, one of the same only under exact, and both are priced as served", async () => {
    const swapped = await withFault("model-swap", stream);
    expectFailover(swapped, "substituted");
    expect(first(swapped)).toMatchObject({ model: { resolved: "gpt-6-luna", served: "llama-3.1-8b-instant" }, cost_usd: null });
    expectFailover(await withFault("model-family", stream), "substituted");
    const family = await withFault("model-family", stream, {}, { contract: { identity: { mode: "family" } } });
    expect(family).toMatchObject({
      verified: true,
      provider: "openai",
      model: { resolved: "gpt-6-luna", served: "gpt-5-nano-2025-08-07" },
    });
    expect(found(family.verdict)).toEqual(["warn identity.substituted"]);
    const asked = await withFault("ok", stream, {}, { model: "openai/gpt-5-nano" });
    expect(asked.model?.served).toBe("gpt-5-nano-2025-08-07");
    const rate = (outcome: Outcome) => (outcome.cost_usd ?? 0) / (outcome.usage?.completion_tokens ?? 1);
    expect(rate(family)).toBeCloseTo(rate(asked), 6);
    expectFailover(await withFault("model-swap", stream, {}, { contract: { identity: { mode: "family" } } }), "substituted");
    const any = await withFault("model-swap", stream, {}, { contract: { identity: { mode: "any" } } });
    expect([any.provider, ...found(any.verdict)]).toEqual(["openai", "warn identity.substituted"]);
  });

  it("V10: an alias answered by its dated snapshot passes with a note", async () => {
    const outcome = await withFault("ok", stream, {}, { model: "gpt-4o-mini" });
    expect(outcome).toMatchObject({ verified: true, model: { requested: "gpt-4o-mini", served: "gpt-4o-mini-2024-07-18" } });
    expect(found(outcome.verdict)).toEqual(["warn identity.snapshot"]);
    expect(outcome.cost_usd).toBeGreaterThan(0);
  });

  test.each([
    ["refusal", "refusal"],
    ["content-filter", "filtered"],
  ])("V11: %s stays with the provider, unless the caller says otherwise", async (fault, reason) => {
    const stays = await withFault(fault, stream);
    expect(stays).toMatchObject({ verified: false, text: null, attempts: [{ fault: { class: "policy", reason } }] });
    expect(stays.attempts).toHaveLength(1);
    expect(stays.rejected?.route).toBe("openai/gpt-6-luna");
    expectFailover(await withFault(fault, stream, {}, { on_refusal: "failover" }), reason);
  });

  it("V12: a text that loops is rejected, and a stream of it ended early", async () => {
    const outcome = await withFault("loop", stream, { max_tokens: 4_096 });
    expectFailover(outcome, "degenerate");
    expect(found(first(outcome).verdict)).toContain("fail structure.degenerate");
    expect(found(first(outcome).verdict).includes("fail integrity.stopped_early")).toBe(stream);
  });

  it("V13: no usage costs an unknown sum, tenfold usage is flagged", async () => {
    const unused = await withFault("no-usage", stream);
    expect(unused).toMatchObject({ verified: true, usage: null, cost_usd: null, known_cost_usd: 0, maybe_billed_attempts: 1 });
    expect(found(unused.verdict)).toEqual(["warn cost.no_usage"]);
    const tenfold = await withFault("tenfold-usage", stream);
    expect(found(tenfold.verdict)).toEqual(["warn cost.inconsistent"]);
    const capped = await withFault("no-usage", stream, {}, { contract: { cost: { max_usd: 1 } } });
    expect(found(first(capped).verdict)).toContain("fail cost.unknown_cost");
  });

  test.each([
    ["bad-tool-json", "tool_call"],
    ["unknown-tool", "unknown_tool"],
    ["missing-tool-argument", "tool_call"],
  ])("V14: %s", async (fault, reason) => {
    const outcome = await withFault(fault, stream, forWeather);
    expectFailover(outcome, reason);
    expect(found(first(outcome).verdict)).toEqual([`fail schema.${reason}`]);
    expect(outcome.tool_calls).toMatchObject([{ name: "weather" }]);
  });

  it("V15: the wrong script warns, or fails where that is asked", async () => {
    const language = { language: "en" };
    const warned = await withFault("wrong-language", stream, {}, { contract: { integrity: language } });
    expect([warned.provider, ...found(warned.verdict)]).toEqual(["openai", "warn integrity.wrong_language"]);
    const contract = { integrity: { ...language, on_wrong_language: "fail" } };
    expectFailover(await withFault("wrong-language", stream, {}, { contract }), "wrong_language");
  });

  it("V16: a huge body is capped", async () => {
    const outcome = await withFault("huge-body", stream);
    // Its text is one endless repetition, so a stream of it may be ended before it is too large.
    expect(outcome.verified).toBe(true);
    expect(["too_large", "degenerate"]).toContain(first(outcome).fault?.reason);
    expect(outcome.attempts.length).toBeGreaterThan(1);
  });

  it("V16: a slow drip does not outlast the deadline", async () => {
    const outcome = await failover.chat(
      { ...question, stream },
      { simulate: { openai: "slow-drip" }, providers: ["openai"], deadline_ms: 1_300, max_attempts: 1 },
    );
    expect(outcome).toMatchObject({ verified: false, text: null, attempts: [{ outcome: "fault", fault: { class: "timeout" } }] });
  });

  it("V17: when every route fails, the best answer is shown as rejected and as nothing else", async () => {
    const simulate = Object.fromEntries(providerIds.map((id) => [id, "wrong-schema"]));
    const outcome = await failover.chat({ ...question, stream }, { simulate, contract: { schema: place } });
    expect(outcome).toMatchObject({ verified: false, text: null, tool_calls: [], provider: null, error: { code: "budget_exhausted" } });
    expect(outcome.attempts).toHaveLength(6);
    expect(outcome.attempts.every((one) => one.outcome === "rejected")).toBe(true);
    expect(outcome.rejected?.verdict.verified).toBe(false);
    expect(() => void JSON.parse(outcome.rejected?.text ?? "")).not.toThrow();
    const fewest = Math.min(...outcome.attempts.map((one) => found(one.verdict).filter((code) => code.startsWith("fail")).length));
    expect(found(outcome.rejected?.verdict).filter((code) => code.startsWith("fail"))).toHaveLength(fewest);
    expect(outcome.error?.message).toContain("mismatch");
    const few = await withFault("wrong-schema", stream, {}, { providers: ["openai"], contract: { schema: place } });
    expect(few).toMatchObject({
      verified: false,
      text: null,
      error: { code: "all_attempts_failed" },
      rejected: { verdict: { verified: false } },
    });
    expect(few.attempts.map((one) => one.next.step)).toEqual(["retry", "downgrade", "retry", "stop"]);
  });
});

describe("through verify", () => {
  test.each<[scenario: string, response: string, contract: unknown, findings: string[]]>([
    ["V01: zero-width content", body({ content: "\u200b\u200d\ufeff" }), {}, ["fail structure.empty_answer"]],
    ["V01: no content", body({ content: null }), {}, ["fail structure.empty_answer"]],
    ["V01: plain nothing", " ", {}, ["fail structure.empty_answer"]],
    ["V02: only reasoning", body({ content: "", reasoning_content: "So, the answer is 4." }), {}, ["fail structure.empty_answer"]],
    ["V03: an error body", '{"error":{"message":"busy","type":"overloaded_error"}}', {}, ["fail structure.error_in_200"]],
    [
      "V03: an error event inside a stream",
      'event: message_start\ndata: {"type":"message_start","message":{"id":"m","model":"claude-x","usage":{"input_tokens":1}}}\n\nevent: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"busy"}}\n\n',
      {},
      ["fail structure.error_in_200", "fail integrity.stream_cut"],
    ],
    [
      "V04: length and cut JSON",
      body({ content: '{"a":[1' }, "length"),
      { structure: { format: "json" } },
      ["fail structure.cut_json", "fail integrity.truncated"],
    ],
    [
      "V04: length, all thought",
      body({ content: "", reasoning_content: "Hm" }, "length"),
      {},
      ["fail structure.empty_answer", "fail integrity.budget_eaten_by_reasoning"],
    ],
    [
      "V05: stop and cut JSON",
      body({ content: '{"a":[1' }),
      { structure: { format: "json" } },
      ["fail structure.cut_json", "fail integrity.cut_json"],
    ],
    [
      "V05: stop and cut JSON, with a schema",
      '{"city":"Be',
      { schema: place },
      ["fail structure.cut_json", "fail schema.not_json", "fail integrity.cut_json"],
    ],
    ["V06: no finish reason", body({ content: "Yes." }, null), {}, ["warn integrity.unknown_finish"]],
    ["V06: no finish reason and an open fence", body({ content: "```ts\nlet" }, null), {}, ["fail integrity.unknown_finish"]],
    ["V06: no finish reason and cut JSON", body({ content: '{"a":' }, null), {}, ["fail integrity.unknown_finish"]],
    ["V07: a wrong value deep inside", '{"city":"Bern","tags":["a"],"deep":{"n":"1"}}', { schema: place }, ["fail schema.mismatch"]],
    ["V07: a wrong first element", '{"city":"Bern","tags":[1,"a"],"deep":{"n":1}}', { schema: place }, ["fail schema.mismatch"]],
    ["V07: a brace in a string", '{"city":"}{\\"}","tags":["]"],"deep":{"n":1}}', { schema: place }, []],
    ["V07: nested JSON", '{"city":"B","tags":["a"],"deep":{"n":1,"deeper":{"deepest":[{"x":[[]]}]}}}', { schema: place }, []],
    ["V08: a fence with prose", 'Here:\n```json\n{"a":1}\n```\nBye.', { structure: { format: "json" } }, ["fail structure.not_json"]],
    [
      "V08: a fence with prose, fences allowed",
      'Here:\n```json\n{"a":1}\n```\nBye.',
      { structure: { format: "json", unwrap_fence: true } },
      ["fail structure.not_json"],
    ],
    ["V08: one fence", '```json\n{"a":1}\n```', { structure: { format: "json" } }, ["fail structure.not_json"]],
    ["V08: one fence, fences allowed", '```json\n{"a":1}\n```', { structure: { format: "json", unwrap_fence: true } }, []],
    ["V08: two documents", '{"a":1}{"a":1}', { structure: { format: "json" } }, ["fail structure.not_json"]],
    ["V08: a prefix that looks repaired", '{"a":1}, "b":2}', { structure: { format: "json" } }, ["fail structure.not_json"]],
    ["V11: a refusal field", body({ content: null, refusal: "I can't." }), {}, ["fail integrity.refusal"]],
    ["V11: a content filter", body({ content: "Well," }, "content_filter"), {}, ["fail integrity.filtered"]],
    ["V11: a refusal phrase", "I'm sorry, but I can't assist with that.", {}, ["warn integrity.refusal_phrase"]],
    [
      "V11: a refusal phrase, where it is no answer",
      "I'm sorry, but I can't.",
      { integrity: { on_refusal_phrase: "fail" } },
      ["fail integrity.refusal_phrase"],
    ],
    [
      "V12: a loop",
      body({ content: `It is ${"so and ".repeat(40)}` }, "length"),
      {},
      ["fail structure.degenerate", "fail integrity.truncated"],
    ],
    [
      "V13: zero usage",
      body({ content: "Yes." }, "stop", { usage: { prompt_tokens: 0, completion_tokens: 0 } }),
      {},
      ["warn cost.no_usage"],
    ],
    [
      "V13: zero usage and a ceiling",
      body({ content: "Yes." }, "stop", { usage: { prompt_tokens: 0, completion_tokens: 0 } }),
      { cost: { max_usd: 1 } },
      ["fail cost.unknown_cost"],
    ],
    [
      "V13: tenfold usage",
      body({ content: Array.from({ length: 100 }, (_, at) => `w${at}`).join(" ") }, "stop", {
        usage: { prompt_tokens: 9, completion_tokens: 1_250 },
      }),
      {},
      ["warn cost.inconsistent"],
    ],
    ["V15: the wrong script", "我能吞下玻璃而不伤身体。", { integrity: { language: "en" } }, ["warn integrity.wrong_language"]],
    [
      "V15: the wrong script, where it is no answer",
      "我能吞下玻璃而不伤身体。",
      { integrity: { language: "en", on_wrong_language: "fail" } },
      ["fail integrity.wrong_language"],
    ],
  ])("%s", async (_, response, contract, findings) => {
    expect(await judged(response, contract)).toEqual(findings);
  });

  test.each<[scenario: string, requested_model: string, mode: string, findings: string[]]>([
    ["V09", "claude-haiku-4-5", "exact", ["fail identity.substituted"]],
    ["V09", "claude-haiku-4-5", "family", ["fail identity.substituted"]],
    ["V09", "gpt-6-sol", "exact", ["fail identity.substituted"]],
    ["V09", "gpt-6-sol", "family", ["warn identity.substituted"]],
    ["V10", "openai/gpt-6-luna", "exact", ["warn identity.alias"]],
  ])("%s: asked for %s under %s", async (_, requested_model, mode, findings) => {
    expect(await judged(body({ content: "Yes." }), { identity: { mode } }, { requested_model })).toEqual(findings);
  });

  test.each([
    ["V14: broken JSON", '{"city":"Be', "weather", ["fail schema.tool_call"]],
    ["V14: an unknown tool", "{}", "wether", ["fail schema.unknown_tool"]],
    ["V14: a missing argument", "{}", "weather", ["fail schema.tool_call"]],
    ["V14: nothing wrong", '{"city":"Bern"}', "weather", []],
  ])("%s", async (_, args, name, findings) => {
    const calls = [{ id: "c", type: "function", function: { name, arguments: args } }];
    expect(await judged(body({ content: null, tool_calls: calls }, "tool_calls"), {}, { tools })).toEqual(findings);
  });
});

// ---- V16: a key that comes back ------------------------------------------------------------------------------------

interface Local {
  url: string;
  close(): void;
}

/** A provider of the test's own; `answer` is given what was asked and the response to write. */
async function local(answer: (asked: JsonObject, response: ServerResponse, key: string) => void): Promise<Local> {
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (piece: string) => (text += piece));
    request.on("end", () => {
      const asked: JsonObject = JSON.parse(text);
      answer(asked, response, request.headers.authorization ?? "");
    });
  });
  const address = await new Promise<AddressInfo | string | null>((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(server.address()));
  });
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}/v1`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

describe("V16: a key that comes back", () => {
  const key = "sk-proj-V16canary_0123456789-abcdefghijklmnop";
  const echoes: Record<string, (sent: string) => [status: number, body: string]> = {
    "in the error's message": (sent) => [
      401,
      JSON.stringify({ error: { message: `Incorrect API key provided: ${sent}.`, code: "invalid_api_key" } }),
    ],
    "in the error's code": (sent) => [400, JSON.stringify({ error: { message: "no", code: sent, type: sent, param: sent } })],
    "in plain text": (sent) => [503, `upstream refused ${sent}`],
    "in a page": (sent) => [502, `<html><head><title>${sent}</title></head></html>`],
    "cut after its first half": (sent) => [401, JSON.stringify({ error: { message: `Key ${sent.slice(0, 20)}*** is wrong` } })],
    "URL-encoded and in base64": (sent) => [
      400,
      `${encodeURIComponent(sent)} ${Buffer.from(sent).toString("base64")} ${Buffer.from(`x${sent}`).toString("base64")}`,
    ],
    "in an error inside a 200": (sent) => [200, JSON.stringify({ error: { message: `bad ${sent}`, code: sent } })],
    "in the answer, the model's name, the finish reason and the id": (sent) => [
      200,
      body({ content: `Your key is ${sent}`, reasoning_content: sent }, sent, { model: sent, id: sent }),
    ],
    "in the arguments of a tool call": (sent) => [
      200,
      body({ content: null, tool_calls: [{ id: sent, function: { name: sent, arguments: `"${sent}` } }] }, "tool_calls"),
    ],
  };

  test.each(Object.keys(echoes))("%s is redacted", async (where) => {
    const echo = echoes[where] ?? expect.unreachable("a row");
    const upstream = await local((_, response, sent) => {
      const [status, text] = echo(sent.replace("Bearer ", ""));
      response.writeHead(status, { "content-type": "application/json", "x-request-id": key }).end(text);
    });
    const events: CallEvent[] = [];
    const own = createFailover({ env: { OPENAI_API_KEY: key, OPENAI_BASE_URL: upstream.url } });
    try {
      const outcome = await own.chat({ ...question, stream: false }, { onEvent: (event) => void events.push(event), max_attempts: 2 });
      expect(outcome.attempts.length).toBeGreaterThan(0);
      const printed = redact(JSON.stringify([outcome, events, own.health(), own.providers()]));
      for (const form of [key, key.slice(0, 16), encodeURIComponent(key), Buffer.from(key).toString("base64").slice(4, -4)])
        expect(printed).not.toContain(form);
    } finally {
      await own.close();
      upstream.close();
    }
  });
});

// ---- V18: cancelled -------------------------------------------------------------------------------------------------

describe("V18: the caller cancels", () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.close());

  const envFor = (fault: string): Env => ({ OPENAI_API_KEY: "sk-test-0123456789", OPENAI_BASE_URL: sandbox.baseUrl("openai", fault) });

  test.each<[when: string, fault: string, stream: boolean, moment: CallEvent["type"]]>([
    ["before the first byte", "silence", true, "attempt-start"],
    ["before the first byte of a whole body", "silence", false, "attempt-start"],
    ["in the body", "stall", true, "first-token"],
    ["in a back-off", "rate-limit", true, "wait"],
  ])("%s: the socket is closed at once, and the breaker unmoved", async (_, fault, stream, moment) => {
    const own = createFailover({ env: envFor(fault) });
    try {
      // Three failures in a row would open it.
      for (let n = 0; n < 3; n += 1) {
        const abort = new AbortController();
        const outcome = await own.chat(
          { ...question, stream },
          {
            signal: abort.signal,
            providers: ["openai"],
            onEvent: (event) => (event.type === moment ? void setImmediate(() => abort.abort()) : undefined),
          },
        );
        expect(outcome).toMatchObject({ verified: false, text: null, error: { code: "cancelled" } });
        const inAttempt = moment !== "wait";
        expect(outcome.attempts.at(-1)?.outcome === "cancelled").toBe(inAttempt);
        if (inAttempt) await vi.waitFor(() => expect(sandbox.connections()).toBe(0));
      }
      const health = own.health();
      expect(health).toMatchObject({ in_flight: 0, queued: 0 });
      for (const route of health.routes) expect([route.route, route.breaker]).toEqual([route.route, "closed"]);
      const asked = sandbox.requests.length;
      await new Promise((resolve) => void setImmediate(resolve));
      expect(sandbox.requests).toHaveLength(asked);
    } finally {
      await own.close();
    }
    await vi.waitFor(() => expect(sandbox.connections()).toBe(0));
  });

  it("before anything was done, nothing is", async () => {
    const own = createFailover({ env: envFor("ok") });
    const asked = sandbox.requests.length;
    const outcome = await own.chat(question, { signal: AbortSignal.abort() });
    expect(outcome).toMatchObject({ attempts: [], error: { code: "cancelled" } });
    expect(sandbox.requests).toHaveLength(asked);
    await own.close();
  });

  it("one call of two, and the other one goes on", async () => {
    const own = createFailover({ sandbox: true, env: {} });
    const abort = new AbortController();
    const [cancelled, other] = await Promise.all([
      own.chat(question, {
        simulate: { openai: "silence" },
        signal: abort.signal,
        onEvent: (event) => (event.type === "attempt-start" ? abort.abort() : undefined),
      }),
      own.chat(question),
    ]);
    expect([cancelled.error?.code, other.verified]).toEqual(["cancelled", true]);
    await own.close();
  });
});

// ---- V19: half-open -------------------------------------------------------------------------------------------------

describe("V19: a half-open breaker", () => {
  /** The real clock, which can be put forward. */
  function skipping(): Clock & { skip(ms: number): void } {
    const clock = systemClock();
    let ahead = 0;
    return { ...clock, now: () => clock.now() + ahead, wall: () => clock.wall() + ahead, skip: (ms) => void (ahead += ms) };
  }

  const primary = "gpt-6-luna";

  /** One provider with two models: the primary's behaviour is the test's, the fallback is always fine. */
  async function setup() {
    const probes: ServerResponse[] = [];
    let sick: "fails" | "hangs" | "rejects" | "fine" = "fails";
    const good = (response: ServerResponse, model: string) =>
      void response.writeHead(200, { "content-type": "application/json" }).end(body({ content: "Blue." }, "stop", { model }));
    const upstream = await local((asked, response) => {
      if (asked.model !== primary || sick === "fine") return good(response, String(asked.model === primary ? primary : "gpt-5.4-nano"));
      if (sick === "fails") return void response.writeHead(500).end("{}");
      if (sick === "rejects") return void response.writeHead(400).end('{"error":{"message":"no","type":"invalid_request_error"}}');
      probes.push(response);
    });
    const clock = skipping();
    const own = createEngine(readSettings({ OPENAI_API_KEY: "sk-test-0123456789", OPENAI_BASE_URL: upstream.url }), {}, { clock });
    const ask = (options: CallOptions = {}) => own.chat({ ...question, stream: false }, options);
    const phase = () => own.health().routes.find((one) => one.model === primary)?.breaker;
    for (let n = 0; n < 3; n += 1) await ask({ max_attempts: 1 });
    expect(phase()).toBe("open");
    clock.skip(40_000);
    sick = "hangs";
    return {
      probes,
      ask,
      phase,
      good,
      become: (next: typeof sick) => void (sick = next),
      close: async () => {
        await own.close();
        upstream.close();
      },
    };
  }

  it("sends one probe for ten calls, and closes when it is answered", async () => {
    const { probes, ask, phase, good, close } = await setup();
    const calls = Array.from({ length: 10 }, () => ask());
    const early: Outcome[] = [];
    for (const call of calls) void call.then((outcome) => early.push(outcome));
    await vi.waitFor(() => expect(early).toHaveLength(9));
    expect(probes).toHaveLength(1);
    expect(early.map((one) => one.model?.resolved)).toEqual(Array.from({ length: 9 }, () => "gpt-5.4-nano"));
    expect(phase()).toBe("half-open");
    for (const probe of probes) good(probe, primary);
    const outcomes = await Promise.all(calls);
    expect(outcomes.every((one) => one.verified)).toBe(true);
    expect(outcomes.filter((one) => one.model?.resolved === primary)).toHaveLength(1);
    expect(phase()).toBe("closed");
    await close();
  });

  it("gives the place of a cancelled probe to the next", async () => {
    const { probes, ask, phase, become, close } = await setup();
    const abort = new AbortController();
    const cancelled = ask({ signal: abort.signal });
    await vi.waitFor(() => expect(probes).toHaveLength(1));
    abort.abort();
    expect((await cancelled).error?.code).toBe("cancelled");
    expect(phase()).toBe("half-open");
    become("fine");
    expect((await ask()).model?.resolved).toBe(primary);
    expect(phase()).toBe("closed");
    await close();
  });

  it("learns nothing from a probe that meets a 400, and gives its place to the next", async () => {
    const { ask, phase, become, close } = await setup();
    become("rejects");
    const refused = await ask({ max_attempts: 1 });
    expect(refused.attempts).toMatchObject([{ model: { resolved: primary }, status: 400, fault: { class: "request" } }]);
    expect(phase()).toBe("half-open");
    become("fine");
    expect((await ask()).model?.resolved).toBe(primary);
    expect(phase()).toBe("closed");
    await close();
  });

  it("opens again when its probe fails", async () => {
    const { ask, phase, become, close } = await setup();
    become("fails");
    expect((await ask()).model?.resolved).toBe("gpt-5.4-nano");
    expect(phase()).toBe("open");
    await close();
  });
});

// ---- V20: streamed and not ------------------------------------------------------------------------------------------

/** Faults of the answer itself; those that end a stream early differ by intent. */
const alike = [
  "ok",
  "empty",
  "whitespace",
  "null-content",
  "no-choices",
  "reasoning-only",
  "error-in-200",
  "length",
  "no-model",
  "refusal",
  "content-filter",
  "no-usage",
  "tenfold-usage",
  "unknown-finish",
  "no-finish",
  "broken-utf8",
];

describe("V20: the same answer, streamed and not, is judged, counted and priced the same", () => {
  const told = async (id: ProviderId, fault: string, stream: boolean, more: Partial<ChatRequest> = {}) => {
    const outcome = await failover.chat({ ...question, ...more, stream }, { providers: [id], simulate: { [id]: fault }, max_attempts: 1 });
    const { verdict, usage, cost_usd, model, fault: why, outcome: became } = first(outcome);
    return { found: found(verdict), usage, cost_usd, served: model.served, reason: why?.reason ?? null, became, text: outcome.text };
  };

  test.each(providerIds)("%s", async (id) => {
    // A stream of messages without a block is one of no content, so the envelope without an answer is told from it only whole.
    for (const fault of alike.filter((one) => id !== "anthropic" || one !== "no-choices"))
      expect([fault, await told(id, fault, true)]).toEqual([fault, await told(id, fault, false)]);
    for (const fault of ["ok", "bad-tool-json", "unknown-tool", "missing-tool-argument"])
      expect([fault, await told(id, fault, true, forWeather)]).toEqual([fault, await told(id, fault, false, forWeather)]);
  });
});
