import { describe, expect, it, test } from "vitest";
import type { ChatRequest, Finish, Json, JsonObject, Reply } from "../../src/exchange.js";
import { stringOf } from "../../src/json.js";
import { decode } from "../../src/providers/decode.js";
import { providerOf } from "../../src/providers/index.js";
import type { Target } from "../../src/providers/provider.js";
import { call, usage } from "../helpers/deliveries.js";

const provider = providerOf("anthropic");

// ---- what is sent ---------------------------------------------------------------------------------------------------

const closed: JsonObject = { type: "object", properties: { a: { type: "string" } }, additionalProperties: false };
const open: JsonObject = { type: "object", properties: { a: { type: "string" } } };

const full: ChatRequest = {
  messages: [
    { role: "system", content: "Be brief." },
    { role: "user", content: "Weather?" },
    { role: "assistant", content: "I look.", tool_calls: [call("weather", '{"city":"Bern"}', "c1"), call("time", "{", null)] },
    { role: "tool", tool_call_id: "c1", content: "12 °C" },
    { role: "tool", tool_call_id: "call_1", content: "noon" },
    { role: "system", content: "Be kind." },
    { role: "user", content: "And?" },
  ],
  max_tokens: 100,
  temperature: 0.5,
  stop: ["END"],
  tools: [{ name: "weather", description: "Looks up.", parameters: { type: "object", required: ["city"] } }, { name: "time" }],
  tool_choice: { name: "weather" },
  response_format: { type: "json_schema", schema: closed, name: "answer_form" },
};
const short: ChatRequest = { messages: [{ role: "user", content: "Hello." }] };
const hello = [{ role: "user", content: [{ type: "text", text: "Hello." }] }];

function encode(request: ChatRequest, target: Partial<Target> = {}): JsonObject {
  return provider.dialect.encode(request, { provider, model: "claude-haiku-4-5", base_url: provider.base_url, key: "k", ...target });
}

it("is sent its own form of the request", () => {
  const before = structuredClone(full);
  expect(encode(full)).toEqual({
    model: "claude-haiku-4-5",
    max_tokens: 100,
    system: "Be brief.\n\nBe kind.",
    messages: [
      { role: "user", content: [{ type: "text", text: "Weather?" }] },
      {
        role: "assistant",
        content: [
          { type: "text", text: "I look." },
          { type: "tool_use", id: "c1", name: "weather", input: { city: "Bern" } },
          { type: "tool_use", id: "call_1", name: "time", input: {} },
        ],
      },
      {
        role: "user",
        content: [
          { type: "tool_result", tool_use_id: "c1", content: "12 °C" },
          { type: "tool_result", tool_use_id: "call_1", content: "noon" },
          { type: "text", text: "And?" },
        ],
      },
    ],
    stream: true,
    temperature: 0.5,
    stop_sequences: ["END"],
    tools: [
      { name: "weather", description: "Looks up.", input_schema: { type: "object", required: ["city"] } },
      { name: "time", input_schema: { type: "object", properties: {} } },
    ],
    tool_choice: { type: "tool", name: "weather" },
    output_config: { format: { type: "json_schema", schema: closed } },
  });
  expect(full).toEqual(before);
});

it("is sent no more than was asked, and the limit the API demands", () => {
  expect(encode(short)).toEqual({ model: "claude-haiku-4-5", max_tokens: 8_192, messages: hello, stream: true });
  expect(encode({ ...short, stream: false, stop: [], tools: [] })).toEqual({
    model: "claude-haiku-4-5",
    max_tokens: 8_192,
    messages: hello,
    stream: false,
  });
});

it("joins neighbours of one side, and leaves out what is empty", () => {
  const { messages } = encode({
    messages: [
      { role: "user", content: "One." },
      { role: "user", content: "Two." },
      { role: "assistant", content: "" },
      { role: "assistant", content: null },
      { role: "user", content: "Three." },
    ],
  });
  expect(messages).toEqual([
    {
      role: "user",
      content: [
        { type: "text", text: "One." },
        { type: "text", text: "Two." },
      ],
    },
    { role: "user", content: [{ type: "text", text: "Three." }] },
  ]);
});

test.each<[choice: ChatRequest["tool_choice"], sent: Json | undefined]>([
  [undefined, undefined],
  ["auto", { type: "auto" }],
  ["none", { type: "none" }],
  ["required", { type: "any" }],
  [{ name: "weather" }, { type: "tool", name: "weather" }],
])("tool choice %j", (tool_choice, sent) => {
  expect(encode({ ...short, tools: full.tools, tool_choice }).tool_choice).toEqual(sent);
  expect(encode({ ...short, tool_choice }).tool_choice).toBeUndefined();
});

