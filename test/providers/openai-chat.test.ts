import { describe, expect, it, test } from "vitest";
import type { ChatRequest, Finish, Json, JsonObject, Reply, ToolCall, Usage } from "../../src/exchange.js";
import { objectOf, parseJson } from "../../src/json.js";
import { decode } from "../../src/providers/decode.js";
import { providerIds, providerOf, type ProviderId } from "../../src/providers/index.js";
import type { Target } from "../../src/providers/provider.js";
import { call, usage } from "../helpers/deliveries.js";

// ---- what is sent ---------------------------------------------------------------------------------------------------

const schema: JsonObject = { type: "object", properties: { a: { type: "string" } }, additionalProperties: false };

const full: ChatRequest = {
  messages: [
    { role: "system", content: "Be brief." },
    { role: "user", content: "Weather?" },
    { role: "assistant", content: null, tool_calls: [call("weather", '{"city":"Bern"}', "c1"), call("time", "{}", null)] },
    { role: "tool", tool_call_id: "c1", content: "12 °C" },
    { role: "tool", tool_call_id: "call_1", content: "noon" },
    { role: "assistant", content: "Mild." },
    { role: "user", content: "And?" },
  ],
  max_tokens: 100,
  temperature: 0.5,
  stop: ["END"],
  tools: [{ name: "weather", description: "Looks up.", parameters: { type: "object", required: ["city"] } }, { name: "time" }],
  tool_choice: { name: "weather" },
  response_format: { type: "json_schema", schema, name: "answer_form" },
};

/** What every one of the eight is sent for it, in the same words. */
const said = [
  { role: "system", content: "Be brief." },
  { role: "user", content: "Weather?" },
  {
    role: "assistant",
    content: null,
    tool_calls: [
      { id: "c1", type: "function", function: { name: "weather", arguments: '{"city":"Bern"}' } },
      { id: "call_1", type: "function", function: { name: "time", arguments: "{}" } },
    ],
  },
  { role: "tool", tool_call_id: "c1", content: "12 °C" },
  { role: "tool", tool_call_id: "call_1", content: "noon" },
  { role: "assistant", content: "Mild." },
  { role: "user", content: "And?" },
];
const tools = [
  { type: "function", function: { name: "weather", description: "Looks up.", parameters: { type: "object", required: ["city"] } } },
  { type: "function", function: { name: "time", parameters: { type: "object", properties: {} } } },
];
const instruction = {
  role: "system",
  content: `Answer with exactly one JSON document and nothing else: no prose, no code fence. It must satisfy this JSON Schema:\n${JSON.stringify(schema)}`,
};
const asSchema = { type: "json_schema", json_schema: { name: "answer_form", schema } };
const asObject = { type: "json_object" };
const named = { type: "function", function: { name: "weather" } };
const counted = { stream_options: { include_usage: true } };

type Chat = Exclude<ProviderId, "anthropic">;

/** Where they differ, each for its default model. */
const differences: Record<Chat, JsonObject> = {
  openai: { ...counted, max_completion_tokens: 100, tool_choice: named, response_format: asSchema, reasoning_effort: "none" },
  deepseek: {
    messages: [instruction, ...said],
    max_tokens: 100,
    temperature: 0.5,
    tool_choice: named,
    response_format: asObject,
    thinking: { type: "disabled" },
  },
  moonshot: { ...counted, max_tokens: 100, tool_choice: "auto", response_format: asSchema, thinking: { type: "disabled" } },
  zhipu: {
    ...counted,
    messages: [instruction, ...said],
    max_tokens: 100,
    temperature: 0.5,
    tool_choice: "auto",
    response_format: asObject,
    thinking: { type: "disabled" },
  },
  dashscope: {
    ...counted,
    messages: [instruction, ...said],
    max_tokens: 100,
    tool_choice: named,
    response_format: asObject,
    enable_thinking: false,
  },
  siliconflow: {
    messages: [instruction, ...said],
    max_tokens: 100,
    temperature: 0.5,
    tool_choice: "auto",
    response_format: asObject,
    enable_thinking: false,
  },
  groq: {
    stream: false, // not together with an enforced schema
    max_completion_tokens: 100,
    temperature: 0.5,
    tool_choice: named,
    response_format: asSchema,
    reasoning_effort: "low",
  },
  together: { max_tokens: 100, temperature: 0.5, tool_choice: named, response_format: asSchema, reasoning: { enabled: false } },
};

const chats = providerIds.filter((id): id is Chat => id !== "anthropic");

function encode(id: Chat, request: ChatRequest, target: Partial<Target> = {}): JsonObject {
  const provider = providerOf(id);
  const model = target.model ?? provider.models.default.id;
  return provider.dialect.encode(request, { provider, base_url: provider.base_url, key: "k", ...target, model });
}

