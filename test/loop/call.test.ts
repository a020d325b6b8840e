import { describe, expect, it, onTestFinished } from "vitest";
import type { CallErrorCode, CallOptions, ChatRequest, Outcome } from "../../src/outcome.js";
import { isObject } from "../../src/json.js";
import {
  after,
  answerText,
  askedOf,
  bodyOf,
  chunked,
  drip,
  errorBody,
  eventsOf,
  fin,
  flood,
  good,
  goodEvents,
  head,
  jsonHeaders,
  raw,
  respond,
  rst,
  sequence,
  silence,
  type Behaviour,
  type Play,
} from "../helpers/raw-upstream.js";
import { canary, leaksNothing, world, type World } from "../helpers/world.js";

/** Tests that run side by side say themselves whose end it is that closes their world. */
async function setup(scripts: Parameters<typeof world>[0], env: Record<string, string> = {}, finished = onTestFinished): Promise<World> {
  const here = await world(scripts, env);
  finished(() => here.close());
  return here;
}

const said = (outcome: Outcome) => outcome.attempts.map((one) => `${one.route}: ${one.fault?.reason ?? one.outcome}`);
const steps = (outcome: Outcome) => outcome.attempts.map((one) => one.next.step);
const bodies = (here: World) => here.upstreams.openai.requests.map((request) => request.body);

// ---- every way to fail, with one provider and with two ---------------------------------------------------------------

const schema = { type: "object", properties: { answer: { type: "string" } }, required: ["answer"] };
const echoing = (message: string) => `${message} ${canary.openai} Bearer ${canary.openai} ${Buffer.from(canary.openai).toString("base64")}`;
const error = (status: number, code: string | null, message = "upstream prose", headers: Record<string, string | number> = {}): Behaviour =>
  respond(status, JSON.stringify({ error: { message: echoing(message), type: "some_error", code } }), {
    "www-authenticate": canary.openai,
    ...headers,
  });

interface Row {
  what: string;
  behaviour: Behaviour;
  class: string;
  reason: string;
  /** How a call over this provider alone ends. */
  alone?: CallErrorCode;
  /** Requests of that call. */
  requests: number;
  /** The provider is held, so that it is not asked again right after. */
  held?: boolean;
  /** Nobody else could do better either. */
  final?: boolean;
  /** A bad answer, which is shown as such. */
  rejected?: boolean;
  contract?: unknown;
  request?: Partial<ChatRequest>;
}

const answering = (change: Parameters<typeof good>[0]): Behaviour => good(change);
const openaiBody = JSON.stringify(bodyOf({ anthropic: false, stream: false, model: "gpt-6-luna" }));
const cutBody: Play = sequence(raw(head(200, jsonHeaders(openaiBody)) + openaiBody.slice(0, 120)), fin);
const slowly: Play = (wire, request) => {
  const events = eventsOf(askedOf(request), { text: "word ".repeat(200) });
  return chunked(events, { pause_ms: 100 })(wire, request);
};

