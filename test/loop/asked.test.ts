import { describe, expect, it } from "vitest";
import { createFailover } from "../../src/create-failover.js";
import type { CallOptions, ChatRequest } from "../../src/outcome.js";

const failover = createFailover({ env: { OPENAI_API_KEY: "sk-asked-0123456789", OPENAI_BASE_URL: "http://127.0.0.1:9/v1" } });
const messages = [{ role: "user", content: "Hi" }];

/** As JavaScript would hand it in, which checks no types. */
async function refused(request: unknown, options: unknown = {}): Promise<string> {
  const outcome = await failover.chat(request as ChatRequest, options as CallOptions);
  expect(outcome).toMatchObject({ verified: false, attempts: [], error: { code: "invalid_request" } });
  return `${outcome.error?.message ?? ""} ${outcome.error?.next ?? ""}`;
}

describe("what an embedder hands in is refused before anything is sent", () => {
  it.each([
    ["nothing", null, "The request must be an object"],
    ["no messages", {}, "messages is missing"],
    ["an empty list", { messages: [] }, "messages"],
    ["a text for the list", { messages: "hi" }, 'messages must be a list; it was the string "hi"'],
    ["a role that is none", { messages: [{ role: "x", content: "a" }] }, "must be one of system, user, assistant, tool"],
    ["content that is no text", { messages: [{ role: "user", content: 5n }] }, "messages[0].content must be a string"],
    ["a cap below one", { messages, max_tokens: -5 }, "max_tokens must be at least 1; it was -5"],
    ["no number", { messages, temperature: Number.NaN }, "temperature must be a number"],
    ["a key that is none", { messages, maxTokens: 5 }, 'There is no "maxTokens" in the request; allowed: messages, max_tokens'],
    ["a tool without a name", { messages, tools: [{ name: "" }] }, "tools[0].name"],
    ["a tool twice", { messages, tools: [{ name: "a" }, { name: "a" }] }, "tools holds a twice"],
    ["a choice that is not offered", { messages, tools: [{ name: "a" }], tool_choice: { name: "b" } }, "The tools are: a."],
  ])("%s", async (_what, request, says) => {
    expect(await refused(request)).toContain(says);
  });

  it.each([
    ["no options", null, "The options must be an object"],
    ["more attempts than anybody may", { max_attempts: 99 }, "max_attempts must be at most 8"],
    ["none", { max_attempts: 0 }, "max_attempts must be at least 1"],
    ["no end of attempts", { max_attempts_per_route: Number.POSITIVE_INFINITY }, "max_attempts_per_route must be a number"],
    ["a deadline in words", { deadline_ms: "2000" }, 'deadline_ms must be a number; it was the string "2000"'],
    ["a signal that is none", { signal: {} }, "signal must be an AbortSignal"],
    ["a key that is none", { retries: 3 }, 'There is no "retries" in the options'],
  ])("%s", async (_what, options, says) => {
    expect(await refused({ messages }, options)).toContain(says);
  });

  it("a getter that throws", async () => {
    const request = Object.defineProperty({}, "messages", { enumerable: true, get: () => JSON.parse("") });
    expect(await refused(request)).toContain("could not be read");
  });

  it("anything after close()", async () => {
    const closed = createFailover({ env: {} });
    await closed.close();
    const { error } = await closed.chat({ messages: [{ role: "user", content: "Hi" }] });
    expect(error).toMatchObject({ code: "invalid_request", message: "This Failover has been closed." });
  });
});
