import { describe, expect, it } from "vitest";
import { adapt } from "../../src/adapt.js";
import type { ChatRequest, Reply } from "../../src/exchange.js";
import { faultOf, faultOfVerdict, type Fault, type Place } from "../../src/fault.js";
import { anthropic } from "../../src/providers/anthropic.js";
import { groq } from "../../src/providers/groq.js";
import { openai } from "../../src/providers/openai.js";
import type { Provider } from "../../src/providers/provider.js";
import { delivery, judged, usage } from "../helpers/deliveries.js";

const request: ChatRequest = { messages: [{ role: "user", content: "Why?" }], temperature: 0.2, stop: ["END"] };
const place = (provider: Provider): Place => ({ provider, model: "m", key_variable: "KEY", base_url: "https://host.test" });

/** What the provider said about a request it would not take. */
function refused(message: string, parts: { provider?: Provider; param?: string; code?: string; status?: number } = {}): Fault {
  const { provider = openai, param = null, code = null, status = 400 } = parts;
  const body = JSON.stringify({ error: { message, type: "invalid_request_error", param, code } });
  const fault = faultOf({ kind: "status", status, body, headers: {}, latency_ms: 5, first_token_ms: null }, place(provider), 0);
  return fault ?? expect.unreachable("an error status is a fault");
}

const none: ReadonlySet<string> = new Set();

describe("a parameter that a model does not take is left out", () => {
  const rows: [string, Fault, string][] = [
    ["by the name the error gives", refused("Unsupported value", { code: "unsupported_value", param: "temperature" }), "temperature"],
    ["by its prose", refused("'temperature' is not supported with this model.", { code: "unsupported_parameter" }), "temperature"],
    [
      "a nested name",
      refused("Invalid schema", { code: "unsupported_parameter", param: "response_format.json_schema" }),
      "response_format",
    ],
    ["stop", refused("Unsupported parameter: 'stop'", { code: "unsupported_parameter", param: "stop" }), "stop"],
    ["Anthropic's stop_sequences", refused("x", { code: "unsupported_parameter", param: "stop_sequences" }), "stop"],
    ["stream_options", refused("Unrecognized request argument", { code: "unknown_parameter", param: "stream_options" }), "stream_options"],
    ["reasoning_effort, by the rule of its provider", refused("reasoning_effort is bad", { provider: groq }), "reasoning_effort"],
    ["a schema that cannot be enforced", refused("Invalid schema for response_format 'answer'"), "response_format"],
    ["Anthropic's limit on max_tokens", refused("max_tokens: 9000 > 8192, which is the maximum", { provider: anthropic }), "max_tokens"],
  ];
  it.each(rows)("%s", (_what, fault, name) => {
    const adapted = adapt(fault, request, none, null, null);
    expect(adapted?.changes).toEqual([`without ${name}`]);
    expect([...(adapted?.without ?? [])]).toEqual([name]);
    expect(adapted?.request).toBe(request);
    // The same once more would be the same request.
    expect(adapt(fault, request, new Set([name]), null, null)).toBeNull();
  });

  it("what was left out before stays out", () => {
    const fault = refused("x", { code: "unsupported_parameter", param: "stop" });
    expect([...(adapt(fault, request, new Set(["temperature"]), null, null)?.without ?? [])]).toEqual(["temperature", "stop"]);
  });

  it("an unknown parameter, or none named, leaves nothing to change", () => {
    expect(adapt(refused("Unsupported", { code: "unsupported_parameter", param: "logit_bias" }), request, none, null, null)).toBeNull();
    expect(adapt(refused("Unsupported something", { code: "unsupported_parameter" }), request, none, null, null)).toBeNull();
  });

  it.each([
    ["a wrong key", refused("Incorrect API key", { status: 401, code: "invalid_api_key" })],
    ["too long", refused("This model's maximum context length is 8192 tokens", { code: "context_length_exceeded" })],
    ["overloaded", refused("busy", { status: 503 })],
    ["limited", refused("slow down", { status: 429 })],
  ])("nothing is changed for what no change helps: %s", (_what, fault) => {
    expect(adapt(fault, request, none, null, 10_000)).toBeNull();
  });
});