const short: ChatRequest = { messages: [{ role: "user", content: "Hello." }] };

test.each(chats)("%s is sent its own form of the same request", (id) => {
  const before = structuredClone(full);
  const expected = {
    model: providerOf(id).models.default.id,
    messages: said,
    stream: true,
    stop: ["END"],
    tools,
    ...differences[id],
  };
  expect(encode(id, full)).toEqual(expected);
  expect(full).toEqual(before);
});

test.each(chats)("%s is sent no more than was asked", (id) => {
  const body = encode(id, short, { model: "some-model" });
  const { stream_options } = differences[id];
  expect(body).toEqual({
    model: "some-model",
    messages: short.messages,
    stream: true,
    ...(stream_options === undefined ? {} : { stream_options }),
  });
  expect(encode(id, { ...short, stream: false }, { model: "some-model" })).toEqual({
    model: "some-model",
    messages: short.messages,
    stream: false,
  });
});

describe("the form of the answer", () => {
  const exactly = "Answer with exactly one JSON document and nothing else: no prose, no code fence.";
  const bare = { type: "json_schema" as const, schema };
  test.each<[id: Chat, format: ChatRequest["response_format"], sent: Json | undefined, told: string | undefined]>([
    ["openai", undefined, undefined, undefined],
    ["openai", { type: "text" }, undefined, undefined],
    ["openai", { type: "json_object" }, asObject, exactly],
    ["openai", bare, { type: "json_schema", json_schema: { name: "answer", schema } }, undefined],
    ["zhipu", { type: "text" }, undefined, undefined],
    ["zhipu", { type: "json_object" }, asObject, exactly],
    ["zhipu", bare, asObject, instruction.content],
  ])("%s, %j", (id, response_format, sent, told) => {
    const body = encode(id, { ...short, response_format });
    expect(body.response_format).toEqual(sent);
    expect(body.messages).toEqual(told === undefined ? short.messages : [{ role: "system", content: told }, ...short.messages]);
  });

  it("is told in words where the parameter may not be sent", () => {
    const body = encode("openai", { ...short, response_format: bare }, { without: new Set(["response_format"]) });
    expect(body.response_format).toBeUndefined();
    expect(body.messages).toEqual([instruction, ...short.messages]);
  });
});

test.each<[id: Chat, choice: ChatRequest["tool_choice"], sent: Json | undefined]>([
  ["openai", undefined, undefined],
  ["openai", "auto", "auto"],
  ["openai", "none", "none"],
  ["openai", "required", "required"],
  ["openai", { name: "weather" }, named],
  ["zhipu", "auto", "auto"],
  ["zhipu", "none", "none"],
  ["zhipu", "required", "auto"],
  ["zhipu", { name: "weather" }, "auto"],
])("%s, tool choice %j", (id, tool_choice, sent) => {
  expect(encode(id, { ...short, tools: full.tools, tool_choice }).tool_choice).toEqual(sent);
  expect(encode(id, { ...short, tool_choice }).tool_choice).toBeUndefined();
  expect(encode(id, { ...short, tools: [], tool_choice }).tool_choice).toBeUndefined();
});

test.each<[id: Chat, model: string, temperature: number | undefined]>([
  ["openai", "gpt-4o", 0.5],
  ["openai", "gpt-5.1", 0.5],
  ["openai", "gpt-5", undefined],
  ["openai", "gpt-5-mini", undefined],
  ["openai", "gpt-6-astra", undefined],
  ["openai", "o3-mini", undefined],
  ["moonshot", "kimi-k2-0905-preview", 0.5],
  ["moonshot", "kimi-k2.6", undefined],
  ["dashscope", "qwen-flash", 0.5],
  ["dashscope", "qwen3.8-flash", undefined],
  ["together", "moonshotai/Kimi-K3", undefined],
])("%s: %s and temperature", (id, model, temperature) => {
  expect(encode(id, full, { model }).temperature).toBe(temperature);
  expect(encode(id, { ...full, temperature: 0 }, { model }).temperature).toBe(temperature === undefined ? undefined : 0);
});

