import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock.js";
import { inlineEngine, workerEngine, type SchemaEngine, type Violation } from "../../src/contract/schema-engine.js";
import { SchemaError } from "../../src/contract/schema-intake.js";
import type { Json, JsonObject } from "../../src/exchange.js";

const draft07 = "http://json-schema.org/draft-07/schema#";

const codeOf = async (work: () => unknown): Promise<string> => {
  try {
    await work();
  } catch (error) {
    if (error instanceof SchemaError) return error.code;
    throw error;
  }
  return "none";
};

/** How long the main thread was at work, all in all, while `work` ran: if less than 50 ms, no timer waited 50 ms for it. */
async function busyWhile<Result>(work: () => Promise<Result>): Promise<{ busy: number; result: Result }> {
  const before = performance.eventLoopUtilization();
  const result = await work();
  return { busy: performance.eventLoopUtilization(before).active, result };
}

const engines: [string, () => SchemaEngine][] = [
  ["inline", inlineEngine],
  ["worker", () => workerEngine(systemClock())],
];

describe.each(engines)("%s engine", (_name, make) => {
  let engine: SchemaEngine;
  beforeAll(() => {
    engine = make();
  });
  afterAll(() => engine.close());

  const check = async (schema: JsonObject, value: Json): Promise<Violation[]> => {
    await engine.prepare(schema);
    return engine.validate(schema, value);
  };

  it.each<[what: string, schema: JsonObject, good: Json[], bad: Json[]]>([
    ["a name every object inherits, demanded", { required: ["constructor"] }, [{ constructor: 1 }], [{}]],
    [
      "a name every object inherits, described",
      { properties: { constructor: { type: "string" }, toString: { type: "number" } } },
      [{}],
      [{ constructor: 1 }],
    ],
    ["__proto__, demanded", { required: ["__proto__"] }, [JSON.parse('{"__proto__":1}')], [{}]],
    [
      "no other names",
      { properties: { a: true }, additionalProperties: false },
      [{ a: 1 }],
      [{ constructor: 1 }, JSON.parse('{"__proto__":1}')],
    ],
    ["numbers too large to be numbers", { type: "number" }, [1e308], [JSON.parse("1e999"), null]],
    ["null is not 1e999", { type: "null" }, [null], [JSON.parse("1e999")]],
    ["a price in cents", { multipleOf: 0.01 }, [19.99, 0.07, 1.1, 4.35, 123456.78], [0.005, 1.001]],
    ["a pattern with an escape that u forbids", { pattern: "^a\\-b$" }, ["a-b"], ["ab"]],
    ["a pattern with a class that needs u", { pattern: "^\\p{L}+$" }, ["é"], ["1"]],
    [
      "a pattern for names that matches a property",
      { properties: { ab: { type: "number" } }, patternProperties: { "^a": {} } },
      [{ ab: 1 }],
      [{ ab: "" }],
    ],
    ["null by nullable", { type: "string", nullable: true }, ["", null], [1]],
    ["formats", { format: "date-time" }, ["2026-11-20T10:00:00Z", 1], ["20.11.2026"]],
    ["2020-12 tuples", { prefixItems: [{ type: "string" }], items: false }, [["a"], []], [["a", 1], [1]]],
    ["draft-07 tuples", { $schema: draft07, items: [{ type: "string" }], additionalItems: false }, [["a"], []], [["a", 1], [1]]],
    ["draft-07 dependencies", { $schema: draft07, dependencies: { a: ["b"] } }, [{ a: 1, b: 1 }], [{ a: 1 }]],
    ["recursion", { properties: { sub: { items: { $ref: "#" } } }, required: ["sub"] }, [{ sub: [{ sub: [] }] }], [{ sub: [{}] }]],
    ["recursion in draft-07", { $schema: draft07, items: { $ref: "#" }, type: "array" }, [[[], [[]]]], [[1]]],
    ["references with escapes", { $defs: { "a b/~": { type: "string" } }, $ref: "#/$defs/a%20b~1~0" }, ["x"], [1]],
    ["nothing", {}, [null, 1, {}], []],
    ["everything", { not: {} }, [], [null, 1, {}]],
  ])("judges %s", async (_what, schema, good, bad) => {
    for (const value of good) expect(await check(schema, value)).toEqual([]);
    for (const value of bad) expect(await check(schema, value)).not.toEqual([]);
  });

  it.each<[what: string, schema: JsonObject]>([
    ["$async", { $async: true, type: "string" }],
    ["a remote $ref", { $ref: "http://127.0.0.1:1/" }],
    ["a $ref to itself", { $ref: "#" }],
    ["a typo", { requried: ["a"] }],
    ["an unknown format", { format: "nope" }],
    ["an unknown type", { properties: { a: { type: "strin" } } }],
    ["a limit that is no number", { minLength: "1" }],
    ["a negative length", { maxLength: -1 }],
    ["draft-04's boolean limits", { exclusiveMinimum: true }],
    ["an empty enum", { enum: [] }],
    ["a broken pattern", { pattern: "(" }],
    ["a broken pattern for names", { patternProperties: { "[": {} } }],
    ["an if that decides nothing", { if: { type: "string" } }],
    ["__proto__", { properties: JSON.parse('{"__proto__":{}}') }],
  ])("refuses %s when preparing and when validating", async (_what, schema) => {
    expect(await codeOf(() => engine.prepare(schema))).toBe("invalid_schema");
    expect(await codeOf(() => engine.validate(schema, 1))).toBe("invalid_schema");
    expect(await codeOf(() => engine.prepare(schema))).toBe("invalid_schema");
  });

  it("says what is wrong with a schema that only the compiler refuses", async () => {
    await expect(engine.prepare({ properties: { a: { type: "strin" } } })).rejects.toThrow(
      "The schema is not valid JSON Schema: /properties/a/type must be one of the values the schema lists.",
    );
    await expect(engine.prepare({ pattern: "(" })).rejects.toThrow(
      'The schema is not valid JSON Schema: "(" is not a regular expression of ECMAScript.',
    );
    await expect(engine.prepare({ if: {} })).rejects.toThrow(
      'The schema is not valid JSON Schema: "if" without "then" and "else" is ignored.',
    );
  });

  it.each<[schema: JsonObject, value: Json, path: string, message: string, expected: Json, seen: Json]>([
    [{ type: "string" }, 1, "", "must be of type string, not a number.", "string", 1],
    [
      { type: ["string", "null"] },
      [1, {}],
      "",
      "must be of type string or null, not an array.",
      ["string", "null"],
      [1, "an object with 0 properties"],
    ],
    [{ properties: { "a/b": { items: { minimum: 3 } } } }, { "a/b": [4, 2] }, "/a~1b/1", "must be >= 3.", 3, 2],
    [{ required: ["id"] }, { a: 1, b: 2 }, "", 'lacks the required property "id".', "id", ["a", "b"]],
    [{ dependentRequired: { a: ["b"] } }, { a: 1 }, "", 'has "a" and so needs "b".', "b", ["a"]],
    [
      { properties: { a: true }, additionalProperties: false },
      { b: 1 },
      "",
      'has the property "b", which the schema does not allow.',
      ["a"],
      "b",
    ],
    [{ enum: ["x", "y"] }, "z", "", "must be one of the values the schema lists.", ["x", "y"], "z"],
    [{ const: "x" }, "z", "", "must be x.", "x", "z"],
    [{ maxLength: 2 }, "a😀b", "", "must have at most 2 characters.", 2, 3],
    [{ minItems: 2 }, [1], "", "must have at least 2 items.", 2, 1],
    [{ uniqueItems: true }, [1, 2, 1], "", "must not repeat an item, but items 0 and 2 are equal.", "unique items", [0, 2]],
    [{ pattern: "^a" }, "b\u202e", "", "must match the pattern ^a.", "^a", "b\\u202e"],
    [{ format: "email" }, "no", "", 'must have the format "email".', "email", "no"],
    [{ multipleOf: 5 }, 3, "", "must be a multiple of 5.", 5, 3],
    [{ propertyNames: { maxLength: 1 } }, { ab: 1 }, "", 'has the property "ab", a name the schema does not allow.', null, "ab"],
    [{ contains: { type: "number" } }, ["a"], "", "must contain at least 1 fitting item.", 1, ["a"]],
    [{ not: {} }, {}, "", "must not be what the schema excludes.", "anything else", "an object with 0 properties"],
    [{ properties: { a: false } }, { a: 1 }, "/a", "is not allowed here.", "nothing", 1],
  ])("explains %j for %j", async (schema, value, path, message, expected, seen) => {
    expect((await check(schema, value))[0]).toMatchObject({ path, message, expected, seen });
  });

  it("tells the decision first and then what came nearest", async () => {
    const item = { properties: { price: { type: "number" } }, required: ["price"] };
    const violations = await check({ properties: { item: { anyOf: [{ type: "null" }, item] } } }, { item: { price: "3" } });
    expect(violations.map(({ path, keyword }) => `${keyword} ${path}`)).toEqual(["anyOf /item", "type /item/price", "type /item"]);
    expect(violations[0]?.message).toBe("fits none of the 2 alternatives.");
    expect((await check({ oneOf: [{ type: "number" }, { minimum: 1 }] }, 3))[0]?.message).toBe("fits more than one alternative.");
  });

  it("keeps violations small, however large the value", async () => {
    const alternatives = Array.from({ length: 300 }, (_, index) => ({ required: [`key${index}`] }));
    const value = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`name${index}`.repeat(50), "x".repeat(1_000)]));
    const violations = await check({ anyOf: alternatives }, value);
    expect(violations).toHaveLength(20);
    expect(JSON.stringify(violations).length).toBeLessThan(100_000);
  });

  it("judges the same schema written anew, and one changed copy apart", async () => {
    for (let turn = 0; turn < 3; turn++) {
      expect(await engine.validate({ type: "string", title: `turn ${turn}` }, "a")).toEqual([]);
      expect(await engine.validate({ type: "string", maxLength: turn }, "abc")).not.toEqual([]);
    }
  });

  it("remembers no more schemas than it should and forgets none wrongly", async () => {
    const schemas = Array.from({ length: 150 }, (_, index): JsonObject => ({ const: index }));
    for (const round of [0, 1]) {
      for (const [index, schema] of schemas.entries()) {
        const fresh = round === 0 ? schema : structuredClone(schema);
        expect(await engine.validate(fresh, index)).toEqual([]);
        expect(await engine.validate(fresh, index + 1)).toHaveLength(1);
      }
    }
  });
});