/** An answer that the default contract (or the one given) rejects. */
function rejected(answer: Partial<Reply>, contract: unknown = {}, parts: Parameters<typeof delivery>[0] = {}) {
  const given = delivery(parts, answer);
  const verdict = judged(contract, given);
  return { fault: faultOfVerdict(verdict, given.reply, place(openai)), answer: { reply: given.reply, verdict } };
}

describe("an answer cut at the token limit", () => {
  const cut = (completion_tokens: number | null) =>
    rejected({ text: "Half an", finish: { unified: "length", raw: "length" }, usage: usage({ completion_tokens }) });
  const next = (max_tokens: number | undefined, used: number | null, maxOutput: number | null) => {
    const { fault, answer } = cut(used);
    const asked = max_tokens === undefined ? request : { ...request, max_tokens };
    return adapt(fault, asked, none, answer, maxOutput);
  };
  it("gets four times the room, at least 1,024 tokens", () => {
    expect(next(256, 256, null)).toMatchObject({ request: { max_tokens: 1_024 }, changes: ["max_tokens 256 → 1024"] });
    expect(next(1_000, 1_000, null)?.request.max_tokens).toBe(4_000);
  });
  it("is measured by what it used when nothing was asked", () => {
    expect(next(undefined, 8_192, null)?.changes).toEqual(["max_tokens 8192 → 32768"]);
    expect(next(undefined, null, null)).toBeNull();
  });
  it("never gets more than the model can write, and nothing when it had that", () => {
    expect(next(4_000, 4_000, 8_000)?.request.max_tokens).toBe(8_000);
    expect(next(8_000, 8_000, 8_000)).toBeNull();
    expect(next(9_000, 8_000, 8_000)).toBeNull();
  });
  it("whose tokens all went into thinking gets more as well", () => {
    const { fault, answer } = rejected({
      text: "",
      reasoning: "hm",
      finish: { unified: "length", raw: "length" },
      usage: usage({ completion_tokens: 300 }),
    });
    expect(fault.reason).toBe("budget_eaten_by_reasoning");
    expect(adapt(fault, { ...request, max_tokens: 300 }, none, answer, null)?.request.max_tokens).toBe(1_200);
  });
  it("leaves the rest of the request as it is", () => {
    const { max_tokens: _more, ...rest } = next(256, 256, null)?.request ?? {};
    expect(rest).toEqual(request);
  });
});

describe("an answer that does not fulfil what was asked", () => {
  it("is asked for again, and told why", () => {
    const { fault, answer } = rejected({ text: "no brackets here" }, { structure: { format: "json" } });
    const adapted = adapt(fault, request, none, answer, null);
    expect(adapted?.changes).toEqual([`told why: ${fault.reason}`]);
    expect(adapted?.request.messages.slice(0, -1)).toEqual(request.messages);
    expect(adapted?.request.messages.at(-1)).toMatchObject({ role: "user", content: expect.stringContaining("was not accepted") });
    expect(request.messages).toHaveLength(1);
  });
  it("that shows nothing is, since the same question may get nothing again", () => {
    const { fault, answer } = rejected({ text: "" });
    expect(fault.reason).toBe("empty_answer");
    expect(adapt(fault, request, none, answer, null)?.changes).toEqual(["told why: empty_answer"]);
  });
  it("that another model gave is not: the request was good", () => {
    const { fault, answer } = rejected({ model: "llama-3.1-8b" });
    expect(fault.reason).toBe("substituted");
    expect(adapt(fault, request, none, answer, null)).toBeNull();
  });
  it("and a refusal is not argued with", () => {
    const { fault, answer } = rejected({ text: "", refusal: "I cannot." });
    expect(adapt(fault, request, none, answer, null)).toBeNull();
  });
});