const rows: Row[] = [
  { what: "400", behaviour: error(400, null), class: "request", reason: "bad_request", requests: 2 },
  { what: "401", behaviour: error(401, "invalid_api_key"), class: "auth", reason: "invalid_key", requests: 1, held: true },
  { what: "402", behaviour: error(402, null), class: "quota", reason: "billing", requests: 1, held: true },
  { what: "403", behaviour: error(403, null), class: "auth", reason: "forbidden", requests: 2, held: true },
  { what: "404", behaviour: error(404, "model_not_found"), class: "request", reason: "model_unavailable", requests: 2, held: true },
  { what: "413", behaviour: error(413, null), class: "request", reason: "payload_too_large", requests: 1, final: true },
  { what: "429", behaviour: error(429, "rate_limit_exceeded"), class: "rate_limit", reason: "rate_limited", requests: 2, held: true },
  {
    what: "429 for want of money",
    behaviour: error(429, "insufficient_quota"),
    class: "quota",
    reason: "billing",
    requests: 1,
    held: true,
  },
  { what: "500", behaviour: error(500, null), class: "server", reason: "server_error", requests: 4 },
  { what: "503", behaviour: error(503, null), class: "server", reason: "unavailable", requests: 4 },
  { what: "529", behaviour: error(529, null), class: "server", reason: "overloaded", requests: 4 },
  { what: "302", behaviour: error(302, null, "", { location: "http://127.0.0.1:9/" }), class: "server", reason: "redirect", requests: 4 },
  { what: "a reset", behaviour: rst, class: "network", reason: "reset", requests: 4 },
  {
    what: "a reset in the stream",
    behaviour: sequence(
      goodEvents((events) => events.slice(0, 6), { end: false }),
      after(20),
      rst,
    ),
    class: "network",
    reason: "reset",
    requests: 4,
  },
  { what: "an end without a byte", behaviour: fin, class: "network", reason: "reset", requests: 4 },
  { what: "SSH", behaviour: raw("SSH-2.0-x\r\n"), class: "server", reason: "not_http", requests: 4 },
  { what: "silence", behaviour: silence, class: "timeout", reason: "headers", requests: 2, alone: "deadline_exceeded" },
  {
    what: "headers, then silence",
    behaviour: sequence(raw(head(200)), silence),
    class: "timeout",
    reason: "first_token",
    requests: 2,
    alone: "deadline_exceeded",
  },
  {
    what: "a stall",
    behaviour: sequence(
      goodEvents((events) => events.slice(0, 6), { end: false }),
      silence,
    ),
    class: "timeout",
    reason: "idle",
    requests: 2,
    alone: "deadline_exceeded",
  },
  { what: "a slow drip", behaviour: slowly, class: "timeout", reason: "total", requests: 2, alone: "deadline_exceeded" },
  {
    what: "comments for ever",
    behaviour: chunked(
      Array.from({ length: 200 }, () => ": hi\n\n"),
      { pause_ms: 20 },
    ),
    class: "timeout",
    reason: "keepalive_only",
    requests: 2,
    alone: "deadline_exceeded",
  },
  { what: "a cut body", behaviour: cutBody, class: "network", reason: "reset", requests: 4, request: { stream: false } },
  {
    what: "a stream cut at a clean end",
    behaviour: goodEvents((events) => events.slice(0, 8)),
    class: "contract",
    reason: "stream_cut",
    requests: 4,
    rejected: true,
  },
  {
    what: "HTML with 200",
    behaviour: respond(200, "<html><title>Sign in</title></html>"),
    class: "contract",
    reason: "not_an_answer",
    requests: 4,
    rejected: true,
  },
  { what: "an empty body", behaviour: respond(200, ""), class: "contract", reason: "empty_body", requests: 4, rejected: true },
  {
    what: "empty choices",
    behaviour: respond(200, JSON.stringify({ id: "x", object: "chat.completion", model: "gpt-6-luna", choices: [] })),
    class: "contract",
    reason: "no_choices",
    requests: 2,
    rejected: true,
  },
  { what: "an empty answer", behaviour: answering({ text: "" }), class: "contract", reason: "empty_answer", requests: 4, rejected: true },
  {
    what: "an answer of zero-width characters",
    behaviour: answering({ text: "\u200b\u200b" }),
    class: "contract",
    reason: "empty_answer",
    requests: 4,
    rejected: true,
  },
  {
    what: "finish length",
    behaviour: answering({ finish: "length" }),
    class: "contract",
    reason: "truncated",
    requests: 4,
    rejected: true,
  },
  {
    what: "finish content_filter",
    behaviour: answering({ finish: "content_filter" }),
    class: "policy",
    reason: "filtered",
    requests: 1,
    rejected: true,
    final: true,
  },
  {
    what: "another model",
    behaviour: answering({ model: "qwen-flash" }),
    class: "contract",
    reason: "substituted",
    requests: 2,
    rejected: true,
  },
  {
    what: "cut JSON",
    behaviour: answering({ text: '{"answer": "bl' }),
    class: "contract",
    reason: "cut_json",
    requests: 4,
    rejected: true,
    contract: { schema },
  },
  {
    what: "JSON that does not fit",
    behaviour: answering({ text: '{"reply": "blue"}' }),
    class: "contract",
    reason: "mismatch",
    requests: 4,
    rejected: true,
    contract: { schema },
  },
  {
    what: "an error inside a 200",
    behaviour: respond(200, errorBody("no", "server_error", "server_error")),
    class: "server",
    reason: "server_error",
    requests: 4,
    rejected: true,
  },
  {
    what: "an error beside a good answer",
    behaviour: respond(
      200,
      JSON.stringify({
        ...bodyOf({ anthropic: false, stream: false, model: "gpt-6-luna" }),
        error: { message: "no", code: "server_error" },
      }),
    ),
    class: "server",
    reason: "server_error",
    requests: 4,
    rejected: true,
  },
  {
    what: "an error inside a stream",
    behaviour: goodEvents((events) => [...events.slice(0, 6), `data: ${errorBody("no", "server_error", "server_error")}\n\n`]),
    class: "server",
    reason: "server_error",
    requests: 4,
    rejected: true,
  },
  { what: "201 with a good answer", behaviour: respond(201, openaiBody), class: "server", reason: "bad_status", requests: 4 },
  { what: "a body of 200 MB", behaviour: sequence(raw(head(200)), flood(200_000_000)), class: "server", reason: "too_large", requests: 2 },
  {
    what: "an event of 200 MB",
    behaviour: sequence(raw(`${head(200)}data: `), flood(200_000_000)),
    class: "server",
    reason: "too_large",
    requests: 2,
  },
];

/** What holds for every call, whatever happened. */
function lawful(here: World, outcome: Outcome, took: number, deadline_ms = 3_000): void {
  expect(took).toBeLessThan(deadline_ms + 250);
  expect(outcome.attempts.length).toBeLessThanOrEqual(6);
  for (const count of Object.values(here.received())) expect(count).toBeLessThanOrEqual(2);
  expect(outcome.attempts.map((one) => one.n)).toEqual(outcome.attempts.map((_, at) => at + 1));
  if (outcome.verified) expect(outcome).toMatchObject({ error: null, rejected: null, verdict: { verified: true } });
  else expect(outcome).toMatchObject({ text: null, tool_calls: [], provider: null, usage: null, error: expect.anything() });
  for (const one of outcome.attempts.slice(0, -1)) expect(one.next.step).not.toMatch(/accept|stop/);
  expect(outcome.attempts.at(-1)?.next.step).toBe(outcome.verified ? "accept" : "stop");
  for (const one of outcome.attempts) expect(one.next.why).not.toBe("");
}

async function timed(here: World, row: Row, options: CallOptions = {}): Promise<Outcome> {
  const started = performance.now();
  const outcome = await here.ask({ contract: row.contract, ...options }, row.request ?? {});
  lawful(here, outcome, performance.now() - started);
  return outcome;
}

