import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../src/exchange.js";
import { objectOf } from "../../src/json.js";
import { patience, start, textOf } from "../helpers/servers.js";

describe("bad input", () => {
  test("lines that are no JSON-RPC are passed over", async () => {
    const server = start();
    for (const line of ["", "hello", "{", "[]", '{"jsonrpc":"2.0"}', "null", '"x"']) server.line(line);
    await server.initialize();
    expect(objectOf((await server.request("tools/list"))["result"])).toHaveProperty("tools");
  });

  test("an unknown tool and an unknown method are told apart from a failed call", async () => {
    const server = start();
    await server.initialize();
    const tool = await server.request("tools/call", { name: "chatt", arguments: {} });
    expect(tool["error"]).toMatchObject({
      code: -32602,
      message: 'There is no tool "chatt". The tools are: chat, verify, providers, health.',
    });
    expect((await server.request("nothing/here"))["error"]).toMatchObject({ code: -32601 });
  });

  test.each([[{}], [modern]])("arguments of a wrong kind are answered in a sentence, %j", async (meta) => {
    const server = start();
    if (meta !== modern) await server.initialize();
    const refused = async (args: Json) => {
      const { result } = await server.request("tools/call", { name: "verify", arguments: args, _meta: meta });
      return { isError: objectOf(result)?.["isError"], text: textOf(objectOf(result) ?? {}).split("\n")[0] };
    };
    expect(await refused("text")).toEqual({ isError: true, text: 'The arguments must be an object; it was the string "text".' });
    expect(await refused(["text"])).toEqual({ isError: true, text: "The arguments must be an object; it was a list of 1." });
    expect(await refused(null)).toMatchObject({ isError: true, text: expect.stringMatching(/^response is missing; it must be /) });
    for (const name of [3, undefined])
      expect(
        (await server.request("tools/call", { ...(name === undefined ? {} : { name }), arguments: {}, _meta: meta }))["error"],
      ).toMatchObject({
        code: -32602,
        message: "The name of a tool must be a string. The tools are: chat, verify, providers, health.",
      });
    const lost = await server.request("tools/call", { name: "chat", arguments: JSON.parse('{"prompt":"Hi","__proto__":{}}'), _meta: meta });
    expect(textOf(objectOf(lost["result"]) ?? {})).toMatch(/^__proto__ is not allowed: no key may have that name\./);
  });

  test("10 MB of arguments: the tool says what is allowed, and the server goes on", async () => {
    const server = start();
    await server.initialize();
    for (const content of ["x".repeat(10_000_000), "\u0001".repeat(2_500_000)]) {
      const result = await server.call("chat", { prompt: content });
      expect(result["isError"]).toBe(true);
      expect(textOf(result)).toMatch(/The arguments are 1[05]\.0 MB\. Allowed are 4 MB\./);
    }
    expect(await server.call("chat", { prompt: "Hi" })).toMatchObject({ isError: false });
  });

  test("40 MB on one line: refused unread, by the id of the request, and the server goes on", async () => {
    const server = start();
    await server.initialize();
    const response = await server.request("tools/call", { name: "chat", arguments: { prompt: "x".repeat(40_000_000) } });
    expect(response["error"]).toMatchObject({ code: -32600, message: expect.stringContaining("allowed are") });
    expect(await server.call("verify", { response: "Hello." })).toMatchObject({ isError: false });
  });

  test.each<[string, JsonObject, RegExp]>([
    ["a remote reference", { $ref: "http://127.0.0.1:1/" }, /invalid_schema/],
    ["an unknown type", { type: "elephant" }, /invalid_schema/],
    ["a promise", { $async: true, type: "string" }, /invalid_schema/],
    ["a schema of 70 KB", { description: "x".repeat(70_000) }, /invalid_schema/],
    ["a deep schema", deep(200), /invalid_schema/],
    ["a pattern that never ends", { type: "string", pattern: "^(a+)+$" }, /validation_cost/],
  ])("a hostile schema: %s", async (_what, schema, code) => {
    const server = start();
    await server.initialize();
    const response = JSON.stringify(`${"a".repeat(40)}!`);
    const [verified, other] = await Promise.all([server.call("verify", { response, contract: { schema } }), server.call("providers", {})]);
    expect(other).toMatchObject({ isError: false });
    expect(JSON.stringify(verified)).toMatch(code);
    expect(objectOf(verified["structuredContent"])).toMatchObject({ verified: false });
  });

  test("arguments nested 100,000 deep", async () => {
    const server = start();
    await server.initialize();
    const bombs = `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`;
    server.line(`{"jsonrpc":"2.0","id":"deep","method":"tools/call","params":{"name":"verify","arguments":{"response":${bombs}}}}`);
    await expect.poll(() => server.messages.some((message) => message["id"] === "deep"), patience).toBe(true);
    expect(await server.call("verify", { response: "Hello." })).toMatchObject({ isError: false });
  });
});

const name = "io.modelcontextprotocol";
/** What a request of the revision of 2026-07-28 carries. */
const modern: JsonObject = {
  [`${name}/protocolVersion`]: "2026-07-28",
  [`${name}/clientCapabilities`]: {},
  [`${name}/clientInfo`]: { name: "test", version: "1" },
};

function deep(levels: number): JsonObject {
  let schema: JsonObject = { type: "string" };
  for (let level = 0; level < levels; level++) schema = { type: "object", properties: { a: schema } };
  return schema;
}