test.each<[id: Chat, model: string, key: string, value: Json | undefined]>([
  ["openai", "gpt-6-luna", "reasoning_effort", "none"],
  ["openai", "gpt-6-luna-2026-10-01", "reasoning_effort", "none"],
  ["openai", "gpt-5-nano", "reasoning_effort", "minimal"],
  ["openai", "gpt-5.6-sol", "reasoning_effort", undefined],
  ["deepseek", "deepseek-v4-pro", "thinking", { type: "disabled" }],
  ["deepseek", "deepseek-reasoner", "thinking", undefined],
  ["zhipu", "glm-5.3-flash", "reasoning_effort", "low"],
  ["zhipu", "glm-4-plus", "thinking", undefined],
  ["dashscope", "qwen-plus-2025-07-28", "enable_thinking", false],
  ["dashscope", "qwen3-max", "enable_thinking", undefined],
  ["groq", "llama-3.3-70b-versatile", "reasoning_effort", undefined],
])("%s: %s and %s", (id, model, key, value) => {
  expect(encode(id, short, { model })[key]).toEqual(value);
  expect(encode(id, short, { model, without: new Set([key]) })[key]).toBeUndefined();
});

test.each<[parameter: string, key: string, value: Json | undefined]>([
  ["stream", "stream", false],
  ["stream", "stream_options", undefined],
  ["stream_options", "stream_options", undefined],
  ["temperature", "temperature", undefined],
  ["stop", "stop", undefined],
  ["response_format", "response_format", undefined],
  ["tool_choice", "tool_choice", undefined],
  ["max_tokens", "max_completion_tokens", undefined],
])("without %s, %s is left out", (parameter, key, value) => {
  const model = "gpt-4o";
  expect(encode("openai", full, { model })[key]).not.toEqual(value);
  const body = encode("openai", full, { model, without: new Set([parameter]) });
  expect(body[key]).toEqual(value);
  expect(body.tools).toEqual(tools);
});

it("leaves out empty lists", () => {
  const body = encode("openai", { ...short, stop: [], tools: [] });
  expect(body).not.toHaveProperty("stop");
  expect(body).not.toHaveProperty("tools");
});

// ---- what comes back, whole ----------------------------------------------------------------------------------------

const completion = (choice: Json, more: JsonObject = {}): string =>
  JSON.stringify({ id: "x-1", object: "chat.completion", created: 1, model: "m-1", choices: [choice], ...more });
const message = (fields: JsonObject, finish_reason: Json = "stop", more: JsonObject = {}): string =>
  completion({ index: 0, message: { role: "assistant", ...fields }, finish_reason, ...more });

function read(text: string): Reply {
  const decoded = decode(text, providerOf("openai").dialect);
  if (!("reply" in decoded)) throw new Error(`not decoded: ${decoded.form}`);
  expect(decoded.dialect).toBe("openai-chat");
  return decoded.reply;
}

const tool = (id: Json, name: string, args: Json): Json => ({ id, type: "function", function: { name, arguments: args } });
const stop: Finish = { unified: "stop", raw: "stop" };
const called: Finish = { unified: "tool_calls", raw: "tool_calls" };