describe("with one provider", () => {
  it.concurrent.for(rows.map((row) => [row.what, row] as const))(
    "%s: no answer, a clear error, and the next call is fine",
    async ([, row], { onTestFinished: finished }) => {
      const here = await setup({ openai: row.behaviour }, {}, finished);
      const outcome = await timed(here, row);
      expect(outcome.verified).toBe(false);
      expect(outcome.attempts[0]?.fault).toMatchObject({ class: row.class, reason: row.reason });
      expect(outcome.error?.code).toBe(row.alone ?? "all_attempts_failed");
      expect(outcome.error?.message).not.toBe("");
      expect(outcome.error?.next).not.toBe("");
      expect(outcome.error?.message).not.toContain("upstream prose");
      expect(outcome.rejected === null).toBe(row.rejected !== true);
      expect(here.upstreams.openai.requests).toHaveLength(row.requests);
      expect(outcome.attempts).toHaveLength(row.requests);
      here.upstreams.openai.script(good({ text: row.contract === undefined ? answerText : '{"answer":"blue"}' }));
      const next = await here.ask({ contract: row.contract }, row.request ?? {});
      if (row.held === true) expect(next).toMatchObject({ verified: false, attempts: [], error: { code: "all_routes_unavailable" } });
      else expect(next).toMatchObject({ verified: true, attempts: [{ route: "openai/gpt-6-luna", n: 1 }] });
    },
  );
});

describe("with two providers", () => {
  it.concurrent.for(rows.map((row) => [row.what, row] as const))(
    "%s: the other one answers",
    async ([, row], { onTestFinished: finished }) => {
      const anthropic = good({ text: row.contract === undefined ? answerText : '{"answer":"blue"}' });
      const here = await setup({ openai: row.behaviour, anthropic }, {}, finished);
      const outcome = await timed(here, row);
      expect(outcome.attempts[0]).toMatchObject({ route: "openai/gpt-6-luna", fault: { class: row.class, reason: row.reason } });
      if (row.final === true) {
        expect(outcome.verified).toBe(false);
        expect(here.upstreams.anthropic.requests).toHaveLength(0);
        return;
      }
      expect(outcome).toMatchObject({ verified: true, provider: "anthropic" });
      expect(outcome.text).toBe(row.contract === undefined ? answerText : '{"answer":"blue"}');
      expect(here.upstreams.anthropic.requests).toHaveLength(1);
      const again = await here.ask({ contract: row.contract }, row.request ?? {});
      expect(again.verified).toBe(true);
    },
  );
});

describe("a good answer", () => {
  const answers: [string, Behaviour, Partial<ChatRequest>?][] = [
    ["streamed", good()],
    ["whole", good(), { stream: false }],
    ["whole although a stream was asked for", (wire, request) => respond(200, JSON.stringify(bodyOf(askedOf(request))))(wire, request)],
    ["streamed although a body was asked for", goodEvents((events) => events), { stream: false }],
    [
      "called text/plain",
      (wire, request) => respond(200, JSON.stringify(bodyOf(askedOf(request))), { "content-type": "text/plain" })(wire, request),
    ],
    [
      "after padding",
      (wire, request) => sequence(raw(head(200)), drip("\n \n", 30), raw(JSON.stringify(bodyOf(askedOf(request)))), fin)(wire, request),
    ],
    ["without usage", good({ usage: null })],
    ["by a dated snapshot", (wire, request) => good({ model: `${askedOf(request).model}-2026-10-01` })(wire, request)],
    ["in small pieces", (wire, request) => goodEvents((events) => [...events.join("")].map((character) => character))(wire, request)],
  ];
  it.each(answers)("%s is accepted at the first attempt", async (_what, behaviour, request = {}) => {
    for (const provider of ["openai", "deepseek"] as const) {
      const here = await setup({ [provider]: behaviour, anthropic: silence });
      const outcome = await here.ask({}, request);
      expect(outcome).toMatchObject({
        verified: true,
        text: answerText,
        provider,
        attempts: [{ outcome: "verified", fault: null, next: { step: "accept" } }],
      });
      expect(here.total()).toBe(1);
    }
  });

  it("of Anthropic's dialect as well, streamed and not", async () => {
    const here = await setup({ anthropic: good() });
    for (const stream of [true, false]) {
      const outcome = await here.ask({}, { stream });
      expect(outcome).toMatchObject({ verified: true, text: answerText, usage: { prompt_tokens: 20, completion_tokens: 18 } });
    }
    expect(here.upstreams.anthropic.requests[0]).toMatchObject({ path: "/v1/messages", headers: { "x-api-key": canary.anthropic } });
  });

  it("the key goes to its own provider and nowhere else", async () => {
    const here = await setup({ openai: error(500, null), anthropic: error(500, null), deepseek: good() });
    await here.ask();
    for (const [provider, upstream] of Object.entries(here.upstreams)) {
      const received = JSON.stringify(upstream.requests);
      for (const [owner, key] of Object.entries(canary)) expect(received.includes(key)).toBe(owner === provider);
    }
  });
});