describe("the form of the answer", () => {
  const exactly = "Answer with exactly one JSON document and nothing else: no prose, no code fence.";
  const told = (schema: JsonObject) => `${exactly} It must satisfy this JSON Schema:\n${JSON.stringify(schema)}`;
  test.each<[what: string, format: ChatRequest["response_format"], sent: Json | undefined, system: Json | undefined]>([
    ["none", undefined, undefined, undefined],
    ["text", { type: "text" }, undefined, undefined],
    ["any JSON, which only words can ask for", { type: "json_object" }, undefined, exactly],
    ["a closed schema", { type: "json_schema", schema: closed }, { format: { type: "json_schema", schema: closed } }, undefined],
    ["an open schema, which the API does not take", { type: "json_schema", schema: open }, undefined, told(open)],
  ])("%s", (_, response_format, sent, system) => {
    const body = encode({ ...short, response_format });
    expect(body.output_config).toEqual(sent);
    expect(body.system).toEqual(system);
  });

  it("is told in words where the parameter may not be sent, before what the caller says", () => {
    const body = encode(full, { without: new Set(["response_format"]) });
    expect(body.output_config).toBeUndefined();
    expect(body.system).toBe(`${told(closed)}\n\nBe brief.\n\nBe kind.`);
  });
});

test.each<[model: string, temperature: number | undefined]>([
  ["claude-haiku-4-5", 0.5],
  ["claude-opus-4-6", 0.5],
  ["claude-opus-4-7", undefined],
  ["claude-sonnet-5", undefined],
  ["claude-haiku-5-5", undefined],
  ["claude-3-5-haiku-latest", 0.5],
])("%s and temperature", (model, temperature) => {
  expect(encode(full, { model }).temperature).toBe(temperature);
});

test.each<[parameter: string, key: string, value: Json | undefined]>([
  ["stream", "stream", false],
  ["temperature", "temperature", undefined],
  ["stop", "stop_sequences", undefined],
  ["tool_choice", "tool_choice", undefined],
  ["response_format", "output_config", undefined],
  ["max_tokens", "max_tokens", 8_192],
])("without %s, %s is left out or back at its default", (parameter, key, value) => {
  expect(encode(full)[key]).not.toEqual(value);
  expect(encode(full, { without: new Set([parameter]) })[key]).toEqual(value);
});

// ---- what comes back, whole ----------------------------------------------------------------------------------------

const counts = { input_tokens: 9, output_tokens: 4 };
const body = (content: Json, more: JsonObject = {}): string =>
  JSON.stringify({
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "claude-x",
    content,
    stop_reason: "end_turn",
    usage: counts,
    ...more,
  });
const text = (words: string): Json => ({ type: "text", text: words });
const use = (name: string, input: Json): Json => ({ type: "tool_use", id: "t1", name, input });

function read(raw: string): Reply {
  const decoded = decode(raw);
  if (!("reply" in decoded)) throw new Error(`not decoded: ${decoded.form}`);
  expect(decoded.dialect).toBe("anthropic-messages");
  return decoded.reply;
}

const end: Finish = { unified: "stop", raw: "end_turn" };