describe("a whole body", () => {
  test.each<[what: string, body: string, reply: Partial<Reply>]>([
    ["text", message({ content: "Yes." }), { text: "Yes.", finish: stop, model: "m-1", id: "x-1", streamed: false, terminal: true }],
    [
      "content null beside a tool call",
      message({ content: null, tool_calls: [tool("c", "f", "{}")] }, "tool_calls"),
      { text: "", tool_calls: [call("f", "{}", "c")], finish: called },
    ],
    [
      "content empty beside a tool call",
      message({ content: "", tool_calls: [tool("c", "f", "{}")] }, "tool_calls"),
      { text: "", tool_calls: [call("f", "{}", "c")] },
    ],
    [
      "content absent beside a tool call (Groq)",
      message({ tool_calls: [tool("c", "f", "{}")] }, "tool_calls"),
      { text: "", tool_calls: [call("f", "{}", "c")], irregularities: [] },
    ],
    [
      "a tool call with finish stop (OpenAI, when forced)",
      message({ content: null, tool_calls: [tool("c", "f", "{}")] }),
      { tool_calls: [call("f", "{}", "c")], finish: stop },
    ],
    [
      "finish tool_calls without a call",
      message({ content: "Hm.", tool_calls: [] }, "tool_calls"),
      { text: "Hm.", tool_calls: [], finish: called },
    ],
    [
      "arguments as an object",
      message({ content: null, tool_calls: [tool("c", "f", { a: 1 })] }),
      { tool_calls: [call("f", '{"a":1}', "c")] },
    ],
    ["arguments null", message({ content: null, tool_calls: [tool("c", "f", null)] }), { tool_calls: [call("f", "", "c")] }],
    ["a call without an id", message({ content: null, tool_calls: [tool("", "f", "{}")] }), { tool_calls: [call("f", "{}", null)] }],
    [
      "two calls",
      message({ content: null, tool_calls: [tool("c", "f", "{}"), tool("d", "g", "[]")] }),
      { tool_calls: [call("f", "{}", "c"), call("g", "[]", "d")] },
    ],
    [
      "a custom tool (gpt-5)",
      message({ content: null, tool_calls: [{ id: "c", type: "custom", custom: { name: "math", input: '4 "+" 4' } }] }),
      { tool_calls: [call("math", '"4 \\"+\\" 4"', "c")] },
    ],
    [
      "a function call of 2023",
      message({ content: null, function_call: { name: "f", arguments: "{}" } }, "function_call"),
      { tool_calls: [call("f", "{}", null)], finish: { unified: "tool_calls", raw: "function_call" } },
    ],
    ["tool_calls null", message({ content: "Yes.", tool_calls: null }), { text: "Yes.", tool_calls: [] }],
    ["a refusal with finish stop", message({ content: null, refusal: "I can't." }), { text: "", refusal: "I can't.", finish: stop }],
    ["no refusal", message({ content: "Yes.", refusal: null }), { refusal: null }],
    ["an empty refusal", message({ content: "Yes.", refusal: "" }), { refusal: null }],
    [
      "content in parts",
      message({
        content: [
          { type: "text", text: "Ye" },
          { type: "text", text: "s." },
        ],
      }),
      { text: "Yes." },
    ],
    [
      "content in parts, some thought (Mistral)",
      message({
        content: [
          { type: "thinking", thinking: [{ type: "text", text: "Hm." }] },
          { type: "text", text: "Yes." },
        ],
      }),
      { text: "Yes.", reasoning: "Hm." },
    ],
    ["content a number", message({ content: 7 }), { text: "", irregularities: ["bad_shape"] }],
    ["content parts that are none", message({ content: ["Yes."] }), { text: "", irregularities: ["bad_shape"] }],
    ["thoughts", message({ content: "Yes.", reasoning_content: "Hm." }), { text: "Yes.", reasoning: "Hm." }],
    ["thoughts (Groq, Together)", message({ content: "Yes.", reasoning: "Hm." }), { text: "Yes.", reasoning: "Hm." }],
    ["thoughts null", message({ content: "Yes.", reasoning_content: null, reasoning: null }), { reasoning: "" }],
    ["no message", completion({ index: 0, finish_reason: "stop" }), { text: "", irregularities: ["bad_shape"] }],
    [
      "no choices",
      JSON.stringify({ id: "x", object: "chat.completion", model: "m-1", choices: [] }),
      { irregularities: ["no_choices"], model: "m-1" },
    ],
    ["choices null", JSON.stringify({ id: "x", model: "m-1", choices: null }), { irregularities: ["no_choices"] }],
    ["padding before it", `\n\n   \n${message({ content: "Yes." })}`, { text: "Yes." }],
    ["a byte-order mark before it", `\ufeff${message({ content: "Yes." })}`, { text: "Yes." }],
    [
      "an empty model",
      JSON.stringify({ object: "chat.completion", model: "", choices: [{ message: { content: "Yes." } }] }),
      { model: null, id: null },
    ],
    [
      "an error beside the answer",
      completion({ message: { content: "Y" }, finish_reason: "stop" }, { error: { message: "lost", code: 502 } }),
      { text: "Y", error: { status: 502, code: "502", type: null, param: null, message: "lost", retry_after_ms: null } },
    ],
    [
      "an error inside the choice (OpenRouter)",
      completion({ message: { content: "" }, finish_reason: "error", error: { message: "lost", code: "oops" } }),
      {
        error: { status: null, code: "oops", type: null, param: null, message: "lost", retry_after_ms: null },
        finish: { unified: "error", raw: "error" },
      },
    ],
    ["error null", completion({ message: { content: "Y" }, finish_reason: "stop" }, { error: null }), { error: null }],
    [
      "native DashScope",
      JSON.stringify({
        output: { choices: [{ message: { role: "assistant", content: "Yes." }, finish_reason: "stop" }] },
        usage: { input_tokens: 3, output_tokens: 2 },
        request_id: "r-1",
      }),
      { text: "Yes.", finish: stop, id: "r-1", model: null, usage: usage({ prompt_tokens: 3, completion_tokens: 2 }) },
    ],
    [
      "native DashScope, its oldest form",
      JSON.stringify({ output: { text: "Yes.", finish_reason: "stop" }, usage: { input_tokens: 3, output_tokens: 2 }, request_id: "r-1" }),
      { text: "Yes.", finish: stop },
    ],
    [
      "native DashScope, still going",
      JSON.stringify({ output: { text: "Ye", finish_reason: "null" }, request_id: "r-1" }),
      { text: "Ye", finish: { unified: "unknown", raw: null } },
    ],
  ])("%s", (_, body, reply) => {
    expect(read(body)).toMatchObject(reply);
  });
});