describe("a single defect in an answer", () => {
  type Path = (string | number)[];
  const paths = (value: unknown, at: Path = []): Path[] => {
    const inner = Array.isArray(value)
      ? value.flatMap((one, index) => paths(one, [...at, index]))
      : isObject(value)
        ? Object.entries(value).flatMap(([key, one]) => paths(one, [...at, key]))
        : [];
    return at.length === 0 ? inner : [at, ...inner];
  };
  const missing = Symbol("missing");
  const kept = (value: unknown): unknown[] => (value === missing ? [] : [value]);
  function changed(value: unknown, path: Path, to: unknown): unknown {
    const [first, ...rest] = path;
    if (first === undefined) return to;
    if (Array.isArray(value)) return value.flatMap((one, at) => (at === first ? kept(changed(one, rest, to)) : [one]));
    const entries = Object.entries(isObject(value) ? value : {});
    return Object.fromEntries(
      entries.flatMap(([key, one]) => (key === first ? kept(changed(one, rest, to)).map((now) => [key, now]) : [[key, one]])),
    );
  }
  const values: unknown[] = [missing, null, 42, "", "x", [], {}, true, [[]], { error: {} }];

  it.each(["openai", "anthropic"] as const)(
    "%s: whatever one field is turned into, the call ends, and only the true text is accepted",
    async (provider) => {
      const perfect = bodyOf({
        anthropic: provider === "anthropic",
        stream: false,
        model: provider === "anthropic" ? "claude-haiku-4-5" : "gpt-6-luna",
      });
      const holdsText = provider === "anthropic" ? /^(?:content)/ : /^choices(?:,0(?:,message(?:,content)?)?)?$/;
      let accepted = 0;
      const all = paths(perfect).flatMap((path) => values.map((value) => ({ path, value })));
      const here = await setup({ [provider]: good() }, { CORRECTOVER_MAX_ATTEMPTS: "1" });
      for (const { path, value } of all) {
        // A breaker opened by the faults before would keep the next one from being seen.
        const fresh = await world(
          { [provider]: respond(200, JSON.stringify(changed(perfect, path, value))) },
          { CORRECTOVER_MAX_ATTEMPTS: "1" },
        );
        const outcome = await fresh.ask({}, { stream: false });
        if (outcome.verified) {
          accepted += 1;
          const other = value === "x" && /text$|message,content$/.test(path.join()); // another text, and as good as any
          expect(outcome.text, `${path.join()} → ${String(value)}`).toBe(other ? "x" : answerText);
          if (holdsText.test(path.join())) expect(path.length, `${path.join()} → ${String(value)}`).toBeGreaterThan(1);
        }
        await fresh.close();
      }
      expect(accepted).toBeGreaterThan(10);
      expect((await here.ask({}, { stream: false })).verified).toBe(true);
    },
  );
});

describe("the retry of a deterministic fault", () => {
  it("after truncation asks for more tokens, and never for the same again", async () => {
    const here = await setup({ openai: good({ finish: "length" }) });
    const outcome = await here.ask({}, { max_tokens: 256 });
    expect(new Set(bodies(here)).size).toBe(bodies(here).length);
    const limits = bodies(here).map((body) => /"max_completion_tokens":(\d+)/.exec(body)?.[1]);
    expect(limits).toEqual(["256", "1024", "256", "1024"]);
    expect(outcome.attempts[0]?.next).toMatchObject({ step: "retry", level: 1, changes: ["max_tokens 256 → 1024"] });
    expect(outcome.rejected).toMatchObject({ text: answerText });
  });

  it("after a schema was not met tells why, and never asks for the same again", async () => {
    const here = await setup({ openai: good({ text: '{"reply":1}' }) });
    await here.ask({ contract: { schema } });
    expect(new Set(bodies(here)).size).toBe(4);
    expect(bodies(here)[1]).toContain("was not accepted");
  });

  it("after an unsupported parameter leaves it out", async () => {
    const refuses: Play = (wire, request) =>
      (request.body.includes('"stop"') ? respond(400, errorBody("Unsupported parameter: 'stop'", "unsupported_parameter")) : good())(
        wire,
        request,
      );
    const here = await setup({ openai: refuses });
    const outcome = await here.ask({}, { stop: ["END"] });
    expect(outcome).toMatchObject({ verified: true, attempts: [{ next: { changes: ["without stop"] } }, { outcome: "verified" }] });
  });

  it("no route is asked the same thing twice for what would fail again", async () => {
    for (const row of rows.filter((one) => one.class === "request" || one.class === "auth" || one.class === "quota")) {
      const here = await setup({ openai: row.behaviour });
      await here.ask();
      expect(new Set(bodies(here)).size, row.what).toBe(bodies(here).length);
    }
  });
});

describe("policy", () => {
  it("a refusal stays with its provider, unless the caller lets others try", async () => {
    const refusal = (wire: Parameters<Play>[0], request: Parameters<Play>[1]) =>
      respond(
        200,
        JSON.stringify(bodyOf(askedOf(request))).replace(
          `"content":${JSON.stringify(answerText)}`,
          '"content":null,"refusal":"I cannot help with that."',
        ),
      )(wire, request);
    const here = await setup({ openai: refusal, anthropic: good() });
    const stopped = await here.ask();
    expect(stopped).toMatchObject({
      verified: false,
      attempts: [{ fault: { class: "policy", reason: "refusal" }, next: { step: "stop" } }],
    });
    expect(here.upstreams.anthropic.requests).toHaveLength(0);
    const elsewhere = await here.ask({ on_refusal: "failover" });
    expect(elsewhere).toMatchObject({ verified: true, provider: "anthropic" });
  });
});

