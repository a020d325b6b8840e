import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, it, test } from "vitest";
import { SchemaError } from "../src/contract/schema-intake.js";
import type { Json, JsonObject, Reply, ToolChoice, ToolDefinition, Usage, Verdict } from "../src/exchange.js";
import { countOf, isObject, listOf, objectOf, parseJson, stringOf } from "../src/json.js";
import { decode, eventReader, looksLikeStream } from "../src/providers/decode.js";
import { providerIds, providerOf, type ProviderId } from "../src/providers/index.js";
import { startSandbox } from "../src/sandbox/index.js";
import { verify } from "../src/verify.js";
import { delivery, judged, schemas } from "./helpers/deliveries.js";
import { fakeClock } from "./helpers/fake-clock.js";

/**
 * The dialects and the contract on recorded traffic. The recordings lie beside the project and are no part of it; where they
 * are not, the same is asked of what the project's own sandbox says, and the tests say so in their names.
 */
const corpus = "../shared/corpus/open.jsonl.gz";
const here = existsSync(corpus);
const on = here ? "recorded traffic" : `nothing, for ${corpus} is not here`;

interface Recorded {
  id: string;
  /** One of the nine, or `null`. */
  provider: ProviderId | null;
  host: string;
  kind: string;
  api: string;
  model: string | null;
  stream: boolean;
  request: JsonObject;
  schema: JsonObject | null;
  format: string | null;
  status: number;
  body: string;
  chunk_sizes: number[] | null;
  observed: JsonObject;
}

function recordOf(line: string): Recorded {
  const row: unknown = JSON.parse(line);
  const { id, provider, kind, request, response, observed } = objectOf(row) ?? {};
  const asked = objectOf(request) ?? {};
  const answered = objectOf(response) ?? {};
  const sizes = listOf(answered.chunk_sizes).filter((size) => typeof size === "number");
  return {
    id: stringOf(id) ?? "",
    provider: providerIds.find((one) => one === provider) ?? null,
    host: stringOf(provider) ?? "",
    kind: stringOf(kind) ?? "",
    api: stringOf(asked.api) ?? "",
    model: stringOf(asked.model),
    stream: asked.stream === true,
    request: objectOf(asked.body) ?? {},
    schema: objectOf(asked.json_schema),
    format: stringOf(asked.response_format),
    status: countOf(answered.status) ?? 0,
    body: stringOf(answered.body) ?? "",
    chunk_sizes: sizes.length > 0 ? sizes : null,
    observed: objectOf(observed) ?? {},
  };
}

const records = here ? gunzipSync(readFileSync(corpus)).toString("utf8").trimEnd().split("\n").map(recordOf) : [];
/** Ollama's native API is neither of the two dialects. */
const native = records.filter((one) => one.api === "ollama");
const answers = records.filter((one) => one.status === 200 && one.api !== "ollama");

const goodKinds = new Set("stop tool_calls function_call end_turn stop_sequence tool_use eos tool_call eos_token".split(" "));
const good = answers.filter((one) => goodKinds.has(one.kind));

const words = (list: string): string[] => list.split(/\s+/).filter((word) => word !== "");