test.each<[raw: Json | undefined, finish: Finish]>([
  ["stop", stop],
  ["STOP", { unified: "stop", raw: "STOP" }],
  ["eos", { unified: "stop", raw: "eos" }],
  ["eos_token", { unified: "stop", raw: "eos_token" }],
  ["end_turn", { unified: "stop", raw: "end_turn" }],
  ["stop_sequence", { unified: "stop", raw: "stop_sequence" }],
  ["tool_calls", called],
  ["tool_call", { unified: "tool_calls", raw: "tool_call" }],
  ["function_call", { unified: "tool_calls", raw: "function_call" }],
  ["length", { unified: "length", raw: "length" }],
  ["MAX_TOKENS", { unified: "length", raw: "MAX_TOKENS" }],
  ["model_length", { unified: "length", raw: "model_length" }],
  ["content_filter", { unified: "content_filter", raw: "content_filter" }],
  ["sensitive", { unified: "content_filter", raw: "sensitive" }],
  ["network_error", { unified: "error", raw: "network_error" }],
  ["insufficient_system_resource", { unified: "error", raw: "insufficient_system_resource" }],
  ["abort", { unified: "error", raw: "abort" }],
  ["error", { unified: "error", raw: "error" }],
  ["gone_fishing", { unified: "unknown", raw: "gone_fishing" }],
  ["constructor", { unified: "unknown", raw: "constructor" }],
  ["null", { unified: "unknown", raw: null }],
  ["", { unified: "unknown", raw: null }],
  [null, { unified: "unknown", raw: null }],
  [undefined, { unified: "unknown", raw: null }],
  [7, { unified: "unknown", raw: "7" }],
])("finish reason %j", (raw, finish) => {
  const choice = { index: 0, message: { content: "Yes." }, ...(raw === undefined ? {} : { finish_reason: raw }) };
  expect(read(completion(choice)).finish).toEqual(finish);
  const chunks = [{ choices: [{ index: 0, delta: { content: "Yes." }, ...(raw === undefined ? {} : { finish_reason: raw }) }] }];
  expect(read(sse(chunks)).finish).toEqual(finish);
});

const usages: [what: string, given: Json, counted: Usage | null][] = [
  ["plain", { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 }, usage({ prompt_tokens: 9, completion_tokens: 4 })],
  [
    "OpenAI's details",
    {
      prompt_tokens: 9,
      completion_tokens: 4,
      prompt_tokens_details: { cached_tokens: 5 },
      completion_tokens_details: { reasoning_tokens: 3 },
    },
    usage({ prompt_tokens: 9, completion_tokens: 4, cached_tokens: 5, reasoning_tokens: 3 }),
  ],
  [
    "details null (Together)",
    { prompt_tokens: 9, completion_tokens: 4, prompt_tokens_details: null },
    usage({ prompt_tokens: 9, completion_tokens: 4 }),
  ],
  [
    "cached at the top (Moonshot)",
    { prompt_tokens: 9, completion_tokens: 4, cached_tokens: 5 },
    usage({ prompt_tokens: 9, completion_tokens: 4, cached_tokens: 5 }),
  ],
  [
    "hit and miss (DeepSeek)",
    { prompt_tokens: 9, completion_tokens: 4, prompt_cache_hit_tokens: 5, prompt_cache_miss_tokens: 4 },
    usage({ prompt_tokens: 9, completion_tokens: 4, cached_tokens: 5 }),
  ],
  [
    "writes to the cache (DashScope)",
    { prompt_tokens: 9, completion_tokens: 4, prompt_tokens_details: { cached_tokens: 0, cache_creation_input_tokens: 6 } },
    usage({ prompt_tokens: 9, completion_tokens: 4, cached_tokens: 0, cache_write_tokens: 6 }),
  ],
  ["native names", { input_tokens: 9, output_tokens: 4 }, usage({ prompt_tokens: 9, completion_tokens: 4 })],
  [
    "native details",
    { input_tokens: 9, output_tokens: 4, input_tokens_details: { cached_tokens: 5 }, output_tokens_details: { reasoning_tokens: 3 } },
    usage({ prompt_tokens: 9, completion_tokens: 4, cached_tokens: 5, reasoning_tokens: 3 }),
  ],
  ["zeros", { prompt_tokens: 0, completion_tokens: 0 }, usage({ prompt_tokens: 0, completion_tokens: 0 })],
  ["half of it", { prompt_tokens: 9 }, usage({ prompt_tokens: 9, completion_tokens: null })],
  ["counts that are none", { prompt_tokens: "9", completion_tokens: -4 }, null],
  ["nothing in it", {}, null],
  ["null", null, null],
];