describe("context length", () => {
  const long = error(400, "context_length_exceeded");
  it("goes to a larger window only", async () => {
    const here = await setup({ deepseek: long, anthropic: good(), openai: good() });
    const outcome = await here.ask();
    expect(said(outcome)).toEqual(["deepseek/deepseek-flash: context_length", "openai/gpt-6-luna: verified"]);
    expect(outcome.attempts[0]?.next).toMatchObject({ step: "failover", why: expect.stringContaining("larger context window") });
  });
  it("and is a clear error when there is none", async () => {
    const here = await setup({ openai: long, anthropic: good() });
    const outcome = await here.ask();
    expect(here.total()).toBe(1);
    expect(outcome.error).toMatchObject({
      code: "all_attempts_failed",
      message: expect.stringContaining("context window"),
      next: expect.stringContaining("Shorten"),
    });
  });
});

describe("money", () => {
  // gpt-6-luna: 0.1 and 0.5 USD per million tokens, 0.125 for a prompt that is written to a cache; the longest answer 128,000.
  const cap = (here: World) => bodies(here).map((body) => Number(/"max_completion_tokens":(\d+)/.exec(body)?.[1] ?? Number.NaN));

  it("no request is made that could cost more than all there is", async () => {
    const here = await setup({ openai: good(), anthropic: good() });
    const outcome = await here.ask({ max_cost_usd: 0.000_001 });
    expect(outcome).toMatchObject({
      verified: false,
      attempts: [],
      cost_usd: 0,
      error: { code: "budget_exhausted", next: expect.stringContaining("max_cost_usd") },
    });
    expect(outcome.skipped.map((one) => one.reason)).toContain("too_costly");
    expect(here.total()).toBe(0);
  });

  it("the answer's length is capped to what is left; a cap the caller set is never lowered, but refused", async () => {
    const here = await setup({ openai: good() });
    await here.ask({ max_cost_usd: 0.001 });
    const [tokens = 0] = cap(here);
    expect(tokens * 0.5e-6).toBeLessThanOrEqual(0.001);
    expect(tokens).toBeGreaterThan(1_900);
    const outcome = await here.ask({ max_cost_usd: 0.001 }, { max_tokens: 5_000 });
    expect(outcome).toMatchObject({ verified: false, attempts: [] });
    await here.ask({ max_cost_usd: 0.01 }, { max_tokens: 5_000 });
    expect(cap(here)).toEqual([tokens, 5_000]);
  });

  it("a ceiling that the model cannot reach adds no cap of its own", async () => {
    const here = await setup({ openai: good() });
    await here.ask({ max_cost_usd: 1 });
    expect(cap(here)).toEqual([Number.NaN]);
  });

  it("a route whose price nobody knows is not asked under a ceiling", async () => {
    const here = await setup({ openai: good() }, { OPENAI_MODEL: "ft:mine" });
    const outcome = await here.ask({ max_cost_usd: 1 });
    expect(outcome.attempts.map((one) => one.route)).toEqual(["openai/gpt-5.4-nano"]);
  });

  it("what rejected answers cost is in the total, priced by who served", async () => {
    const here = await setup({
      openai: good({ model: "gpt-4o", usage: { input: 1_000, output: 100 } }),
      anthropic: good({ usage: { input: 1_000, output: 100 } }),
    });
    const outcome = await here.ask({}, { stream: false });
    const [first, second] = outcome.attempts;
    expect(first).toMatchObject({ outcome: "rejected", cost_usd: 0.0035, model: { resolved: "gpt-6-luna", served: "gpt-4o" } });
    expect(second).toMatchObject({ outcome: "verified", cost_usd: 0.0015 });
    expect(outcome).toMatchObject({
      cost_usd: 0.005,
      known_cost_usd: 0.005,
      maybe_billed_attempts: 0,
      usage: { prompt_tokens: 1_000, completion_tokens: 100 },
    });
  });

  it("what is not known is not zero: an attempt cut off may have been billed", async () => {
    const here = await setup({ openai: silence, anthropic: good({ usage: { input: 1_000, output: 100 } }) });
    const outcome = await here.ask();
    expect(outcome.attempts[0]).toMatchObject({ cost_usd: null, maybe_billed: true });
    expect(outcome).toMatchObject({ verified: true, cost_usd: null, known_cost_usd: 0.0015, maybe_billed_attempts: 1 });
  });

  it("an attempt that may have been billed counts at its most against the ceiling", async () => {
    const here = await setup({ openai: silence });
    // One answer of 1,000 tokens costs up to 0.0005 USD by the first model and 0.00125 by the second: either fits, both do not.
    const outcome = await here.ask({ max_cost_usd: 0.001_6 }, { max_tokens: 1_000 });
    expect(said(outcome)).toEqual(["openai/gpt-6-luna: headers"]);
    const both = await setup({ openai: silence });
    expect((await both.ask({ max_cost_usd: 0.01 }, { max_tokens: 1_000 })).attempts).toHaveLength(2);
  });

  it("a provider that takes no cap is asked without one only if its longest answer can be paid", async () => {
    const refuses: Play = (wire, request) =>
      (request.body.includes('"max_completion_tokens"')
        ? respond(400, errorBody("Unsupported parameter: 'max_completion_tokens'", "unsupported_parameter"))
        : good())(wire, request);
    const here = await setup({ openai: refuses });
    const outcome = await here.ask({ max_cost_usd: 0.01 }, { max_tokens: 1_000 });
    expect(outcome.verified).toBe(false);
    expect(cap(here)).toEqual([1_000, 1_000]); // the model, and the provider's other one
    const rich = await setup({ openai: refuses });
    expect(await rich.ask({ max_cost_usd: 1 }, { max_tokens: 1_000 })).toMatchObject({ verified: true });
    expect(cap(rich)).toEqual([1_000, Number.NaN]);
  });

  it("a changed request that cannot be paid is not sent", async () => {
    const here = await setup({ openai: good({ finish: "length", usage: { input: 20, output: 256 } }) });
    await here.ask({ max_cost_usd: 0.000_3 }, { max_tokens: 256 });
    expect(cap(here)).toEqual([256]);
    expect(cap(here)).not.toContain(0);
  });
});

