import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { asksForJson, dimensions, judge, judgedText } from "../../src/contract/index.js";
import type { SchemaEngine } from "../../src/contract/schema-engine.js";
import { SchemaError } from "../../src/contract/schema-intake.js";
import { dimensionNames, type Delivery, type Finding, type FinishKind, type JsonObject, type Reply } from "../../src/exchange.js";
import { call, delivery, findingsIn, judged, refusalOf, schemas, usage } from "../helpers/deliveries.js";

const person: JsonObject = { type: "object", properties: { name: { type: "string" } }, required: ["name"] };

const finishes: readonly FinishKind[] = ["stop", "tool_calls", "length", "content_filter", "error", "incomplete", "unknown"];
const oddities: readonly Reply["irregularities"][number][] = [
  "empty_body",
  "not_an_answer",
  "no_choices",
  "malformed_event",
  "missing_event",
  "two_answers",
  "after_finish",
  "broken_utf8",
  "bad_joint",
  "stopped_early",
  "bad_shape",
];
const texts = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.json(),
  fc.json().map((text) => text.slice(0, -1)),
  fc.constantFrom("", " ", "\ufffd", "```ts", '{"name":"Ada"}', "ab".repeat(100), "I'm sorry, but I can't."),
);
const count = fc.option(fc.oneof(fc.nat(5_000), fc.double({ min: 0, max: 1e9, noNaN: true })), { nil: null });
const names = fc.constantFrom("gpt-6-luna", "gpt-6-luna-2026-09-01", "gpt-5.6-luna", "claude-haiku-4-5", "", "通义");

const deliveries: fc.Arbitrary<Delivery> = fc
  .record({
    text: texts,
    reasoning: fc.constantFrom("", "Hmm."),
    tool_calls: fc.array(fc.tuple(fc.constantFrom("f", "", "weather"), texts), { maxLength: 2 }),
    refusal: fc.constantFrom(null, null, "No."),
    finish: fc.constantFrom(...finishes),
    model: fc.option(names, { nil: null }),
    usage: fc.option(fc.record({ prompt_tokens: count, completion_tokens: count, reasoning_tokens: count }), { nil: null }),
    terminal: fc.boolean(),
    irregularities: fc.subarray([...oddities], { maxLength: 2 }),
    requested_model: fc.option(names, { nil: null }),
    latency_ms: count,
    cost_usd: count,
    prompt_estimate: count,
    max_tokens: count,
    json: fc.boolean(),
    demanded: fc.constantFrom(null, "auto" as const, "required" as const, { name: "f" }),
  })
  .map(
    ({
      tool_calls,
      finish,
      usage: counted,
      json,
      demanded,
      requested_model,
      latency_ms,
      cost_usd,
      prompt_estimate,
      max_tokens,
      ...answer
    }) =>
      delivery(
        {
          requested_model,
          latency_ms,
          cost_usd,
          prompt_estimate,
          max_tokens,
          tool_choice: demanded,
          response_format: json ? { type: "json_object" } : null,
          baseline: latency_ms === null ? null : { median_ms: 100, median_cost_usd: 0.001 },
        },
        {
          ...answer,
          tool_calls: tool_calls.map(([name, args]) => call(name, args)),
          finish: { unified: finish, raw: finish },
          usage: counted === null ? null : usage(counted),
        },
      ),
  );

const contracts = fc.constantFrom(
  {},
  { schema: person },
  { structure: { format: "json", unwrap_fence: true } },
  { latency: { max_ms: 500, max_first_token_ms: 100 }, cost: { max_usd: 0.01, max_total_tokens: 100 } },
  { identity: { mode: "family" }, integrity: { must_contain: ["a"], language: "en", max_chars: 50, allow_truncated: true } },
);