describe("a whole body", () => {
  test.each<[what: string, raw: string, reply: Partial<Reply>]>([
    [
      "text",
      body([text("Yes.")]),
      {
        text: "Yes.",
        finish: end,
        model: "claude-x",
        id: "msg_1",
        usage: usage({ prompt_tokens: 9, completion_tokens: 4 }),
        streamed: false,
        terminal: true,
      },
    ],
    ["text in blocks", body([text("Ye"), text("s.")]), { text: "Yes." }],
    ["thoughts", body([{ type: "thinking", thinking: "Hm.", signature: "s" }, text("Yes.")]), { text: "Yes.", reasoning: "Hm." }],
    ["thoughts withheld", body([{ type: "redacted_thinking", data: "xx" }, text("Yes.")]), { text: "Yes.", reasoning: "" }],
    [
      "a tool call",
      body([text("I look."), use("f", { a: 1 })], { stop_reason: "tool_use" }),
      { text: "I look.", tool_calls: [call("f", '{"a":1}', "t1")], finish: { unified: "tool_calls", raw: "tool_use" } },
    ],
    ["a tool call without arguments", body([use("f", {})]), { tool_calls: [call("f", "{}", "t1")] }],
    ["a tool call without input", body([{ type: "tool_use", id: "t1", name: "f" }]), { tool_calls: [call("f", "{}", "t1")] }],
    [
      "tools of the server, which are not the caller's",
      body([
        { type: "server_tool_use", id: "s1", name: "web_search", input: { q: "x" } },
        { type: "web_search_tool_result", tool_use_id: "s1", content: [] },
        text("Yes."),
      ]),
      { text: "Yes.", tool_calls: [] },
    ],
    [
      "nothing (a stop sequence at once)",
      body([], { stop_reason: "stop_sequence" }),
      { text: "", tool_calls: [], irregularities: [], finish: { unified: "stop", raw: "stop_sequence" } },
    ],
    ["a refusal", body([], { stop_reason: "refusal" }), { refusal: "refusal", finish: { unified: "content_filter", raw: "refusal" } }],
    [
      "a refusal with its reasons",
      body([], { stop_reason: "refusal", stop_details: { category: "bio", explanation: "Not that." } }),
      { refusal: "bio: Not that." },
    ],
    ["max_tokens", body([text("Ye")], { stop_reason: "max_tokens" }), { finish: { unified: "length", raw: "max_tokens" } }],
    [
      "no window left",
      body([text("Ye")], { stop_reason: "model_context_window_exceeded" }),
      { finish: { unified: "length", raw: "model_context_window_exceeded" } },
    ],
    ["a pause", body([text("Ye")], { stop_reason: "pause_turn" }), { finish: { unified: "incomplete", raw: "pause_turn" } }],
    ["no stop reason", body([text("Yes.")], { stop_reason: null }), { finish: { unified: "unknown", raw: null } }],
    ["content as a string", body("Yes."), { text: "", irregularities: ["bad_shape"] }],
    [
      "no content",
      JSON.stringify({ type: "message", model: "m", stop_reason: "end_turn", usage: counts }),
      { text: "", irregularities: ["no_choices"] },
    ],
    ["content null", body(null), { text: "", irregularities: [] }],
    ["blocks that are none", body(["Yes.", null, 7]), { text: "", irregularities: [] }],
    [
      "an error beside it",
      body([text("Ye")], { error: { type: "overloaded_error", message: "busy" } }),
      { error: { status: null, code: null, type: "overloaded_error", param: null, message: "busy", retry_after_ms: null } },
    ],
  ])("%s", (_, raw, reply) => {
    expect(read(raw)).toMatchObject(reply);
  });
});

test.each<[what: string, given: Json, counted: Reply["usage"]]>([
  ["plain", counts, usage({ prompt_tokens: 9, completion_tokens: 4 })],
  [
    "read from the cache, which the prompt includes here",
    { ...counts, cache_read_input_tokens: 100 },
    usage({ prompt_tokens: 109, completion_tokens: 4, cached_tokens: 100 }),
  ],
  [
    "written to the cache, likewise",
    { ...counts, cache_read_input_tokens: 0, cache_creation_input_tokens: 50 },
    usage({ prompt_tokens: 59, completion_tokens: 4, cached_tokens: 0, cache_write_tokens: 50 }),
  ],
  [
    "null for what is not used",
    { ...counts, cache_read_input_tokens: null, cache_creation_input_tokens: null },
    usage({ prompt_tokens: 9, completion_tokens: 4 }),
  ],
  [
    "thoughts",
    { ...counts, output_tokens_details: { thinking_tokens: 3 } },
    usage({ prompt_tokens: 9, completion_tokens: 4, reasoning_tokens: 3 }),
  ],
  ["half of it", { output_tokens: 4 }, usage({ prompt_tokens: null, completion_tokens: 4 })],
  ["nothing", {}, null],
  ["null", null, null],
])("usage: %s", (_, given, counted) => {
  expect(read(body([text("Yes.")], { usage: given })).usage).toEqual(counted);
});

test.each<[what: string, document: JsonObject, form: string]>([
  ["a message of this dialect", { type: "message", role: "assistant", model: "m", content: [] }, "json"],
  ["one without content", { type: "message", role: "assistant", model: "m", stop_reason: "end_turn" }, "json"],
  ["one with nothing but a stop reason", { content: [], stop_reason: "end_turn" }, "json"],
  ["an answer that happens to be a message", { type: "message", content: "Hello." }, "other-json"],
  ["an answer with content", { content: "Hello." }, "other-json"],
])("recognises %s: %#", (_, document, form) => {
  expect(decode(JSON.stringify(document)).form).toBe(form);
});