/** Finished in order and yet without a visible character or a tool call: no answer, whatever the finish reason says (V01). */
const empty = new Set(
  words(`
    openai-058bb01aef3c
    anthropic-1c5fd7a6e406 anthropic-254b7ba10ecf anthropic-4454ebe6a7fa anthropic-4ea80a711da3 anthropic-63136ae880b0
    anthropic-6f2770a21a93 anthropic-7567e407a119 anthropic-7defaf1e9706 anthropic-91b0d99c5297 anthropic-921ea9b99d75
    anthropic-98d87322dfc0 anthropic-afa782c0bada anthropic-b3a046e0004c anthropic-b6d655ad3d01 anthropic-c4b8457f243c
    anthropic-c6d887b8327c anthropic-f20d59878a15 anthropic-fed584d91aea
    together-00fb25794593 together-031581248067 together-0f51d06dc6dc together-2cdfc59b9239 together-3b496ac58f47
    together-3bd2ef274188 together-42d4033e6ab2 together-639414eb4b7f together-703f6d53cc43 together-8496ce71f40e
    together-a684e3d28eae together-d0d13d9cfb8e together-eab9785fb279 together-fb57c42d1765
    baseten-c1b2bace3a9b baseten-d04f5e562a82 cerebras-3fa5da8d861f cerebras-4663e0e612eb cerebras-9b0174d6de51
  `),
);
/** The same, though the model thought aloud in a field of its own (V02). */
const thoughtsOnly = new Set(
  words(`
    anthropic-070e735eb2fa anthropic-4d39699190e6 anthropic-5f67d36f0ebe anthropic-65a915af0a5d anthropic-665b817daaba
    anthropic-778337426ceb
    groq-63198f4a3522 groq-6c2c1b34752c groq-782a95a6c308 groq-89cfee4a296e groq-f8eb99383f17
    together-58df41cea112 together-62de0626f8b4 together-77af58a15c30 together-7e0655049c26 together-7f114516643e
    together-8353ded7f60c together-e7f4e51e0175
    baseten-1f457bba3a7f baseten-42175c86af15 cerebras-82bed033ec8b cerebras-903edb6e0fd5 openrouter-2c1308f4d59d
    venice-8a9cdf2ed14a
  `),
);
/** The second of its two tool calls breaks off: `{"number": 132`. */
const cutCall = new Set(["together-9a9969c38d80"]);
/** Another model answered than the one asked for (see model-names.test.ts). */
const substituted = new Set(
  words(`
    azure-1d434b65c6d8 huggingface-3940a2a8623a huggingface-41f36c85f6a5 huggingface-89758ddc45a2 huggingface-aa6e8415e67f
    huggingface-fdd72f6884c7 mistral-641ecb62d646 openrouter-905ae964ce8b openrouter-9e0899048258
  `),
);
/** What was asked for is the name of a deployment and of no model: only the caller could know, and declare an alias. */
const deployments = new Set(["unused", "openllmetry-testing", "gpt-4 AZURE_DEPLOYMENT"]);
const deployed = new Set(
  words(`
    azure-019ef1350d2c azure-12989eba9c03 azure-15255fe3ab31 azure-2edc1d415676 azure-6ad976e0f7ba azure-6ea976344804
    azure-85379f9e4c30 azure-8eae611ce07d azure-d945f0d94829 azure-fc8d517bac71
  `),
);

function replyOf(record: Recorded): Reply | null {
  const decoded = decode(record.body);
  return "reply" in decoded ? decoded.reply : null;
}

const failures = (verdict: Verdict): string[] =>
  Object.entries(verdict.dimensions).flatMap(([dimension, { findings }]) =>
    findings.filter((one) => one.severity === "fail").map((one) => `${dimension}.${one.code}`),
  );

const judge = async (record: Recorded) =>
  verify({ response: record.body, requested_model: record.model ?? undefined, provider: record.provider ?? undefined });

// ---- decoding -------------------------------------------------------------------------------------------------------

/** The counts as the recorder saw them; the messages dialect counts what is cached apart from the rest of the prompt. */
function countsSeen(usage: JsonObject | null, dialect: string): (number | null)[] {
  const cached = (countOf(usage?.cache_read_input_tokens) ?? 0) + (countOf(usage?.cache_creation_input_tokens) ?? 0);
  const input = countOf(usage?.input_tokens);
  const prompt = countOf(usage?.prompt_tokens) ?? (input === null ? null : input + (dialect === "anthropic-messages" ? cached : 0));
  return [prompt, countOf(usage?.completion_tokens) ?? countOf(usage?.output_tokens)];
}