describe("whatever was delivered", () => {
  it("is judged at once over all six dimensions, and verified exactly when none failed", async () => {
    await schemas.prepare(person);
    fc.assert(
      fc.property(contracts, deliveries, (contract, given) => {
        const before = structuredClone(given.reply);
        const verdict = judged(contract, given);
        expect(Object.keys(verdict.dimensions)).toEqual([...dimensionNames]);
        for (const name of dimensionNames) {
          const { status, findings } = verdict.dimensions[name];
          const failed = findings.some((one: Finding) => one.severity === "fail");
          expect(failed).toBe(status === "fail");
          if (status === "skipped" || status === "pass") expect(findings).toEqual([]);
          if (status === "warn") expect(findings.length).toBeGreaterThan(0);
          for (const one of findings) {
            expect(one.code).toMatch(/^[a-z0-9_]+$/);
            expect(one.message).toMatch(/\.$/);
            expect(one.code).not.toBe("check_failed");
            expect(JSON.stringify([one.expected, one.seen]).length).toBeLessThan(1_000);
          }
        }
        expect(verdict.verified).toBe(dimensionNames.every((name) => verdict.dimensions[name].status !== "fail"));
        expect(given.reply).toEqual(before);
        expect(judged(contract, given)).toEqual(verdict);
      }),
      { numRuns: 400 },
    );
  });

  test.each(["structure", "integrity", "latency", "cost", "identity", "schema"] as const)("is never skipped as a whole: %s", (name) => {
    expect(judged({}, delivery()).dimensions[name].status).toBe(name === "schema" ? "skipped" : "pass");
  });
});

describe("a check that cannot be made fails its dimension", () => {
  const engine = (validate: SchemaEngine["validate"]): SchemaEngine => ({
    prepare: () => Promise.resolve(),
    validate,
    close: () => Promise.resolve(),
  });
  const good = delivery({}, { text: '{"name":"Ada"}' });

  test.each<[what: string, engine: SchemaEngine, findings: string[]]>([
    [
      "by a mistake of ours",
      engine(() => {
        throw new TypeError("oops");
      }),
      ["fail check_failed"],
    ],
    ["by a mistake elsewhere", engine(() => Promise.reject(new Error("gone"))), ["fail check_failed"]],
    [
      "by what is no error at all",
      engine(() => {
        throw "a string";
      }),
      ["fail check_failed"],
    ],
    [
      "by a schema that is none",
      engine(() => {
        throw new SchemaError("invalid_schema", "Not a schema.");
      }),
      ["fail invalid_schema"],
    ],
    [
      "by a schema that costs too much",
      engine(() => Promise.reject(new SchemaError("validation_cost", "Too costly."))),
      ["fail validation_cost"],
    ],
  ])("%s", async (_, broken, findings) => {
    const verdict = await judge({ schema: person }, good, broken);
    expect(findingsIn(verdict, "schema")).toEqual(findings);
    expect(verdict.verified).toBe(false);
    for (const name of dimensionNames.filter((one) => one !== "schema")) expect(verdict.dimensions[name].status).toBe("pass");
  });

  it("in every dimension alike", () => {
    const poisoned: Delivery = {
      ...good,
      get latency_ms(): number {
        throw new RangeError("latency");
      },
      get cost_usd(): number {
        throw new RangeError("cost");
      },
      get requested_model(): string {
        throw new RangeError("identity");
      },
    };
    const broken = judged({}, poisoned);
    expect(dimensionNames.map((name) => findingsIn(broken, name).join())).toEqual([
      "",
      "",
      "fail check_failed",
      "fail check_failed",
      "fail check_failed",
      "",
    ]);
    const unreadable: Delivery = {
      ...good,
      reply: {
        ...good.reply,
        get text(): string {
          throw new RangeError("text");
        },
      },
    };
    const verdict = judged({}, unreadable);
    expect([findingsIn(verdict, "structure"), findingsIn(verdict, "integrity")]).toEqual([["fail check_failed"], ["fail check_failed"]]);
    expect(verdict.verified).toBe(false);
  });

  it("and does not say in what words the program failed", () => {
    const verdict = judged({ schema: person }, delivery({ tools: null }, { text: '{"name":1}' }));
    expect(verdict.dimensions.schema.status).toBe("fail");
    const failing = judge(
      { schema: person },
      good,
      engine(() => {
        throw new TypeError("secret path /home/x");
      }),
    );
    expect(JSON.stringify(failing)).not.toContain("secret");
  });
});