describe("usage", () => {
  test.each(usages)("%s", (_, given, expected) => {
    const body = completion({ index: 0, message: { content: "Yes." }, finish_reason: "stop" }, { usage: given });
    expect(read(body).usage).toEqual(expected);
  });

  test.each(usages)("%s, in a last chunk without choices", (_, given, expected) => {
    const chunks = [{ choices: [{ index: 0, delta: { content: "Yes." }, finish_reason: "stop" }] }, { choices: [], usage: given }];
    expect(read(sse(chunks)).usage).toEqual(expected);
  });

  test.each<[what: string, chunks: JsonObject[], expected: Usage | null]>([
    [
      "in every chunk, the last counts",
      [
        { choices: [delta({ content: "Ye" })], usage: { prompt_tokens: 9, completion_tokens: 1 } },
        { choices: [delta({ content: "s." }, "stop")], usage: { prompt_tokens: 9, completion_tokens: 2 } },
      ],
      usage({ prompt_tokens: 9, completion_tokens: 2 }),
    ],
    [
      "null after it was told",
      [
        { choices: [delta({ content: "Yes." })], usage: { prompt_tokens: 9, completion_tokens: 2 } },
        { choices: [delta({}, "stop")], usage: null },
      ],
      usage({ prompt_tokens: 9, completion_tokens: 2 }),
    ],
    [
      "in x_groq",
      [
        { choices: [delta({ content: "Yes." })], x_groq: { id: "r" } },
        { choices: [delta({}, "stop")], x_groq: { id: "r", usage: { prompt_tokens: 9, completion_tokens: 2, queue_time: 0.1 } } },
      ],
      usage({ prompt_tokens: 9, completion_tokens: 2 }),
    ],
    ["never", [{ choices: [delta({ content: "Yes." }, "stop")] }], null],
  ])("%s", (_, chunks, expected) => {
    expect(read(sse(chunks)).usage).toEqual(expected);
  });
});

// ---- what comes back, streamed -------------------------------------------------------------------------------------

function sse(chunks: readonly JsonObject[], terminal = "data: [DONE]\n\n"): string {
  return (
    chunks.map((chunk) => `data: ${JSON.stringify({ id: "x-1", object: "chat.completion.chunk", model: "m-1", ...chunk })}\n\n`).join("") +
    terminal
  );
}
function delta(fields: JsonObject, finish_reason: string | null = null): JsonObject {
  return { index: 0, delta: fields, finish_reason };
}
const chunk = (fields: JsonObject, finish_reason: string | null = null): JsonObject => ({ choices: [delta(fields, finish_reason)] });
const piece = (index: Json | undefined, id: Json | undefined, name: string | undefined, args: string | undefined): Json => ({
  ...(index === undefined ? {} : { index }),
  ...(id === undefined ? {} : { id }),
  function: { ...(name === undefined ? {} : { name }), ...(args === undefined ? {} : { arguments: args }) },
});