// ---- what comes back, streamed -------------------------------------------------------------------------------------

const sse = (events: readonly JsonObject[]): string =>
  events.map((event) => `event: ${stringOf(event.type) ?? ""}\ndata: ${JSON.stringify(event)}\n\n`).join("");
const start = (more: JsonObject = {}): JsonObject => ({
  type: "message_start",
  message: {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "claude-x",
    content: [],
    stop_reason: null,
    usage: { input_tokens: 9, output_tokens: 1 },
    ...more,
  },
});
const begin = (index: number, content_block: Json): JsonObject => ({ type: "content_block_start", index, content_block });
const add = (index: number, delta: Json): JsonObject => ({ type: "content_block_delta", index, delta });
const words = (index: number, said: string): JsonObject => add(index, { type: "text_delta", text: said });
const close = (index: number): JsonObject => ({ type: "content_block_stop", index });
const finish = (stop_reason: string | null, more: JsonObject = {}): JsonObject => ({
  type: "message_delta",
  delta: { stop_reason, stop_sequence: null },
  usage: { output_tokens: 4 },
  ...more,
});
const stop: JsonObject = { type: "message_stop" };
const empty = { type: "text", text: "" };
const overloaded = { status: null, code: null, type: "overloaded_error", param: null, message: "busy", retry_after_ms: null };