describe("a judgement elsewhere", () => {
  it("is a promise, and the same", async () => {
    await schemas.prepare(person);
    const slow: SchemaEngine = { ...schemas, validate: async (schema, value) => schemas.validate(schema, value) };
    for (const text of ['{"name":"Ada"}', '{"name":1}', "prose"]) {
      const verdict = judge({ schema: person }, delivery({}, { text }), slow);
      expect(verdict instanceof Promise).toBe(text !== "prose");
      expect(await verdict).toEqual(judged({ schema: person }, delivery({}, { text })));
    }
  });
});

describe("the contract", () => {
  it("may be left out", () => {
    for (const nothing of [undefined, null, {}]) expect(refusalOf(nothing)).toBe("accepted");
  });

  test.each<[contract: unknown, message: RegExp]>([
    ["strict", /^contract: /],
    [[], /^contract: /],
    [{ structur: {} }, /^contract: unknown key structur\. Allowed: structure, schema, latency, cost, identity, integrity\.$/],
    [{ latency: 500 }, /^contract\.latency: /],
    [{ latency: { max_ms: "500" } }, /^contract\.latency\.max_ms: /],
    [{ cost: { max_usd: Number.NaN } }, /^contract\.cost\.max_usd: /],
    [{ identity: { aliases: { a: "b" } } }, /^contract\.identity\.aliases\.a: /],
    [{ integrity: { min_chars: 1.5 } }, /^contract\.integrity\.min_chars: /],
    [
      { structure: { json: true }, latency: { ms: 1 } },
      /structure: unknown key json\. Allowed: format, unwrap_fence\. contract\.latency: unknown key ms\. Allowed/,
    ],
  ])("%j is refused in words", (contract, message) => {
    expect(refusalOf(contract)).toMatch(message);
  });

  test.each(dimensionNames.filter((name) => name !== "schema"))("%s takes no unknown key", (name) => {
    expect(refusalOf({ [name]: { unheard_of: 1 } })).toMatch(new RegExp(`^contract\\.${name}: unknown key unheard_of\\. Allowed: \\w+, `));
  });

  it("says of every dimension what it asks, and when it fails and warns", () => {
    for (const name of dimensionNames) {
      expect(dimensions[name].name).toBe(name);
      for (const text of [dimensions[name].asks, dimensions[name].fails_on, dimensions[name].warns_on]) expect(text).not.toBe("");
    }
  });

  test.each<[what: string, contract: Parameters<typeof asksForJson>[0], format: Delivery["response_format"], expected: boolean]>([
    ["nothing", {}, null, false],
    ["a schema", { schema: {} }, null, true],
    ["format json", { structure: { format: "json" } }, null, true],
    ["format text", { structure: { format: "text" } }, { type: "json_object" }, false],
    ["format text, and a schema", { structure: { format: "text" }, schema: {} }, null, true],
    ["a fence to unwrap", { structure: { unwrap_fence: true } }, null, false],
    ["a JSON object by the request", {}, { type: "json_object" }, true],
    ["a schema by the request", {}, { type: "json_schema", schema: {} }, true],
    ["a text by the request", {}, { type: "text" }, false],
  ])("asks for JSON or not: %s", (_, contract, format, expected) => {
    expect(asksForJson(contract, format)).toBe(expected);
  });

  it("judges and hands over what is inside a fence, where one is allowed", () => {
    const fenced = '```json\n{"name":"Ada"}\n```';
    expect(judgedText({}, fenced)).toBe(fenced);
    expect(judgedText({ structure: { unwrap_fence: true } }, fenced)).toBe('{"name":"Ada"}');
    expect(judgedText({ structure: { unwrap_fence: true } }, "no fence")).toBe("no fence");
    expect(judged({ schema: person, structure: { unwrap_fence: true } }, delivery({}, { text: fenced })).verified).toBe(true);
    expect(judged({ integrity: { max_chars: 14 }, structure: { unwrap_fence: true } }, delivery({}, { text: fenced })).verified).toBe(true);
    expect(judged({ schema: person }, delivery({}, { text: fenced })).verified).toBe(false);
  });
});