/** The events of a stream, read as plainly as can be, to have a second opinion on the text. */
const plainEvents = (body: string): JsonObject[] =>
  body
    .split(/\r?\n/)
    .filter((line) => /^data:\s*\{/.test(line))
    .map((line) => parseJson(line.slice(5)))
    .filter(isObject);

const partText = (content: Json | undefined): string =>
  typeof content === "string"
    ? content
    : listOf(content)
        .map((part) => stringOf(objectOf(part)?.text) ?? "")
        .join("");

/** The visible text by a second, naive reader. */
function plainText({ body, stream }: Recorded): string {
  if (stream && looksLikeStream(body)) {
    const events = plainEvents(body);
    // A recording of several turns ends with the one that counts.
    const starts = events.map((event) => event.type).lastIndexOf("message_start");
    return events
      .slice(Math.max(0, starts))
      .map((event) => {
        const choice = listOf(event.choices ?? objectOf(event.output)?.choices)
          .map(objectOf)
          .find((one) => (one?.index ?? 0) === 0);
        const said = event.type === "content_block_delta" ? stringOf(objectOf(event.delta)?.text) : null;
        return said ?? partText(objectOf(choice?.delta ?? choice?.message)?.content);
      })
      .join("");
  }
  const parsed = objectOf(parseJson(body)) ?? {};
  const choice = objectOf(listOf(parsed.choices ?? objectOf(parsed.output)?.choices)[0]);
  const whole = parsed.content ?? objectOf(parsed.output)?.text;
  return partText(choice === null ? whole : objectOf(choice.message)?.content);
}

describe(`decoding of ${on}`, () => {
  it("leaves out ollama's native records, and nothing else", () => {
    expect(native.every((one) => one.host === "ollama")).toBe(true);
    expect(native).toHaveLength(here ? 10 : 0);
    expect(answers).toHaveLength(here ? 2_369 : 0);
  });

  it("reads every answer as its recorder did: model, finish reason, counts", () => {
    const differing = answers.flatMap((record) => {
      const decoded = decode(record.body);
      if (!("reply" in decoded)) return record.kind === "error_in_200" ? [] : [`${record.id}: ${decoded.form}`];
      const { reply, dialect } = decoded;
      const seen = [reply.model, reply.finish.raw, reply.usage?.prompt_tokens ?? null, reply.usage?.completion_tokens ?? null];
      const { response_model, finish_reason, usage } = record.observed;
      const expected = [response_model ?? null, finish_reason ?? null, ...countsSeen(objectOf(usage), dialect)];
      return JSON.stringify(seen) === JSON.stringify(expected)
        ? []
        : [`${record.id}: ${JSON.stringify(seen)} ≠ ${JSON.stringify(expected)}`];
    });
    expect(differing).toEqual([]);
  });

  it("knows a stream from a whole body", () => {
    const differing = answers.filter((one) => (replyOf(one)?.streamed ?? one.stream) !== one.stream).map((one) => one.id);
    // Its request asked for a stream; what was recorded is a whole body.
    expect(differing).toEqual(here ? ["anthropic-519b6504bcf8"] : []);
    const irregular = good.filter((one) => replyOf(one)?.irregularities.length !== 0).map((one) => one.id);
    expect(irregular).toEqual([]);
  });

  it("finds the text that a naive reader finds", () => {
    const differing = good
      .filter((one) => one.id !== "anthropic-519b6504bcf8" && !(one.api === "dashscope-native" && one.stream))
      .filter((one) => plainText(one) !== replyOf(one)?.text);
    expect(differing.map((one) => one.id)).toEqual([]);
  });

  it("finds every kind of answer", () => {
    const replies = good.flatMap((one) => replyOf(one) ?? []);
    const having = (what: (reply: Reply) => boolean) => replies.filter(what).length;
    const found = {
      text: having((one) => one.text !== ""),
      reasoning: having((one) => one.reasoning !== ""),
      calls: having((one) => one.tool_calls.length > 0),
      usage: having((one) => one.usage !== null),
      cached: having((one) => (one.usage?.cached_tokens ?? 0) > 0),
      written: having((one) => (one.usage?.cache_write_tokens ?? 0) > 0),
      thought: having((one) => (one.usage?.reasoning_tokens ?? 0) > 0),
      named: having((one) => one.model !== null),
      numbered: having((one) => one.id !== null),
      ended: having((one) => one.terminal),
    };
    if (here) {
      expect(Object.entries(found).filter(([, count]) => count < 10)).toEqual([]);
      expect(found.ended).toBe(good.length);
      const nameless = replies.filter((one) => one.tool_calls.some((call) => call.name === ""));
      expect(nameless).toEqual([]);
    } else expect(replies).toEqual([]);
  });
});

// ---- streams in pieces ----------------------------------------------------------------------------------------------

/** Reads bytes as they come from a socket, cut at these places. */
function inPieces(bytes: Buffer, cuts: readonly number[], dialect: ReturnType<typeof dialectFor>): Reply {
  const decoder = new TextDecoder("utf-8");
  const reader = dialect.stream();
  const events = eventReader(
    (event) => reader.push(event),
    () => expect.unreachable(),
  );
  let from = 0;
  for (const to of [...cuts, bytes.length]) {
    events.feed(decoder.decode(bytes.subarray(from, to), { stream: true }));
    from = to;
  }
  events.end();
  return reader.reply();
}

const dialectFor = (api: string) => providerOf(api === "anthropic" ? "anthropic" : "openai").dialect;

/** Where a cut hurts most: inside a character, and between the two halves of a line end. */
const tenderSpots = (bytes: Buffer): number[] =>
  Array.from(bytes.keys()).filter((at) => at > 0 && ((bytes[at] ?? 0) >> 6 === 2 || (bytes[at - 1] === 13 && bytes[at] === 10)));

function randomCuts(length: number, random: () => number): number[] {
  const cuts: number[] = [];
  for (let at = 1 + Math.floor(random() * 80); at < length; at += 1 + Math.floor(random() * random() * 600)) cuts.push(at);
  return cuts;
}

function sumsOf(sizes: readonly number[]): number[] {
  let sum = 0;
  return sizes.map((size) => (sum += size)).slice(0, -1);
}

describe(`streams of ${on}, in pieces`, () => {
  const streams = answers.filter((one) => looksLikeStream(one.body));
  const { random } = fakeClock(20_261_120);

  test.each<[what: string, cutsOf: (bytes: Buffer, record: Recorded) => number[]]>([
    ["cut at random", (bytes) => randomCuts(bytes.length, random)],
    ["cut at random again, and with carriage returns", (bytes) => randomCuts(bytes.length, random)],
    ["cut inside characters and line ends", tenderSpots],
    ["cut as they arrived", (_, record) => sumsOf(record.chunk_sizes ?? [])],
  ])("%s they are the same", (what, cutsOf) => {
    const differing = streams.filter((record) => {
      const text = what.includes("carriage") ? record.body.replaceAll(/\r?\n/g, "\r\n") : record.body;
      const dialect = dialectFor(record.api === "anthropic" ? "anthropic" : "openai");
      const bytes = Buffer.from(text);
      const whole = decode(record.body, dialect);
      const pieces = inPieces(bytes, cutsOf(bytes, record), dialect);
      return !("reply" in whole) || JSON.stringify(whole.reply) !== JSON.stringify(pieces);
    });
    expect(differing.map((one) => one.id)).toEqual([]);
    if (here) expect(streams.length).toBeGreaterThan(800);
  });

  it("cut at every single byte they are the same", () => {
    const short = streams.filter((one) => one.body.length < 4_000).slice(0, 40);
    const differing = short.filter((record) => {
      const dialect = dialectFor(record.api);
      const bytes = Buffer.from(record.body);
      const whole = decode(record.body, dialect);
      const pieces = inPieces(
        bytes,
        Array.from({ length: bytes.length - 1 }, (_, at) => at + 1),
        dialect,
      );
      return !("reply" in whole) || JSON.stringify(whole.reply) !== JSON.stringify(pieces);
    });
    expect(differing.map((one) => one.id)).toEqual([]);
  });

  it("cut off in the middle they are never verified, unless only the formal end is missing", () => {
    const accepted = streams
      .filter((one) => goodKinds.has(one.kind))
      .filter((record) => {
        const decoded = decode(record.body.slice(0, Math.floor(record.body.length / 2)), dialectFor(record.api));
        if (!("reply" in decoded)) return false;
        const { reply } = decoded;
        return !reply.terminal ? judged({}, delivery({ requested_model: null }, reply)).verified : false;
      });
    expect(accepted.map((one) => one.id)).toEqual([]);
  });
});

// ---- verdicts -------------------------------------------------------------------------------------------------------

describe(`verdicts on ${on}`, () => {
  const findings = new Map<string, string[]>();
  beforeAll(async () => {
    for (const record of answers) findings.set(record.id, failures((await judge(record)).verdict));
  });
  const rejected = (list: readonly Recorded[]) => list.filter((one) => findings.get(one.id)?.length !== 0).map((one) => one.id);

  it("rejects no good answer of the nine but those that are empty and one whose tool call is cut", () => {
    const nine = good.filter((one) => one.provider !== null);
    const excused = new Set([...empty, ...thoughtsOnly, ...cutCall]);
    expect(rejected(nine)).toEqual(nine.map((one) => one.id).filter((id) => excused.has(id)));
    if (here) expect(nine.length).toBeGreaterThan(1_300);
  });

  it("rejects no good answer of another host but those, real substitutions, and names of deployments", () => {
    const others = good.filter((one) => one.provider === null);
    const excused = new Set([...empty, ...thoughtsOnly, ...substituted, ...deployed]);
    expect(rejected(others)).toEqual(others.map((one) => one.id).filter((id) => excused.has(id)));
    if (here) expect(others.length).toBeGreaterThan(350);
  });

  it("rejects each of them for the reason it is listed for", () => {
    const wrong = good.flatMap((record) => {
      const reply = replyOf(record);
      const found = findings.get(record.id)?.join();
      const blank = reply !== null && reply.tool_calls.length === 0 && plainText(record).trim() === "";
      const name = `${record.model ?? ""}${reply?.model?.startsWith("AZURE") === true ? " AZURE_DEPLOYMENT" : ""}`;
      const expected = empty.has(record.id)
        ? blank && reply.reasoning === "" && found === "structure.empty_answer"
        : thoughtsOnly.has(record.id)
          ? blank && reply.reasoning !== "" && found === "structure.empty_answer"
          : cutCall.has(record.id)
            ? found === "schema.tool_call" && reply?.tool_calls[1]?.arguments === '{"number": 132'
            : substituted.has(record.id)
              ? found === "identity.substituted"
              : deployed.has(record.id)
                ? found === "identity.substituted" && deployments.has(name)
                : true;
      return expected ? [] : [`${record.id}: ${found ?? ""}`];
    });
    expect(wrong).toEqual([]);
    const listed = [...empty, ...thoughtsOnly, ...cutCall, ...substituted, ...deployed];
    if (here) expect(listed.filter((id) => !good.some((one) => one.id === id))).toEqual([]);
  });

  it("rejects every answer that was cut at the token limit", () => {
    const cut = answers.filter((one) => one.kind === "length" || one.kind === "max_tokens");
    const reasons = ["integrity.truncated", "integrity.budget_eaten_by_reasoning", "integrity.context_full"];
    expect(cut.filter((one) => !reasons.some((reason) => findings.get(one.id)?.includes(reason))).map((one) => one.id)).toEqual([]);
    expect(cut).toHaveLength(here ? 511 : 0);
  });

  test.each<[kind: string, reason: string, but: Record<string, string>]>([
    ["error_in_200", "structure.error_in_200", {}],
    ["midstream_error", "structure.error_in_200", {}],
    ["error", "structure.error_in_200", {}],
    ["empty_stream", "structure.empty_answer", {}],
    // It holds three choices, and the first one is a good answer: the refusals stand in the others.
    ["refusal", "integrity.refusal", { "openai-ff4740feb320": "" }],
    [
      "no_finish_reason",
      "", // whole answers, which nothing speaks against: verified with a warning
      { "dashscope-2ce0fb25dc5f": "structure.degenerate", "openrouter-3372657b3e9b": "" },
    ],
  ])("finds in every %s: %s", (kind, reason, but) => {
    const list = answers.filter((one) => one.kind === kind);
    const wrong = list.flatMap((record) => {
      const found = findings.get(record.id) ?? [];
      const expected = but[record.id] ?? reason;
      const right = expected === "" ? found.length === 0 : found.includes(expected);
      return right ? [] : [`${record.id}: ${found.join()}`];
    });
    expect(wrong).toEqual([]);
    expect(list.length > 0).toBe(here);
  });

  it("knows an answer without a finish reason for cut when it used up the tokens allowed", () => {
    const list = answers.filter((one) => one.kind === "no_finish_reason" && countOf(one.request.max_tokens) !== null);
    for (const record of list) {
      const reply = replyOf(record) ?? {};
      const verdict = judged({}, delivery({ requested_model: null, max_tokens: countOf(record.request.max_tokens) }, reply));
      expect(failures(verdict)).toEqual(["integrity.truncated"]);
    }
    expect(list.map((one) => one.id)).toEqual(here ? ["openrouter-3372657b3e9b"] : []);
  });

  it("calls no recorded error an answer when its status is told", async () => {
    const errors = records.filter((one) => one.status !== 200 && one.api !== "ollama");
    const wrong: string[] = [];
    for (const { id, status, body } of errors) {
      const report = await verify({ response: `HTTP/1.1 ${status} x\r\ncontent-type: text/html\r\n\r\n${body}` });
      if (report.verified || report.recognised_as !== "error body") wrong.push(id);
    }
    expect(wrong).toEqual([]);
    expect(errors.length > 700).toBe(here);
  });
});

// ---- what was asked for ---------------------------------------------------------------------------------------------

/** The faults of models: answers that are good by their envelope and not what was asked for. */
const modelsFaults: Readonly<Record<string, string>> = {
  "together-0614d996bcb2": "thoughts stand in the content, before the JSON",
  "together-0df62e1892cc": "another property than the schema demands",
  "together-994ab0f4eef9": "another property than the schema demands",
  "together-99b8bd2bfa7c": "garbled: `trqu` for true",
  "together-00fb25794593": "empty",
  "together-42d4033e6ab2": "empty",
};
const callersFaults: Readonly<Record<string, string>> = {
  "huggingface-c2cea1980f54": "`name` inside the schema",
  "huggingface-eced352b3c87": "`name` inside the schema",
};

describe(`JSON in ${on}`, () => {
  const asked = good.filter((one) => one.format !== null && one.format !== "text");

  it("is found wherever it was asked for, but for faults of the models", () => {
    const wrong = asked.filter(
      (one) => !judged({ structure: { format: "json" } }, delivery({ requested_model: null }, replyOf(one) ?? {})).verified,
    );
    const not = ["together-0df62e1892cc", "together-994ab0f4eef9"]; // JSON, but not the JSON of the schema
    expect(wrong.map((one) => one.id).sort()).toEqual(
      here
        ? Object.keys(modelsFaults)
            .filter((id) => !not.includes(id))
            .sort()
        : [],
    );
    expect(asked.length > 150).toBe(here);
  });

  it("fits its schema, but for faults of the models and schemas that are refused", async () => {
    const rejected: string[] = [];
    const refused: string[] = [];
    let fitting = 0;
    for (const record of asked) {
      if (record.schema === null) continue;
      try {
        await schemas.prepare(record.schema);
      } catch (error) {
        expect(error).toBeInstanceOf(SchemaError);
        refused.push(record.id);
        continue;
      }
      const verdict = judged({ schema: record.schema }, delivery({ requested_model: null }, replyOf(record) ?? {}));
      if (verdict.verified) fitting += 1;
      else rejected.push(record.id);
    }
    expect(refused.filter((id) => !(id in callersFaults))).toEqual([]);
    expect(rejected.sort()).toEqual(
      here
        ? Object.keys(modelsFaults)
            .filter((id) => id !== "together-00fb25794593") // JSON without a schema
            .sort()
        : [],
    );
    expect(fitting + refused.length).toBe(here ? 158 : 0);
  });
});

function toolsOf(record: Recorded): ToolDefinition[] {
  return listOf(record.request.tools).flatMap((one) => {
    const tool = objectOf(objectOf(one)?.function) ?? objectOf(objectOf(one)?.custom) ?? objectOf(one);
    const name = stringOf(tool?.name);
    const parameters = objectOf(tool?.parameters) ?? objectOf(tool?.input_schema);
    return name === null ? [] : [parameters === null ? { name } : { name, parameters }];
  });
}

function choiceOf(record: Recorded): ToolChoice | null {
  const choice = record.request.tool_choice;
  if (choice === "required" || choice === "any" || objectOf(choice)?.type === "any") return "required";
  const name = stringOf(objectOf(objectOf(choice)?.function)?.name) ?? stringOf(objectOf(choice)?.name);
  return name === null ? null : { name };
}

/** A wrong argument, a missing one, or no call though one was demanded: faults of models and hosts, found by the contract. */
const brokenCalls: Readonly<Record<string, string>> = {
  "openai-8f35a1df6307": "a grade of 3.8 where an integer is due",
  "zhipu-84dd8b856178": "no arguments where one is required",
  "together-4b899ddde16d": "null where a number is due",
  "together-9a9969c38d80": "cut arguments",
  "together-50df737ce750": "no call: the host warns that the model takes only auto",
  "together-7ccae767f9c5": "no call: the same",
  "huggingface-c5a5287ec521": "no call",
  "openrouter-358f2e466382": "no call",
};

it(`tool calls in ${on} satisfy the parameters they were offered with, but for faults of the models`, async () => {
  const wrong: string[] = [];
  let calls = 0;
  for (const record of good) {
    const reply = replyOf(record);
    const offered = toolsOf(record);
    if (reply === null || offered.length === 0 || empty.has(record.id) || thoughtsOnly.has(record.id)) continue;
    const tools: ToolDefinition[] = [];
    for (const tool of offered) {
      // `strict` inside the parameters (one test suite) is refused; the call is judged without them.
      const usable =
        tool.parameters !== undefined &&
        (await schemas.prepare(tool.parameters).then(
          () => true,
          () => false,
        ));
      tools.push(usable ? tool : { name: tool.name });
    }
    calls += reply.tool_calls.length;
    const verdict = judged({}, delivery({ requested_model: null, tools, tool_choice: choiceOf(record) }, reply));
    if (!verdict.verified) wrong.push(record.id);
  }
  expect(wrong.sort()).toEqual(here ? Object.keys(brokenCalls).sort() : []);
  expect(calls > 500).toBe(here);
});

// ---- the project's own ----------------------------------------------------------------------------------------------

describe("the sandbox, which is always here", () => {
  const asked = async (origin: string, id: ProviderId, stream: boolean): Promise<string> => {
    const provider = providerOf(id);
    const request = { messages: [{ role: "user" as const, content: "Why is the sky blue? Grüße, 世界." }], stream, max_tokens: 400 };
    const body = provider.dialect.encode(request, { provider, model: provider.models.default.id, base_url: origin, key: "k" });
    const response = await fetch(origin + provider.paths.chat, {
      method: "POST",
      headers: { ...provider.headers, [provider.auth.header]: `${provider.auth.prefix}k`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return response.text();
  };
  const meaning = ({ text, finish, model, tool_calls }: Reply) => ({ text, finish, model, tool_calls });
  const counts = (usage: Usage | null) => [usage?.prompt_tokens, usage?.completion_tokens];

  test.each(providerIds)("%s: one answer, streamed and not, whole and in pieces, is verified", async (id) => {
    const sandbox = await startSandbox({ clock: fakeClock(3) });
    try {
      const { dialect, models } = providerOf(id);
      const replies: Reply[] = [];
      for (const stream of [false, true]) {
        const text = await asked(sandbox.baseUrl(id), id, stream);
        const report = await verify({ response: text, requested_model: models.default.id, provider: id });
        expect(report.verified).toBe(true);
        expect(report.recognised_as).toBe(`${dialect.id} ${stream ? "stream" : "body"}`);
        const decoded = decode(text, dialect);
        if (!("reply" in decoded)) throw new Error("not decoded");
        replies.push(decoded.reply);
        if (!stream) continue;
        const bytes = Buffer.from(text);
        for (const cuts of [tenderSpots(bytes), randomCuts(bytes.length, fakeClock(5).random)])
          expect(inPieces(bytes, cuts, dialect)).toEqual(decoded.reply);
      }
      const [whole, streamed] = replies;
      if (whole === undefined || streamed === undefined) throw new Error("two answers were asked for");
      expect(meaning(streamed)).toEqual(meaning(whole));
      expect(counts(streamed.usage)).toEqual(counts(whole.usage));
    } finally {
      await sandbox.close();
    }
  });
});

it("reads rows as they are written", () => {
  expect(isObject(recordOf('{"id":"x","request":{"stream":true},"response":{"status":200,"body":""}}'))).toBe(true);
});