describe("inline engine", () => {
  it("answers at once when the schema is prepared, or another of the same content", async () => {
    const engine = inlineEngine();
    const schema: JsonObject = { type: "object", required: ["a"] };
    expect(engine.validate(schema, {})).toBeInstanceOf(Promise);
    await engine.prepare(schema);
    expect(engine.validate(schema, { a: 1 })).toEqual([]);
    expect(engine.validate(structuredClone(schema), {})).toHaveLength(1);
  });
});

const longAnswer = `${"a".repeat(10_240)}!`;
/** Schema, answer, and the time allowed: the usual second for one, less for the rest, to have done sooner. */
const bombs: [what: string, schema: JsonObject, value: Json, limit_ms: number][] = [
  ["the pattern ^(a+)+$", { pattern: "^(a+)+$" }, longAnswer, 1_000],
  ["the pattern (a|a)*$", { pattern: "(a|a)*$" }, longAnswer, 300],
  ["the pattern a*a*a*a*b", { pattern: "a*a*a*a*b" }, longAnswer, 300],
  ["the pattern ^(\\w+\\s?)*$", { pattern: "^(\\w+\\s?)*$" }, longAnswer, 300],
  ["a pattern that is dear to parse", { pattern: `[${"\\p{L}".repeat(10_000)}]` }, "a", 300],
  ["a pattern for names", { patternProperties: { "^(a+)+$": {} } }, { [longAnswer]: 1 }, 300],
  ["anyOf chained 20 deep", chain(20), {}, 300],
  ["anyOf chained 30 deep", chain(30), {}, 300],
  ["uniqueItems over 20,000 objects", { uniqueItems: true }, Array.from({ length: 20_000 }, (_, a) => ({ a, b: [a] })), 300],
];