describe("a stream", () => {
  const good = [start(), begin(0, empty), words(0, "Ye"), words(0, "s."), close(0), finish("end_turn"), stop];

  test.each<[what: string, raw: string, reply: Partial<Reply>]>([
    [
      "text",
      sse(good),
      {
        text: "Yes.",
        finish: end,
        model: "claude-x",
        id: "msg_1",
        usage: usage({ prompt_tokens: 9, completion_tokens: 4 }),
        streamed: true,
        terminal: true,
        irregularities: [],
      },
    ],
    [
      "pings on the way, and first",
      sse([{ type: "ping" }, ...good.flatMap((event) => [event, { type: "ping" }])]),
      { text: "Yes.", irregularities: [] },
    ],
    ["without message_stop", sse(good.slice(0, -1)), { text: "Yes.", terminal: false, finish: end }],
    ["an opening and nothing more", sse(good.slice(0, 1)), { text: "", terminal: false }],
    [
      "counts that grow, the last ones are true",
      sse([
        start({ usage: { input_tokens: 1128, output_tokens: 2, cache_read_input_tokens: 10 } }),
        ...good.slice(1, 5),
        finish("end_turn", { usage: { input_tokens: 2411, output_tokens: 40, cache_read_input_tokens: null } }),
        stop,
      ]),
      { usage: usage({ prompt_tokens: 2421, completion_tokens: 40, cached_tokens: 10 }) },
    ],
    [
      "counts in the start alone",
      sse([start(), ...good.slice(1, 5), { type: "message_delta", delta: { stop_reason: "end_turn" } }, stop]),
      { usage: usage({ prompt_tokens: 9, completion_tokens: 1 }) },
    ],
    [
      "thoughts, their signature, then text",
      sse([
        start(),
        begin(0, { type: "thinking", thinking: "", signature: "" }),
        add(0, { type: "thinking_delta", thinking: "Hm." }),
        add(0, { type: "signature_delta", signature: "s" }),
        close(0),
        begin(1, empty),
        words(1, "Yes."),
        close(1),
        finish("end_turn"),
        stop,
      ]),
      { reasoning: "Hm.", text: "Yes." },
    ],
    [
      "a tool call in pieces",
      sse([
        start(),
        begin(0, use("f", {})),
        add(0, { type: "input_json_delta", partial_json: "" }),
        add(0, { type: "input_json_delta", partial_json: '{"a"' }),
        add(0, { type: "input_json_delta", partial_json: ":1}" }),
        close(0),
        finish("tool_use"),
        stop,
      ]),
      { tool_calls: [call("f", '{"a":1}', "t1")], finish: { unified: "tool_calls", raw: "tool_use" } },
    ],
    [
      "a tool call without arguments",
      sse([start(), begin(0, use("f", {})), close(0), finish("tool_use"), stop]),
      { tool_calls: [call("f", "{}", "t1")] },
    ],
    [
      "two tool calls",
      sse([
        start(),
        begin(0, use("f", {})),
        add(0, { type: "input_json_delta", partial_json: "{}" }),
        close(0),
        begin(1, use("g", {})),
        add(1, { type: "input_json_delta", partial_json: '{"b":2}' }),
        close(1),
        finish("tool_use"),
        stop,
      ]),
      { tool_calls: [call("f", "{}", "t1"), call("g", '{"b":2}', "t1")] },
    ],
    [
      "tools of the server",
      sse([
        start(),
        begin(0, { type: "server_tool_use", id: "s1", name: "web_search", input: {} }),
        add(0, { type: "input_json_delta", partial_json: '{"q":1}' }),
        close(0),
        begin(1, { type: "web_search_tool_result", content: [] }),
        close(1),
        begin(2, empty),
        words(2, "Yes."),
        add(2, { type: "citations_delta", citation: {} }),
        close(2),
        finish("end_turn"),
        stop,
      ]),
      { text: "Yes.", tool_calls: [], irregularities: [] },
    ],
    [
      "an error event after 200",
      sse([...good.slice(0, 3), { type: "error", error: { type: "overloaded_error", message: "busy" } }]),
      { text: "Ye", error: overloaded, terminal: false },
    ],
    [
      "an error event and nothing else",
      sse([{ type: "error", error: { type: "overloaded_error", message: "busy" } }]),
      { text: "", error: overloaded },
    ],
    [
      "an error event that is the error itself",
      sse([start()]) + 'event: error\ndata: {"type":"overloaded_error","message":"busy"}\n\n',
      { error: overloaded },
    ],
    [
      "a refusal",
      sse([start(), { ...finish("refusal"), delta: { stop_reason: "refusal", stop_details: { category: "bio" } } }, stop]),
      { refusal: "bio", finish: { unified: "content_filter", raw: "refusal" } },
    ],
    [
      "a malformed event",
      sse(good.slice(0, 3)) + 'event: content_block_delta\ndata: {"type":"content_bl\n\n' + sse(good.slice(3)),
      { text: "Yes.", irregularities: ["malformed_event"] },
    ],
    ["a [DONE] that does not belong here", `${sse(good)}data: [DONE]\n\n`, { text: "Yes.", irregularities: [] }],
    [
      "events nobody has heard of",
      sse([start(), { type: "constructor" }, { type: "weather_report", sunny: true }, ...good.slice(1)]),
      { text: "Yes.", irregularities: [], error: null },
    ],
    [
      "a second answer begun inside the first",
      sse([...good.slice(0, 3), start({ id: "msg_2" }), ...good.slice(1)]),
      { irregularities: ["two_answers", "missing_event"] },
    ],
    [
      "several whole turns, the last one counts",
      sse([...good, start({ id: "msg_2" }), begin(0, empty), words(0, "No."), close(0), finish("max_tokens"), stop]),
      { text: "No.", id: "msg_2", finish: { unified: "length", raw: "max_tokens" }, irregularities: [] },
    ],
    ["the beginning of a block lost", sse([good[0] ?? {}, ...good.slice(2)]), { text: "Yes.", irregularities: ["missing_event"] }],
    [
      "a whole block lost",
      sse([start(), begin(1, empty), words(1, "Yes."), close(1), finish("end_turn"), stop]),
      { irregularities: ["missing_event"] },
    ],
    [
      "the type only in the event's name",
      good
        .map(({ type, ...rest }) => `event: ${stringOf(type) ?? ""}\ndata: ${JSON.stringify({ ...rest, message: rest.message ?? {} })}\n\n`)
        .join(""),
      { text: "Yes.", finish: end },
    ],
  ])("%s", (what, raw, reply) => {
    const decoded = decode(raw, what.startsWith("the type only") ? provider.dialect : undefined);
    if (!("reply" in decoded)) throw new Error(`not decoded: ${decoded.form}`);
    expect(decoded.dialect).toBe("anthropic-messages");
    expect(decoded.reply).toMatchObject(reply);
  });

  it("measures progress by what the answer grows by", () => {
    const reader = provider.dialect.stream();
    const sizes = [start(), { type: "ping" }, begin(0, empty), words(0, "Ye"), begin(1, use("f", {})), add(1, { partial_json: "{}" })].map(
      (event) => {
        reader.push({ event: null, data: JSON.stringify(event) });
        return reader.size();
      },
    );
    expect(sizes).toEqual([0, 0, 0, 2, 3, 5]);
    reader.push({ event: null, data: JSON.stringify(finish("end_turn")) });
    expect([reader.text(), reader.ending(), reader.done()]).toEqual(["Ye", true, false]);
    reader.push({ event: null, data: JSON.stringify(stop) });
    expect([reader.ending(), reader.done()]).toEqual([true, true]);
  });
});