describe("budgets", () => {
  it("attempts of a call and of a route are what the caller says", async () => {
    const three = { openai: error(500, null), anthropic: error(500, null), deepseek: error(500, null) };
    const here = await setup(three);
    for (const max_attempts of [1, 2, 5]) {
      const before = here.total();
      const outcome = await here.ask({ max_attempts });
      expect(here.total() - before).toBe(max_attempts);
      expect(outcome.error?.code).toBe("budget_exhausted");
    }
    const each = await setup(three);
    await each.ask({ max_attempts_per_route: 1, max_attempts: 8 });
    expect(Object.values(each.received())).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it("the deadline holds although every provider is silent, and each gets its share", async () => {
    const here = await setup({ openai: silence, anthropic: silence, deepseek: silence });
    const started = performance.now();
    const outcome = await here.ask({ deadline_ms: 2_000 });
    const took = performance.now() - started;
    expect(took).toBeLessThan(2_250);
    expect(outcome.error?.code).toBe("deadline_exceeded");
    expect(new Set(outcome.attempts.map((one) => one.provider)).size).toBeGreaterThan(1);
  });

  it("an attempt that had no time to answer says nothing about its route", async () => {
    const here = await setup({ openai: silence, anthropic: silence });
    const outcome = await here.ask({ deadline_ms: 2_400 });
    expect(said(outcome)[0]).toBe("openai/gpt-6-luna: headers");
    expect(outcome.attempts.at(-1)?.fault?.reason).toMatch(/headers|impatient/);
    const short = await setup(
      { openai: sequence(after(1_150), respond(500, errorBody())), anthropic: silence },
      { CORRECTOVER_FIRST_TOKEN_MS: "2500" },
    );
    const late = await short.ask({ deadline_ms: 2_400, max_attempts: 2 });
    expect(late.attempts.at(-1)).toMatchObject({ provider: "anthropic", fault: { reason: "impatient", class: "timeout" } });
    const health = short.failover.health().routes.find((one) => one.route === "anthropic/claude-haiku-4-5");
    expect(health?.breaker).toBe("closed");
  });
});

describe("several calls at once", () => {
  const echo: Play = async (wire, request) => {
    const nonce = /nonce-\d+/.exec(request.body)?.[0] ?? "none";
    await wire.pause(300);
    await good({ text: `The nonce is ${nonce}.` })(wire, request);
  };
  const nonce = (n: number): Partial<ChatRequest> => ({ messages: [{ role: "user", content: `nonce-${n}` }] });

  it("ten do not wait for one another, and each gets its own answer", async () => {
    const here = await setup({ openai: echo, anthropic: echo });
    await here.ask({}, nonce(0)); // undici is loaded at the first call
    const started = performance.now();
    const outcomes = await Promise.all(Array.from({ length: 10 }, (_, n) => here.ask({}, nonce(n))));
    expect(performance.now() - started).toBeLessThan(900);
    expect(outcomes.map((one) => one.text)).toEqual(outcomes.map((_, n) => `The nonce is nonce-${n}.`));
    expect(here.total()).toBe(11);
  });

  it("more than may run at once wait, more than may wait are turned away at once", async () => {
    let open = () => {};
    const gate = new Promise<void>((resolve) => (open = resolve));
    const held: Play = async (wire, request) => {
      await gate;
      await good()(wire, request);
    };
    const here = await setup({ openai: held }, { CORRECTOVER_FIRST_TOKEN_MS: "20000" });
    const results: string[] = [];
    const calls = Array.from({ length: 100 }, async (_, n) => {
      const { error: why, latency_ms } = await here.ask({ deadline_ms: 30_000 }, nonce(n));
      if (why?.code === "overloaded") expect(latency_ms).toBeLessThan(50);
      results.push(why?.code ?? "verified");
    });
    await expect.poll(() => results.length, { timeout: 5_000, interval: 5 }).toBe(20);
    expect(new Set(results)).toEqual(new Set(["overloaded"]));
    expect(here.failover.health()).toMatchObject({ in_flight: 16, queued: 64 });
    open();
    await Promise.all(calls);
    expect(results.filter((one) => one === "verified")).toHaveLength(80);
    expect(here.total()).toBe(80);
    expect(here.failover.health()).toMatchObject({ in_flight: 0, queued: 0 });
  });

  it("a call whose deadline passes in the line is not begun", async () => {
    const here = await setup(
      { openai: sequence(after(1_500), good()) },
      { CORRECTOVER_MAX_CONCURRENT: "1", CORRECTOVER_FIRST_TOKEN_MS: "2500" },
    );
    const slow = here.ask({ deadline_ms: 5_000 });
    const started = performance.now();
    const outcome = await here.ask({ deadline_ms: 1_000 });
    expect(performance.now() - started).toBeLessThan(1_250);
    expect(outcome).toMatchObject({ attempts: [], error: { code: "deadline_exceeded" } });
    expect((await slow).verified).toBe(true);
    expect(here.total()).toBe(1);
  });

  it("a call that gets its turn too late is not begun either", async () => {
    const here = await setup(
      { openai: sequence(after(700), good()) },
      { CORRECTOVER_MAX_CONCURRENT: "1", CORRECTOVER_FIRST_TOKEN_MS: "2500" },
    );
    const slow = here.ask();
    expect(await here.ask({ deadline_ms: 1_000 })).toMatchObject({ attempts: [], error: { code: "deadline_exceeded" } });
    expect((await slow).verified).toBe(true);
    expect(here.total()).toBe(1);
  });
});

describe("the breaker", () => {
  const breakers = (here: World) => new Set(here.failover.health().routes.map((one) => one.breaker));

  it("of a route that keeps failing opens, and the route is not asked", async () => {
    const here = await setup({ openai: error(500, null), anthropic: good() });
    for (let n = 0; n < 5; n += 1) expect((await here.ask()).provider).toBe("anthropic");
    expect(here.upstreams.openai.requests).toHaveLength(3);
    expect(here.failover.health().routes[0]).toMatchObject({ route: "openai/gpt-6-luna", breaker: "open", holds: [{ scope: "breaker" }] });
    const last = here.events.filter((event) => event.type === "breaker-change");
    expect(last).toMatchObject([{ route: "openai/gpt-6-luna", from: "closed", to: "open" }]);
  });

  it("stays closed when no answer can fulfil what the caller asked: an impossible schema closes no road", async () => {
    const here = await setup({ openai: good({ text: "{}" }), anthropic: good({ text: "{}" }), deepseek: good({ text: "{}" }) });
    const impossible = { schema: { type: "object", required: ["a"], properties: { a: false } } };
    for (let n = 0; n < 4; n += 1) {
      const before = here.total();
      expect(await here.ask({ contract: impossible })).toMatchObject({ verified: false, error: { code: "budget_exhausted" } });
      expect(here.total() - before).toBe(6);
    }
    expect(breakers(here)).toEqual(new Set(["closed"]));
    expect(await here.ask()).toMatchObject({ verified: true, attempts: [{ n: 1 }] });
  });

  it("does not count a connection that the server had closed while it was idle", async () => {
    const here = await setup({ openai: [good(), rst, good(), rst, good(), rst, good(), rst, good(), rst, good()] });
    for (let n = 0; n < 6; n += 1) expect(await here.ask()).toMatchObject({ verified: true, provider: "openai" });
    expect(here.total()).toBe(11);
    expect(breakers(here)).toEqual(new Set(["closed"]));
  });

  it("learns nothing from callers who leave", async () => {
    const here = await setup({ openai: silence });
    for (let n = 0; n < 5; n += 1) {
      const abort = new AbortController();
      const asking = here.ask({ signal: abort.signal });
      await expect.poll(() => here.total(), { interval: 5 }).toBe(n + 1);
      abort.abort();
      expect((await asking).error?.code).toBe("cancelled");
    }
    expect(breakers(here)).toEqual(new Set(["closed"]));
    expect(here.failover.health().routes[0]).toMatchObject({ calls: { failed: 0, cancelled: 5 }, score: null });
  });

  it("of a route that fails several calls at once opens once", async () => {
    const here = await setup({ openai: sequence(after(100), rst), deepseek: good() });
    await Promise.all(Array.from({ length: 8 }, () => here.ask()));
    expect(breakers(here)).toEqual(new Set(["open", "closed"]));
    const asked = here.upstreams.openai.requests.length;
    await here.ask();
    expect(here.upstreams.openai.requests).toHaveLength(asked);
  });
});

describe("a caller who leaves", () => {
  const phases: [string, Behaviour, CallOptions?][] = [
    ["before the first byte", silence],
    ["in the body", slowly],
    ["in a back-off or a wait", error(429, "rate_limit_exceeded", "", { "retry-after": "2" }), { deadline_ms: 10_000 }],
  ];
  it.each(phases)("%s gets `cancelled` at once, and the breaker learns nothing", async (_what, behaviour, options = {}) => {
    const here = await setup({ openai: behaviour }, { CORRECTOVER_FIRST_TOKEN_MS: "2000" });
    const abort = new AbortController();
    const asking = here.ask({ ...options, signal: abort.signal });
    await new Promise((resolve) => setTimeout(resolve, 300));
    const at = performance.now();
    abort.abort();
    const outcome = await asking;
    expect(performance.now() - at).toBeLessThan(50);
    expect(outcome).toMatchObject({ verified: false, error: { code: "cancelled" } });
    const asked = here.total();
    const { routes } = here.failover.health();
    expect(routes.map((one) => one.breaker)).toEqual(routes.map(() => "closed"));
    await expect
      .poll(() => here.upstreams.openai.connections(), { timeout: 500 })
      .toBeLessThanOrEqual(options.deadline_ms === undefined ? 0 : 1);
    expect(here.total()).toBe(asked);
  });

  it("before it began makes no request, and `close` ends what is under way", async () => {
    const here = await setup({ openai: silence });
    expect(await here.ask({ signal: AbortSignal.abort() })).toMatchObject({ error: { code: "cancelled" } });
    expect(here.total()).toBe(0);
    const asking = here.ask();
    await expect.poll(() => here.total()).toBe(1);
    await here.failover.close();
    expect(await asking).toMatchObject({ error: { code: "cancelled" } });
  });
});

describe("the story", () => {
  it("tells of every attempt what came of it and why the next step was taken", async () => {
    const here = await setup({ openai: error(500, null), anthropic: error(401, null), deepseek: answering({ finish: "length" }) });
    const outcome = await here.ask();
    expect(said(outcome).slice(0, 3)).toEqual([
      "openai/gpt-6-luna: server_error",
      "anthropic/claude-haiku-4-5: invalid_key",
      "deepseek/deepseek-flash: truncated",
    ]);
    expect(steps(outcome).at(-1)).toBe("stop");
    expect(outcome.attempts[0]?.next).toEqual({
      step: "failover",
      level: 3,
      why: "server_error: another provider, anthropic/claude-haiku-4-5",
      wait_ms: 0,
      changes: [],
    });
    // A key that needs the user is always reported, whatever failed last.
    expect(outcome.error?.next).toContain("ANTHROPIC_API_KEY");
    expect(outcome.error?.message).toContain("openai/gpt-6-luna: server_error");
    expect(outcome.rejected).toMatchObject({ route: "deepseek/deepseek-flash", text: answerText, verdict: { verified: false } });
  });

  it("shows the best of the rejected answers: the one that failed in the fewest ways", async () => {
    const worse = { model: "qwen-flash", finish: "length", text: "A longer text that fails in more than one way, and says more." };
    for (const scripts of [
      { openai: good(worse), anthropic: good({ finish: "max_tokens" }) },
      { anthropic: good({ finish: "max_tokens" }), openai: good(worse) },
    ]) {
      const here = await setup(scripts);
      const outcome = await here.ask({ max_attempts: 4, max_attempts_per_route: 1, providers: Object.keys(scripts) }, { stream: false });
      expect(outcome.rejected).toMatchObject({ route: expect.stringMatching(/^anthropic/), text: answerText });
    }
  });

  it("events come in order, each with the call's id, and end with the call", async () => {
    const here = await setup({ openai: error(503, null), anthropic: good() });
    const outcome = await here.ask();
    const types = here.events.filter((event) => event.type !== "progress").map((event) => event.type);
    expect(types).toEqual([
      "call-start",
      "attempt-start",
      "attempt-end",
      "plan",
      "attempt-start",
      "first-token",
      "attempt-end",
      "verdict",
      "plan",
      "call-end",
    ]);
    expect(new Set(here.events.map((event) => event.call_id))).toEqual(new Set([outcome.call_id]));
    const times = here.events.map((event) => event.at_ms);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it("a listener that throws changes nothing", async () => {
    const here = await setup({ openai: good() });
    const onEvent = () => {
      throw new Error("mine");
    };
    expect((await here.ask({ onEvent })).verified).toBe(true);
  });

  it("names what to set when nothing is configured, and what is unknown, before any request", async () => {
    const here = await setup({});
    expect((await here.ask()).error).toMatchObject({ code: "not_configured", next: expect.stringContaining("OPENAI_API_KEY") });
    const set = await setup({ openai: good() });
    expect((await set.ask({ simulate: { openai: "no-such-fault" } })).error).toMatchObject({
      code: "invalid_request",
      next: expect.stringContaining("silence"),
    });
    expect((await set.ask({}, { messages: [] })).error?.code).toBe("invalid_request");
    expect((await set.ask({ contract: { structrue: {} } })).error).toMatchObject({
      code: "invalid_request",
      message: expect.stringContaining("Allowed: structure"),
    });
    expect((await set.ask({ contract: { schema: { type: "nonsense" } } })).error?.code).toBe("invalid_schema");
    expect(set.total()).toBe(0);
  });
});

describe("simulated faults", () => {
  it("stay in the sandbox: the key is not sent there, the real routes stay as they were", async () => {
    const here = await setup({ openai: good(), deepseek: good() });
    for (let n = 0; n < 5; n += 1) {
      const outcome = await here.ask({ simulate: { openai: "500" } });
      expect(outcome).toMatchObject({ verified: true, provider: "deepseek", simulated: true });
      expect(outcome.attempts[0]).toMatchObject({ provider: "openai", simulated: true, fault: { class: "server" } });
      expect(outcome.attempts.at(-1)).toMatchObject({ simulated: false });
    }
    expect(here.upstreams.openai.requests).toHaveLength(0);
    const { routes } = here.failover.health();
    expect(routes.find((one) => one.route === "openai/gpt-6-luna")).toMatchObject({ breaker: "closed", calls: { failed: 0 } });
    expect(await here.ask()).toMatchObject({ verified: true, provider: "openai", simulated: false });
  });
});

describe("secrets", () => {
  it("no key in what is told, though the provider echoes it in every place", async () => {
    const text = `Your key is ${canary.openai}.`;
    const places: Behaviour[] = [
      error(401, canary.openai),
      error(400, "x", `bad key ${canary.openai}`, { "x-request-id": canary.openai }),
      respond(500, `<html><title>${canary.openai}</title></html>`, { "x-echo": canary.openai }),
      good({ text }),
      good({ model: canary.openai }),
      good({ finish: canary.openai }),
      goodEvents((events) => [...events.slice(0, 3), `data: ${canary.openai}\n\n`]),
    ];
    for (const place of places) {
      const here = await setup({ openai: place });
      const outcome = await here.ask();
      leaksNothing(outcome, here.events, here.failover.health(), here.failover.providers());
      // The raw outcome is the caller's own; only what leaves the process passes the exit.
      expect(JSON.stringify(here.failover.providers())).not.toContain(canary.openai);
    }
  });
});