function chain(length: number): JsonObject {
  const $defs: JsonObject = { [`s${length}`]: { type: "string" } };
  for (let link = 0; link < length; link++)
    $defs[`s${link}`] = { anyOf: [{ $ref: `#/$defs/s${link + 1}` }, { $ref: `#/$defs/s${link + 1}` }] };
  return { $defs, $ref: "#/$defs/s0" };
}

describe("worker engine under attack", () => {
  // Retried because other processes may take the core away in the midst of it.
  it.each(bombs)("stops %s in time while other calls go on", { retry: 3 }, async (_what, schema, value, limit_ms) => {
    const engine = workerEngine(systemClock(), { limit_ms });
    const innocent = (index: number) => engine.validate({ const: index }, index);
    await innocent(0);
    const { busy, result } = await busyWhile(async () => {
      const start = performance.now();
      const culprit = codeOf(() => engine.validate(schema, value)).then((code) => ({ code, ms: performance.now() - start }));
      const others = await Promise.all([innocent(1), innocent(2), innocent(3)]);
      return { culprit: await culprit, others };
    });
    await engine.close();
    expect(result.others).toEqual([[], [], []]);
    expect(result.culprit.code).toBe("validation_cost");
    expect(result.culprit.ms).toBeLessThan(limit_ms + 300);
    expect(busy).toBeLessThan(50);
  });

  it("stops a schema that eats memory", async () => {
    const patient = workerEngine(systemClock(), { limit_ms: 30_000 });
    const culprit = codeOf(() => patient.validate(chain(30), {}));
    expect(await Promise.all([culprit, patient.validate({ type: "number" }, 1)])).toEqual(["validation_cost", []]);
    await patient.close();
  });

  it.each(engines)("stops recursion deeper than the stack (%s)", async (_name, make) => {
    const engine = make();
    let value: Json = [];
    for (let level = 0; level < 100_000; level++) value = [value];
    expect(await codeOf(() => engine.validate({ type: "array", items: { $ref: "#" } }, value))).toBe("validation_cost");
    expect(await engine.validate({ type: "number" }, 1)).toEqual([]);
    await engine.close();
  });

  it("explains itself", async () => {
    const hasty = workerEngine(systemClock(), { limit_ms: 50 });
    await expect(hasty.validate({ pattern: "^(a+)+$" }, `${"a".repeat(40)}!`)).rejects.toThrow(
      /too much time or memory.*patterns.*anyOf.*uniqueItems/,
    );
    await hasty.close();
  });

  it("gives each task its own time and runs innocents that waited behind several culprits", async () => {
    const hasty = workerEngine(systemClock(), { limit_ms: 100 });
    const slow = (letter: string) => codeOf(() => hasty.validate({ pattern: `^(${letter}+)+$` }, `${letter.repeat(40)}!`));
    const fast = () => hasty.validate({ type: "string" }, "fine");
    expect(await Promise.all([fast(), slow("a"), fast(), slow("b"), slow("a"), fast()])).toEqual([
      [],
      "validation_cost",
      [],
      "validation_cost",
      "validation_cost",
      [],
    ]);
    await hasty.close();
  });
});