describe("a stream", () => {
  const good = [chunk({ role: "assistant", content: "" }), chunk({ content: "Ye" }), chunk({ content: "s." }), chunk({}, "stop")];

  test.each<[what: string, text: string, reply: Partial<Reply>]>([
    [
      "text",
      sse(good),
      { text: "Yes.", finish: stop, model: "m-1", id: "x-1", streamed: true, terminal: true, irregularities: [], other_models: [] },
    ],
    ["without [DONE], the finish reason ends it", sse(good, ""), { text: "Yes.", terminal: true }],
    [
      "without a finish reason, [DONE] ends it",
      sse(good.slice(0, 3)),
      { text: "Yes.", terminal: true, finish: { unified: "unknown", raw: null } },
    ],
    ["with neither", sse(good.slice(0, 3), ""), { text: "Yes.", terminal: false }],
    ["nothing but [DONE]", sse([]), { text: "", terminal: true, irregularities: [] }],
    ["an opening and nothing more", sse(good.slice(0, 1), ""), { terminal: false, irregularities: ["no_choices"] }],
    [
      "an empty model in some chunks (Azure)",
      sse([{ model: "", choices: [] }, ...good, { model: "", choices: [] }]),
      { model: "m-1", other_models: [] },
    ],
    [
      "another model on the way",
      sse([...good.slice(0, 2), { ...chunk({ content: "s." }, "stop"), model: "m-2" }]),
      { model: "m-1", other_models: ["m-2"] },
    ],
    [
      "thoughts, then text",
      sse([chunk({ reasoning_content: "H" }), chunk({ reasoning_content: "m.", content: null }), ...good]),
      { reasoning: "Hm.", text: "Yes." },
    ],
    ["thoughts (Groq, Together)", sse([chunk({ reasoning: "Hm." }), ...good]), { reasoning: "Hm.", text: "Yes." }],
    [
      "a refusal in pieces",
      sse([chunk({ content: null, refusal: "" }), chunk({ refusal: "I " }), chunk({ refusal: "can't." }), chunk({}, "stop")]),
      { refusal: "I can't.", text: "" },
    ],
    ["text after the finish reason", sse([...good, chunk({ content: " No." })]), { text: "Yes. No.", irregularities: ["after_finish"] }],
    [
      "text after a finish reason, and another one after that (Together)",
      sse([...good, chunk({ content: " No." }), chunk({}, "stop")]),
      { text: "Yes. No.", irregularities: [] },
    ],
    ["a second answer after [DONE]", sse(good) + sse(good), { text: "Yes.Yes.", irregularities: ["two_answers"] }],
    [
      "usage after [DONE]",
      sse(good) + sse([{ choices: [], usage: { prompt_tokens: 1, completion_tokens: 1 } }], ""),
      { text: "Yes.", irregularities: [] },
    ],
    [
      "other choices",
      sse([
        { choices: [{ index: 1, delta: { content: "No." } }] },
        ...good,
        { choices: [{ index: 1, delta: {}, finish_reason: "length" }] },
      ]),
      { text: "Yes.", finish: stop },
    ],
    [
      "a malformed event",
      `${sse(good.slice(0, 2), "")}data: {"choices":[{"del\n\n${sse(good.slice(2))}`,
      { text: "Yes.", irregularities: ["malformed_event"] },
    ],
    [
      "an error event",
      `${sse(good.slice(0, 2), "")}event: error\ndata: {"error":{"message":"lost","type":"server_error","code":"oops"}}\n\n`,
      {
        text: "Ye",
        terminal: false,
        error: { status: null, code: "oops", type: "server_error", param: null, message: "lost", retry_after_ms: null },
      },
    ],
    [
      "an error event whose data is the error itself",
      `event: error\ndata: {"message":"lost","code":"oops"}\n\n`,
      { error: { status: null, code: "oops", type: null, param: null, message: "lost", retry_after_ms: null } },
    ],
    [
      "an error object beside choices",
      sse([...good.slice(0, 2), { ...chunk({ content: "" }, "error"), error: { message: "lost", code: 502 } }]),
      { error: { status: 502, code: "502", type: null, param: null, message: "lost", retry_after_ms: null } },
    ],
    [
      "an error object in a choice",
      sse([{ choices: [{ index: 0, delta: {}, error: { message: "lost", code: "oops" } }] }]),
      { error: { status: null, code: "oops", type: null, param: null, message: "lost", retry_after_ms: null } },
    ],
    [
      "an error status as text",
      `data: 429 Too Many Requests\n\n`,
      { error: { status: 429, code: null, type: null, param: null, message: "429 Too Many Requests", retry_after_ms: null } },
    ],
    ["content of a wrong type", sse([chunk({ content: 7 }), chunk({}, "stop")]), { text: "", irregularities: ["bad_shape"] }],
    ["content in parts", sse([chunk({ content: [{ type: "text", text: "Yes." }] }, "stop")]), { text: "Yes." }],
    [
      "whole messages instead of deltas",
      sse([{ choices: [{ index: 0, message: { content: "Yes." }, finish_reason: "stop" }] }]),
      { text: "Yes." },
    ],
    [
      "native DashScope, growing",
      ["Y", "Yes", "Yes."]
        .map(
          (text, at) =>
            `data:${JSON.stringify({ output: { choices: [{ message: { content: text }, finish_reason: at === 2 ? "stop" : "null" }] }, usage: { input_tokens: 3, output_tokens: at }, request_id: "r-1" })}\n\n`,
        )
        .join(""),
      { text: "Yes.", finish: stop, id: "r-1", usage: usage({ prompt_tokens: 3, completion_tokens: 2 }) },
    ],
    [
      "native DashScope, by increments",
      ["Y", "es", "."]
        .map((text, at) => `data:${JSON.stringify({ output: { text, finish_reason: at === 2 ? "stop" : "null" }, request_id: "r-1" })}\n\n`)
        .join(""),
      { text: "Yes.", finish: stop },
    ],
  ])("%s", (_, text, reply) => {
    expect(read(text)).toMatchObject(reply);
  });

  test.each<[what: string, deltas: Json[][], calls: ToolCall[]]>([
    [
      "one call in pieces",
      [[piece(0, "c", "f", "")], [piece(0, undefined, undefined, '{"a"')], [piece(0, undefined, undefined, ":1}")]],
      [call("f", '{"a":1}', "c")],
    ],
    ["one call at once", [[piece(0, "c", "f", "{}")]], [call("f", "{}", "c")]],
    [
      "two calls, one after the other",
      [[piece(0, "c", "f", "{")], [piece(0, undefined, undefined, "}")], [piece(1, "d", "g", "[")], [piece(1, undefined, undefined, "]")]],
      [call("f", "{}", "c"), call("g", "[]", "d")],
    ],
    [
      "two calls, interleaved",
      [
        [piece(0, "c", "f", "{"), piece(1, "d", "g", "[")],
        [piece(1, undefined, undefined, "]"), piece(0, undefined, undefined, "}")],
      ],
      [call("f", "{}", "c"), call("g", "[]", "d")],
    ],
    ["an index that does not begin with 0", [[piece(1, "c", "f", "{")], [piece(1, undefined, undefined, "}")]], [call("f", "{}", "c")]],
    ["no index, one call", [[piece(undefined, "c", "f", "{")], [piece(undefined, undefined, undefined, "}")]], [call("f", "{}", "c")]],
    [
      "no index, told apart by id",
      [
        [piece(undefined, "c", "f", "{")],
        [piece(undefined, "d", "g", "[")],
        [piece(undefined, "c", undefined, "}")],
        [piece(undefined, "d", undefined, "]")],
      ],
      [call("f", "{}", "c"), call("g", "[]", "d")],
    ],
    ["index null", [[piece(null, "c", "f", "{")], [piece(null, null, undefined, "}")]], [call("f", "{}", "c")]],
    [
      "index 0 for every call",
      [[piece(0, "c", "f", "{}")], [piece(0, "d", "g", "[")], [piece(0, undefined, undefined, "]")]],
      [call("f", "{}", "c"), call("g", "[]", "d")],
    ],
    ["a new id for every piece", [[piece(0, "c", "f", "{")], [piece(0, "d", undefined, "}")]], [call("f", "{}", "c")]],
    ["an empty id in the pieces (DashScope)", [[piece(0, "c", "f", "{")], [piece(0, "", "", "}")]], [call("f", "{}", "c")]],
    ["the name in every piece", [[piece(0, "c", "f", "{")], [piece(0, "c", "f", "}")]], [call("f", "{}", "c")]],
    ["the name in pieces", [[piece(0, "c", "get_", undefined)], [piece(0, undefined, "time", "{}")]], [call("get_time", "{}", "c")]],
    ["what is no piece", [["oops", null, piece(0, "c", "f", "{}")]], [call("f", "{}", "c")]],
  ])("a tool call: %s", (_, deltas, calls) => {
    const chunks = [...deltas.map((tool_calls) => chunk({ tool_calls })), chunk({}, "tool_calls")];
    expect(read(sse(chunks))).toMatchObject({ tool_calls: calls, finish: called, text: "" });
  });

  it("takes a function call of 2023", () => {
    const chunks = [
      chunk({ function_call: { name: "f", arguments: "{" } }),
      chunk({ function_call: { arguments: "}" } }),
      chunk({}, "function_call"),
    ];
    expect(read(sse(chunks)).tool_calls).toEqual([call("f", "{}", null)]);
  });

  it("measures progress by what the answer grows by", () => {
    const reader = providerOf("openai").dialect.stream();
    const sizes = [
      { role: "assistant", content: "" },
      { content: "Ye" },
      { reasoning: "Hm." },
      { tool_calls: [piece(0, "c", "f", "{}")] },
      { refusal: "No." },
    ].map((fields) => {
      reader.push({ event: null, data: JSON.stringify(chunk(fields)) });
      return reader.size();
    });
    expect(sizes).toEqual([0, 2, 5, 8, 11]);
    expect([reader.text(), reader.ending(), reader.done()]).toEqual(["Ye", false, false]);
    reader.push({ event: null, data: JSON.stringify(chunk({}, "stop")) });
    expect([reader.ending(), reader.done()]).toEqual([true, false]);
    reader.push({ event: null, data: " [DONE]" });
    expect([reader.ending(), reader.done()]).toEqual([true, true]);
  });
});

it("never throws, whatever the events are", () => {
  const odd = [
    "",
    "null",
    "[]",
    '"x"',
    "{}",
    '{"choices":7}',
    '{"choices":[null]}',
    '{"choices":[{}]}',
    '{"choices":[{"delta":7}]}',
    '{"output":{}}',
  ];
  for (const data of odd) {
    const decoded = decode(`data: ${data}\n\n`, providerOf("openai").dialect);
    expect(decoded.form).toBe("stream");
    expect(() => decode(data)).not.toThrow();
    expect(objectOf(parseJson(data)) === null || "reply" in decode(`data: ${data}\n\n`)).toBe(true);
  }
});