describe("worker engine", () => {
  const engines: SchemaEngine[] = [];
  const make = () => {
    const engine = workerEngine(systemClock());
    engines.push(engine);
    return engine;
  };
  afterEach(() => Promise.all(engines.splice(0).map((engine) => engine.close())));

  it("answers many at once, each its own", async () => {
    const engine = make();
    engine.warm();
    const found = await Promise.all(Array.from({ length: 500 }, (_, index) => Promise.resolve(engine.validate({ maximum: 250 }, index))));
    expect(found.map((one) => one.length)).toEqual(Array.from({ length: 500 }, (_, index) => (index > 250 ? 1 : 0)));
  });

  it("refuses a value that is no JSON and goes on", async () => {
    const engine = make();
    const notJson: unknown = { a: () => 1 };
    await expect(engine.validate({}, notJson as Json)).rejects.toThrow("The value to check is not plain JSON.");
    expect(await engine.validate({ type: "number" }, 1)).toEqual([]);
  });

  it("rejects what waits when it is closed, and everything after", async () => {
    const engine = make();
    const waiting = [engine.validate({}, 1), engine.validate({ type: "string" }, "a")].map((one) => expect(one).rejects.toThrow("closed"));
    await engine.close();
    waiting.push(expect(engine.validate({}, 1)).rejects.toThrow("closed"), expect(engine.prepare({})).rejects.toThrow("closed"));
    await Promise.all(waiting);
    engine.warm();
    await engine.close();
  });

  it("does not start a worker for a schema that is refused before", async () => {
    const engine = make();
    expect(await codeOf(() => engine.validate({ $dynamicRef: "#a" }, 1))).toBe("invalid_schema");
  });
});
