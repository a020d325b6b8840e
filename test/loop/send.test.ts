import { createServer as createTls } from "node:tls";
import { once } from "node:events";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { faultOf } from "../../src/fault.js";
import { anthropicMessages } from "../../src/providers/anthropic-messages.js";
import { openai } from "../../src/providers/openai.js";
import type { Sent } from "../../src/send.js";
import {
  after,
  answerText,
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
  rawUpstream,
  respond,
  rst,
  sequence,
  silence,
  type Behaviour,
  type RawUpstream,
} from "../helpers/raw-upstream.js";
import { listenersOn, sender, sendLimits, startProxy, testKey, type Ask, type Proxy, type Sender } from "../helpers/sending.js";

const asked = { anthropic: false, stream: false, model: "gpt-6-luna" };
const body = JSON.stringify(bodyOf(asked));
const length = Buffer.byteLength(body);
const path = "/v1/chat/completions";
const streamed = { stream: true } as const;

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function setup(...behaviours: Behaviour[]): Promise<{ upstream: RawUpstream; from: Sender }> {
  const upstream = await rawUpstream(...behaviours);
  const from = sender();
  open.push(upstream, from);
  return { upstream, from };
}

/** What a test says about a `Sent`: an answer that is whole, or what became of it. */
type Expected = "answer" | "not an answer" | "cut off" | Partial<Record<"kind" | "limit" | "code" | "phase" | "status", unknown>>;

function check(sent: Sent, expected: Expected): void {
  if (typeof expected === "object") return expect(sent).toMatchObject(expected);
  if (sent.kind !== "reply") expect.unreachable(`${sent.kind} ${JSON.stringify({ ...sent, headers: undefined })}`);
  const { text, terminal, irregularities } = sent.reply;
  if (expected === "answer") expect({ text, terminal, irregularities }).toEqual({ text: answerText, terminal: true, irregularities: [] });
  else if (expected === "cut off") expect(terminal).toBe(false);
  else expect({ text, irregularities }).not.toMatchObject({ text: answerText, irregularities: [] });
}

/** One request; whatever became of it, it ended in time and left nothing behind. */
async function one(behaviour: Behaviour, expected: Expected, options: Ask & { requests?: number } = {}): Promise<Sent> {
  const { upstream, from } = await setup(behaviour);
  const abort = new AbortController();
  const started = performance.now();
  const sent = await from.ask(upstream.url + path, { signal: abort.signal, ...options });
  const took = performance.now() - started;
  check(sent, expected);
  expect(took).toBeLessThan((options.limits?.total_ms ?? sendLimits.total_ms) + 250);
  expect(upstream.requests.length).toBe(options.requests ?? 1);
  expect(listenersOn(abort.signal)).toBe(0);
  await nothingLeft(upstream, from, sent);
  return sent;
}

async function nothingLeft(upstream: RawUpstream, from: Sender, sent: Sent): Promise<void> {
  const unread = upstream.requests.length === 0; // a server that never reads does not notice either
  if (sent.kind !== "reply" && sent.kind !== "status") {
    expect(from.connections.open()).toBe(0);
    if (!unread) await expect.poll(() => upstream.connections(), { timeout: 200, interval: 5 }).toBe(0);
  }
  await expect.poll(() => from.clock.timers(), { timeout: 500, interval: 10 }).toBe(0);
  await from.close();
  expect(from.connections.open()).toBe(0);
  if (!unread) await expect.poll(() => upstream.connections(), { timeout: 200, interval: 5 }).toBe(0);
}

const transport = (code: string | RegExp, phase = "headers") => ({
  kind: "transport",
  phase,
  code: typeof code === "string" ? code : expect.stringMatching(code),
});
const broken = /^(?:ECONNRESET|EPIPE|UND_ERR_SOCKET)$/;
const plain = (text: string, headers: Readonly<Record<string, string | number>> = {}) =>
  raw(head(200, { ...jsonHeaders(text), ...headers }) + text);

describe("sockets (injections §2)", () => {
  const rows: [string, Behaviour, Expected, (Ask & { requests?: number })?][] = [
    ["N16 accept, then close", { at: "accept", play: fin }, transport(broken), { requests: 0 }],
    ["N17 accept, then RST", { at: "accept", play: rst }, transport(broken), { requests: 0 }],
    ["N18 accept, never read", { at: "unread", play: silence }, { kind: "timeout", limit: "headers" }, { requests: 0 }],
    ["N19 read, FIN, no byte", fin, transport(broken)],
    ["N20 read, RST, no byte", rst, transport(broken)],
    ["N21 half of a 2 MiB request, RST", { at: "half", play: rst }, transport(broken), { padding: 2_097_152 }],
    [
      "N22 half of a request, then 413 and close",
      { at: "half", play: sequence(respond(413, errorBody(), { connection: "close" }), fin) },
      { kind: "status", status: 413 },
      { padding: 2_097_152 },
    ],
    ["N23 half of a request, then an early answer", { at: "half", play: respond(200, body) }, "answer", { padding: 2_097_152 }],
    ["N24 FIN in the status line", sequence(raw("HTTP/1.1 20"), fin), transport(broken)],
    ["N25 FIN in a header's name", sequence(raw("HTTP/1.1 200 OK\r\ncontent-le"), fin), transport(broken)],
    ["N26 FIN in a header's value", sequence(raw("HTTP/1.1 200 OK\r\ncontent-type: appl"), fin), transport(broken)],
    ["N27 FIN before the blank line", sequence(raw("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n"), fin), transport(broken)],
    ["N28 FIN inside the body", sequence(raw(head(200, jsonHeaders(body)) + body.slice(0, 90)), fin), transport(broken, "body")],
    ["N29 RST inside the body", sequence(raw(head(200, jsonHeaders(body)) + body.slice(0, 90)), after(20), rst), transport(broken, "body")],
    [
      "N30 RST after the last byte, before the final chunk",
      sequence(chunked([body], { end: false }), after(20), rst),
      transport(broken, "body"),
    ],
    ["N31 FIN instead of the last chunk", sequence(chunked([body], { end: false }), fin), transport(broken, "body")],
    ["N33 an answer, then FIN", sequence(respond(200, body), fin), "answer"],
    ["N34 an answer, and the server never closes", respond(200, body), "answer"],
    [
      "N35 an answer in segments of one byte",
      sequence(raw(head(200, jsonHeaders(body))), drip(body, 0, 1)),
      "answer",
      { limits: { total_ms: 5_000 } },
    ],
    ["N36 an answer with pauses", goodEvents((events) => events, { pause_ms: 25 }), "answer", streamed],
    [
      "N37 a drip that outlasts the attempt",
      sequence(raw(head(200, jsonHeaders(body))), drip(body, 100)),
      { kind: "timeout", limit: "total" },
    ],
    ["N38 a slow line that suffices", sequence(raw(head(200, jsonHeaders(body))), drip(body, 30, 32)), "answer"],
    ...([1, 10, 100, length - 1] as const).map((bytes): [string, Behaviour, Expected] => [
      `N39 the line ends after ${bytes} bytes`,
      sequence(
        raw((head(200, jsonHeaders(body)) + body).slice(0, bytes + (bytes === length - 1 ? head(200, jsonHeaders(body)).length : 0))),
        fin,
      ),
      transport(broken, bytes === length - 1 || bytes > head(200, jsonHeaders(body)).length ? "body" : "headers"),
    ]),
    ["N40 closes slowly after an answer", sequence(respond(200, body), after(500), fin), "answer"],
    ["N42 two responses in one write", raw(head(200, jsonHeaders(body)) + body + head(200, jsonHeaders("{}")) + "{}"), "answer"],
  ];
  it.each(rows)("%s", async (_name, behaviour, expected, options) => void (await one(behaviour, expected, options)));

  it("N07 nobody listens", async () => {
    const { upstream, from } = await setup(good());
    const { url } = upstream;
    await upstream.close();
    open.splice(open.indexOf(upstream), 1);
    expect(await from.ask(url + path)).toMatchObject(transport("ECONNREFUSED"));
  });

  it("N01 a name that nobody knows", async () => {
    const { from } = await setup(good());
    const sent = await from.ask(`https://nowhere.invalid${path}`, { limits: { total_ms: 3_000, first_token_ms: 3_000 } });
    expect(reasonOf(sent)).toBe("dns");
  });

  it("N32 a kept connection that the server closed meanwhile is told apart from one that fails anew", async () => {
    const { upstream, from } = await setup(good(), rst, good(), rst);
    check(await from.ask(upstream.url + path), "answer");
    expect(await from.ask(upstream.url + path)).toMatchObject({ kind: "transport", stale: true });
    check(await from.ask(upstream.url + path), "answer");
    await from.close();
    expect(await from.ask(upstream.url + path)).toMatchObject({ kind: "transport", stale: false });
    expect(upstream.requests.map((request) => request.connection)).toEqual([1, 1, 2, 3]);
  });

  it("N41 an answer nobody asked for, on an idle connection, is given to nobody", async () => {
    const poison = JSON.stringify(bodyOf(asked, { text: "poison" }));
    const { upstream, from } = await setup(sequence(respond(200, body), after(30), respond(200, poison)), good());
    check(await from.ask(upstream.url + path), "answer");
    await new Promise((resolve) => setTimeout(resolve, 80));
    check(await from.ask(upstream.url + path), "answer");
    expect(upstream.requests).toHaveLength(2);
  });
});

const reasonOf = (sent: Sent): string | undefined =>
  sent.kind === "reply" ? undefined : faultOf(sent, { provider: openai, model: "m", key_variable: "K", base_url: "b" }, 0)?.reason;

describe("HTTP (injections §4)", () => {
  const many = Object.fromEntries(Array.from({ length: 2_000 }, (_, n) => [`x-${n}`, "1"]));
  const rows: [string, Behaviour, Expected][] = [
    ["H03 204", raw(head(204)), { kind: "status", status: 204 }],
    ["H04 205", raw(head(205, { "content-length": 0 })), { kind: "status", status: 205 }],
    ["H05 304", raw(head(304)), { kind: "status", status: 304 }],
    ["H06 101", raw(head(101, { upgrade: "websocket", connection: "Upgrade" })), transport(broken)],
    ["H07 an unsolicited 100", raw(head(100) + head(200, jsonHeaders(body)) + body), transport(broken)],
    ["H08 103, then an answer", raw(head(103) + head(200, jsonHeaders(body)) + body), "answer"],
    ["H09 status 000", raw(head("000 Zero", jsonHeaders(body)) + body), transport("ERR_ASSERTION")],
    ["H10 status 999", raw(head(999, jsonHeaders(body)) + body), { kind: "status", status: 999 }],
    ["H11 a letter in the status", raw(head("20O OK", jsonHeaders(body)) + body), transport("HTTPParserError")],
    ["H12 HTTP/2", raw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), transport("HTTPParserError")],
    ["H13 HTTP/0.9", raw(body), transport("HTTPParserError")],
    ["H14 SSH", raw("SSH-2.0-OpenSSH_9.6\r\n"), transport("HTTPParserError")],
    ["H15 HTML without a head", raw("<!doctype html><html></html>"), transport("HTTPParserError")],
    ["H16 HTTP/1.0", sequence(raw(`HTTP/1.0 200 OK\r\ncontent-length: ${length}\r\n\r\n${body}`), fin), "answer"],
    ["H17 a header of 20 KiB", plain(body, { "x-long": "a".repeat(20_480) }), transport("UND_ERR_HEADERS_OVERFLOW")],
    ["H18 2,000 headers", plain(body, many), { kind: expect.stringMatching(/^(?:too_large|transport)$/) }],
    ["H19 a NUL in a header", plain(body, { "x-nul": "a\0b" }), transport(/./)],
    [
      "H20 a folded header",
      raw(`HTTP/1.1 200 OK\r\nx-a: b\r\n c\r\ncontent-length: ${length}\r\n\r\n${body}`),
      transport("HTTPParserError"),
    ],
    [
      "H21 a header without a colon",
      raw(`HTTP/1.1 200 OK\r\nxab\r\ncontent-length: ${length}\r\n\r\n${body}`),
      transport("HTTPParserError"),
    ],
    ["H22 lines that end with CR only", raw(`HTTP/1.1 200 OK\rcontent-length: ${length}\r\r${body}`), transport("HTTPParserError")],
    ["H23 a header that is not ASCII", plain(body, { "x-name": "zażółć" }), "answer"],
    ["H24 a length shorter than the body", raw(head(200, { "content-length": length - 10 }) + body), "not an answer"],
    [
      "H25 a length longer than the body",
      sequence(raw(head(200, { "content-length": length + 10 }) + body), fin),
      transport(broken, "body"),
    ],
    ["H26 two lengths", raw(`HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n${body}`), transport(/./)],
    ["H27 a length and chunks", raw(`HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n${body}`), transport(/./)],
    ["H28 a negative length", raw(head(200, { "content-length": -5 }) + body), transport("HTTPParserError")],
    ["H29 1e3 as a length", raw(head(200, { "content-length": "1e3" }) + body), transport(/./)],
    ["H30 a length beyond 2^53", raw(head(200, { "content-length": "9007199254740993000" }) + body), { kind: "timeout", limit: "idle" }],
    [
      "H31 a chunk size that is none",
      raw(head(200, { "transfer-encoding": "chunked" }), "zz\r\n", body),
      transport("HTTPParserError", "body"),
    ],
    [
      "H32 a chunk size too large",
      raw(head(200, { "transfer-encoding": "chunked" }), "fffffffffffffffff\r\n", body),
      transport("HTTPParserError", "body"),
    ],
    [
      "H33 a chunk extension of 64 KiB",
      raw(head(200, { "transfer-encoding": "chunked" }), `5;${"a".repeat(65_536)}\r\nabcde\r\n0\r\n\r\n`),
      "not an answer",
    ],
    [
      "H34 trailers",
      raw(head(200, { "transfer-encoding": "chunked" }), `${length.toString(16)}\r\n${body}\r\n0\r\ncontent-type: text/html\r\n\r\n`),
      "answer",
    ],
    ["H35 no length, closed when complete", sequence(raw(`HTTP/1.1 200 OK\r\n\r\n${body}`), fin), "answer"],
    ["H36 no length, closed too early", sequence(raw(`HTTP/1.1 200 OK\r\n\r\n${body.slice(0, -40)}`), fin), "not an answer"],
    ["H40 an answer called text/html", plain(body, { "content-type": "text/html" }), "answer"],
  ];
  it.each(rows)("%s", async (_name, behaviour, expected) => void (await one(behaviour, expected)));

  it.each([201, 202, 203, 206, 226, 299, 302, 400, 401, 429, 500, 503])("H02 a perfect answer under status %d is none", async (status) => {
    await one(respond(status, body), { kind: "status", status });
  });

  it.each([300, 301, 302, 303, 307, 308])("a redirect (%d) is not followed, and the key does not go with it", async (status) => {
    const elsewhere = await rawUpstream(good());
    open.push(elsewhere);
    const sent = await one(respond(status, "", { location: `${elsewhere.url}${path}` }), { kind: "status", status });
    expect(reasonOf(sent)).toBe("redirect");
    expect(elsewhere.accepted()).toBe(0);
  });

  it("H36 a stream without length that is cut between two events is not whole", async () => {
    const events = eventsOf({ ...asked, stream: true });
    await one(sequence(raw(`HTTP/1.1 200 OK\r\n\r\n${events.slice(0, 6).join("")}`), fin), "cut off", streamed);
  });
});

describe("bodies (injections §5)", () => {
  const foreign: [string, string][] = [
    ["B01 empty", ""],
    ["B02 white space", "  \n "],
    ["B03 null", "null"],
    ["B04 a number", "42"],
    ["B05 a string", '"x"'],
    ["B06 an empty list", "[]"],
    ["B07 an empty object", "{}"],
    ["B08 HTML", "<html><body>Welcome</body></html>"],
    ["B09 XML", '<?xml version="1.0"?><a/>'],
    ["B10 text", "Internal error"],
    ["B12 a byte too many", `${body}x`],
    ["B13 two documents", body + body],
    ["B14 NaN", body.replace('"created":1', '"created":NaN')],
    ["B15 a comment", `/* hi */${body}`],
    ["B16 single quotes", body.replaceAll('"', "'")],
    ...Array.from({ length: 15 }, (_, n): [string, string] => [
      `B11 cut at ${n + 1}/16`,
      body.slice(0, Math.floor(((n + 1) * body.length) / 16)),
    ]),
  ];
  it.each(foreign)("%s", async (_name, text) => void (await one(respond(200, text), "not an answer")));

  const encoded = (name: string, bytes: Uint8Array | string): Behaviour => respond(200, bytes, { "content-encoding": name });
  const zipped = gzipSync(body);
  const rows: [string, Behaviour, Expected][] = [
    ["B17 a byte-order mark", respond(200, `\ufeff${body}`), "answer"],
    ["B18 padding for a while", sequence(raw(head(200, {})), drip("\n\n \n", 40), raw(body), fin), "answer"],
    ["B20 UTF-16", respond(200, Buffer.from(body, "utf16le")), "not an answer"],
    ["B23 gzip unasked", encoded("gzip", zipped), "answer"],
    ["B23 x-gzip", encoded("X-GZIP", zipped), "answer"],
    ["B24 br unasked", encoded("br", brotliCompressSync(body)), "answer"],
    ["B25 deflate unasked", encoded("deflate", deflateSync(body)), "answer"],
    ["B28 gzip of gzip", encoded("gzip, gzip", gzipSync(zipped)), "not an answer"],
    ["B29 six encodings", encoded("gzip, gzip, gzip, gzip, gzip, gzip", zipped), "not an answer"],
    ["B30 a gzip label on plain JSON", encoded("gzip", body), transport("Z_DATA_ERROR", "body")],
    ["B31 gzip cut short", encoded("gzip", zipped.subarray(0, 60)), transport("Z_BUF_ERROR", "body")],
    ["B32 gzip and junk", encoded("gzip", Buffer.concat([zipped, Buffer.from("junkjunk")])), transport("Z_DATA_ERROR", "body")],
    ["B33 two gzip members", encoded("gzip", Buffer.concat([zipped, gzipSync(body)])), "not an answer"],
    ["B34 an encoding we do not know", encoded("zstd", Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0])), "not an answer"],
    ["B36 one byte over the limit", respond(200, body.padEnd(sendLimits.response_bytes + 1)), { kind: "too_large" }],
    ["B37 exactly the limit", respond(200, body.padEnd(sendLimits.response_bytes)), "answer"],
    ["B39 an error of 200 KiB", respond(500, "e".repeat(200 * 1_024)), { kind: "status", status: 500 }],
    ["B40 nested 20,000 deep", respond(200, `${"[".repeat(20_000)}${"]".repeat(20_000)}`), "not an answer"],
    ["B40 nested 200,000 deep", respond(200, `{"choices":${"[".repeat(200_000)}${"]".repeat(200_000)}}`), "not an answer"],
  ];
  it.each(rows)("%s", async (_name, behaviour, expected) => void (await one(behaviour, expected)));

  it.each([false, true])(
    "B40 arguments nested deeper than any stack (streamed: %s) are too much, and no mistake of ours",
    async (stream) => {
      const deep = `{"a":${"[".repeat(20_000)}${"]".repeat(20_000)}}`;
      const call = { tool_calls: [{ index: 0, id: "x", function: { name: "f", arguments: 0 } }] };
      const choice = { index: 0, [stream ? "delta" : "message"]: call, finish_reason: "tool_calls" };
      const text = JSON.stringify({ model: "m", choices: [choice] }).replace('"arguments":0', `"arguments":${deep}`);
      await one(respond(200, stream ? `data: ${text}\n\n` : text), { kind: "too_large" }, { stream });
    },
  );

  it("B19 bytes that are not UTF-8 are noted", async () => {
    const bytes = Buffer.from(body);
    bytes[body.indexOf("sky")] = 0xff;
    const sent = await one(respond(200, bytes), { kind: "reply" });
    expect(sent).toMatchObject({ reply: { irregularities: ["broken_utf8"] } });
  });

  it("B39 of an error no more than 64 KiB are read", async () => {
    const sent = await one(sequence(raw(head(500)), flood(10_000_000)), { kind: "status" });
    if (sent.kind !== "status") expect.unreachable();
    expect(sent.body.length).toBeLessThanOrEqual(65_536);
  });

  it("an error that never ends is read for two seconds, and told", async () => {
    const play = sequence(raw(head(429, { "retry-after": "7" })), drip(errorBody().padEnd(600), 10));
    const sent = await one(play, { kind: "status", status: 429 }, { limits: { total_ms: 4_000, first_token_ms: 4_000 } });
    expect(sent.latency_ms).toBeLessThan(2_300);
  });

  const bombs: [string, Behaviour, Expected][] = [
    ["B26 a gzip bomb", encoded("gzip", gzipSync(Buffer.alloc(200_000_000, "x"))), { kind: "too_large" }],
    ["B27 a br bomb", encoded("br", brotliCompressSync(Buffer.alloc(200_000_000, "x"))), { kind: "too_large" }],
    [
      "B35 a bomb on a 429",
      respond(429, gzipSync(Buffer.alloc(200_000_000, "x")), { "content-encoding": "gzip" }),
      { kind: "status", status: 429 },
    ],
    ["B38 an endless body", sequence(raw(head(200)), flood(200_000_000)), { kind: "too_large" }],
    ["B38 an endless string", sequence(raw(`${head(200)}{"choices":["`), flood(200_000_000)), { kind: "too_large" }],
    ["B38 endless padding", sequence(raw(head(200)), flood(200_000_000, " ")), { kind: expect.stringMatching(/^(?:too_large|timeout)$/) }],
    ["S10 an endless event", sequence(raw(`${head(200)}data: `), flood(200_000_000)), { kind: "too_large" }],
  ];
  it.each(bombs)("%s ends at the limit, and soon", async (_name, behaviour, expected) => {
    const { arrayBuffers, external } = process.memoryUsage();
    const sent = await one(behaviour, expected);
    // What is read grows with the limit, not with its square: 8 MiB in small pieces took 1.5 s once.
    expect(sent.latency_ms).toBeLessThan(1_000);
    const now = process.memoryUsage();
    expect(now.arrayBuffers + now.external - arrayBuffers - external).toBeLessThan(96 * 1_048_576);
  });

  it("a large answer in small pieces takes no longer than it comes", async () => {
    const large = JSON.stringify({ ...bodyOf(asked), padding: "p".repeat(4_000_000) });
    const pieces = Array.from({ length: Math.ceil(large.length / 1_024) }, (_, n) => large.slice(n * 1_024, (n + 1) * 1_024));
    await one(sequence(raw(head(200, jsonHeaders(large))), raw(...pieces)), "answer");
  });
});

describe("streams (injections §6)", () => {
  const events = eventsOf({ ...asked, stream: true });
  const text = events.join("");
  const half = Math.floor(events.length / 2);
  const insert = (...more: string[]) => [...events.slice(0, half), ...more, ...events.slice(half)];
  const error = 'data: {"error":{"message":"boom","type":"server_error"}}\n\n';
  const delta = (content: string | null, index = 0, finish: string | null = null) =>
    `data: ${JSON.stringify({ id: "c-1", model: asked.model, choices: [{ index, delta: { content }, finish_reason: finish }] })}\n\n`;
  const stream = (pieces: readonly (string | Uint8Array)[], end = true): Behaviour => chunked(pieces, { end });
  const irregular = (what: string): Expected => ({ kind: "reply", reply: expect.objectContaining({ irregularities: [what] }) }) as Expected;
  const rows: [string, Behaviour, Expected][] = [
    ["S01 split at every byte", stream(Array.from(Buffer.from(text), (byte) => Uint8Array.of(byte))), "answer"],
    ["S02 CR, LF and CRLF", stream([text.replaceAll("\n\n", "\r\n\r\n").replace("\r\n\r\n", "\r\r")]), "answer"],
    ["S03 CRLF over two chunks", stream([...text.replaceAll("\n", "\r\n")].map((character) => character)), "answer"],
    ["S04 a byte-order mark", stream([`\ufeff${text}`]), "answer"],
    [
      "S05 comments for a while, then an answer",
      chunked([": waiting\n\n", ": waiting\n\n", ": waiting\n\n", text], { pause_ms: 60 }),
      "answer",
    ],
    ["S06 events we do not know", stream(insert('event: weather\ndata: {"sun":true}\n\n')), "answer"],
    ["S07 id and retry", stream(insert("id: 7\nretry: 999999\n\n")), "answer"],
    ["S09 an event over 1 MiB", stream([...events.slice(0, 3), delta("x".repeat(2_000_000)), ...events.slice(3)]), { kind: "too_large" }],
    [
      "S11 data lines without a blank line",
      sequence(raw(head(200)), raw(`data: ${"x".repeat(1_000)}\n`.repeat(2_000)), fin),
      { kind: "too_large" },
    ],
    [
      "S12 an end without a terminal event",
      stream(events.filter((event) => !event.includes("DONE") && !event.includes('"stop"'))),
      "cut off",
    ],
    [
      "S18 an error event first",
      stream([error]),
      { kind: "reply", reply: expect.objectContaining({ error: expect.anything() }) } as Expected,
    ],
    [
      "S19 an error object, not streamed",
      respond(200, errorBody()),
      { kind: "reply", reply: expect.objectContaining({ error: expect.anything() }) } as Expected,
    ],
    [
      "S17 an error event late",
      stream(insert(error)),
      { kind: "reply", reply: expect.objectContaining({ error: expect.anything() }) } as Expected,
    ],
    [
      "S20 only another choice",
      stream([delta("hello", 1), delta(null, 1, "stop"), "data: [DONE]\n\n"]),
      { kind: "reply", reply: expect.objectContaining({ text: "" }) } as Expected,
    ],
    ["S26 text after the finish", stream([...events.slice(0, -1), delta("more"), "data: [DONE]\n\n"]), irregular("after_finish")],
    ["S28 a null delta", stream(insert(delta(null))), "answer"],
    ["S29 a stall in the middle", sequence(chunked(events.slice(0, half), { end: false }), silence), { kind: "timeout", limit: "idle" }],
    ["S30 RST between two events", sequence(chunked(events.slice(0, half), { end: false }), after(30), rst), transport(broken, "body")],
    ["a malformed event in the middle", stream(insert('data: {"choices":[{"delta":{"cont\n\n')), irregular("malformed_event")],
    [
      "comments and nothing else",
      chunked(
        Array.from({ length: 30 }, () => ": waiting\n\n"),
        { pause_ms: 30 },
      ),
      { kind: "timeout", limit: "keepalive_only" },
    ],
    [
      "a role and then nothing",
      sequence(chunked(events.slice(0, 1), { end: false }), silence),
      { kind: "timeout", limit: expect.stringMatching(/first_token|keepalive_only/) },
    ],
    ["padding and nothing else", sequence(raw(head(200)), drip("\n".repeat(100), 20)), { kind: "timeout", limit: "keepalive_only" }],
    ["headers and then nothing", sequence(raw(head(200)), silence), { kind: "timeout", limit: "first_token" }],
    ["nothing at all", silence, { kind: "timeout", limit: "headers" }],
    ["the end is marked, the body goes on for ever", sequence(chunked(events, { end: false }), drip(": more\n".repeat(100), 20)), "answer"],
    ["RST after the end was marked", sequence(chunked(events, { end: false }), after(20), rst), "answer"],
    ["a finish reason, then RST", sequence(chunked(events.slice(0, -1), { end: false }), after(20), rst), "answer"],
  ];
  it.each(rows)("%s", async (_name, behaviour, expected) => void (await one(behaviour, expected, streamed)));

  it("S08 an event of almost 1 MiB", async () => {
    const long = "x".repeat(1_000_000);
    const sent = await one(stream([delta(long), delta("", 0, "stop"), "data: [DONE]\n\n"]), { kind: "reply" }, streamed);
    expect(sent).toMatchObject({ reply: { terminal: true, text: long } });
  });

  it("S14 a finish reason and then nothing: settled by two seconds of grace", async () => {
    const play = sequence(chunked(events.slice(0, -1), { end: false }), silence);
    const sent = await one(play, "answer", { ...streamed, limits: { total_ms: 6_000 } });
    expect(sent.latency_ms).toBeLessThan(2_300);
  });

  it("Anthropic's stream is over with message_stop only", async () => {
    const messages = eventsOf({ anthropic: true, stream: true, model: "claude-haiku-4-5" });
    const dialect = { ...streamed, dialect: anthropicMessages };
    await one(stream(messages), "answer", dialect);
    await one(stream(messages.slice(0, -1)), "cut off", dialect);
  });

  it("tells the first token once, when it came", async () => {
    const play = sequence(
      chunked([": hi\n\n", events[0] ?? ""], { end: false }),
      after(150),
      raw(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n0\r\n\r\n`),
    );
    const sent = await one(play, { kind: "reply" }, streamed);
    expect(sent.first_token_ms).toBeGreaterThan(120);
  });
});

describe("a caller who leaves", () => {
  const events = eventsOf({ ...asked, stream: true });
  const headers = head(200, jsonHeaders(body));
  const phases: [string, Behaviour, Ask?][] = [
    ["while the request is not being read", { at: "unread", play: silence }, { padding: 4_000_000 }],
    ["waiting for headers", silence],
    ["in an error's body", sequence(raw(head(500, { "content-length": 1_000 })), drip("e".repeat(900), 20))],
    ["in a JSON body", sequence(raw(headers + body.slice(0, 50)), silence)],
    [
      "in a compressed body",
      sequence(raw(head(200, { "content-encoding": "gzip", "content-length": 500 })), raw(gzipSync(body).subarray(0, 80)), silence),
    ],
    ["before the first token", sequence(chunked(events.slice(0, 1), { end: false }), silence), streamed],
    ["in a stream", chunked(events, { pause_ms: 50 }), streamed],
    ["after the finish reason, before the end", sequence(chunked(events.slice(0, -1), { end: false }), silence), streamed],
  ];
  it.each(phases)("%s: cancelled within 50 ms, with nothing left", async (_name, behaviour, options = {}) => {
    const { upstream, from } = await setup(behaviour);
    const abort = new AbortController();
    const sending = from.ask(upstream.url + path, { ...options, signal: abort.signal });
    await new Promise((resolve) => setTimeout(resolve, 120));
    const at = performance.now();
    abort.abort();
    const sent = await sending;
    expect(sent.kind).toBe("cancelled");
    expect(performance.now() - at).toBeLessThan(50);
    expect(listenersOn(abort.signal)).toBe(0);
    await nothingLeft(upstream, from, sent);
  });

  it("before anything: no connection is made", async () => {
    const { upstream, from } = await setup(good());
    expect(await from.ask(upstream.url + path, { signal: AbortSignal.abort() })).toMatchObject({ kind: "cancelled" });
    const abort = new AbortController();
    const sending = from.ask(upstream.url + path, { signal: abort.signal });
    abort.abort();
    expect(await sending).toMatchObject({ kind: "cancelled" });
    expect(listenersOn(abort.signal)).toBe(0);
    expect(upstream.requests).toHaveLength(0);
    await expect.poll(() => upstream.connections()).toBe(0);
  });

  it("while TLS is being set up", async () => {
    const { upstream, from } = await setup({ at: "accept", play: silence });
    const abort = new AbortController();
    const sending = from.ask(`https://127.0.0.1:${upstream.port}${path}`, { signal: abort.signal });
    await expect.poll(() => upstream.connections()).toBe(1);
    const at = performance.now();
    abort.abort();
    expect(await sending).toMatchObject({ kind: "cancelled" });
    expect(performance.now() - at).toBeLessThan(50);
    await expect.poll(() => upstream.connections(), { timeout: 200 }).toBe(0);
  });
});

describe("connections", () => {
  it("are kept: two calls, one socket", async () => {
    const { upstream, from } = await setup(good(), good());
    check(await from.ask(upstream.url + path), "answer");
    check(await from.ask(upstream.url + path, streamed), "answer");
    expect(upstream.requests.map((request) => request.connection)).toEqual([1, 1]);
  });

  it("are kept after an error that was read whole", async () => {
    const { upstream, from } = await setup(respond(503, errorBody()), good());
    expect(await from.ask(upstream.url + path)).toMatchObject({ kind: "status" });
    check(await from.ask(upstream.url + path), "answer");
    expect(upstream.accepted()).toBe(1);
  });

  it("of one attempt are its own: cutting it off leaves the others alone, also where one was kept from before", async () => {
    const { upstream, from } = await setup(good(), silence, sequence(after(300), respond(200, body)));
    check(await from.ask(upstream.url + path), "answer");
    const abort = new AbortController();
    const cut = from.ask(upstream.url + path, { signal: abort.signal });
    await expect.poll(() => upstream.requests.length).toBe(2);
    const slow = from.ask(upstream.url + path);
    await expect.poll(() => upstream.requests.length).toBe(3);
    abort.abort();
    expect(await cut).toMatchObject({ kind: "cancelled" });
    check(await slow, "answer");
    expect(upstream.requests.map((request) => request.connection)).toEqual([1, 1, 2]);
    await expect.poll(() => upstream.connections()).toBe(1);
  });

  it("are not many: no more idle ones are kept than sixteen", async () => {
    const { upstream, from } = await setup(sequence(after(100), respond(200, body)));
    await Promise.all(Array.from({ length: 20 }, () => from.ask(upstream.url + path)));
    await expect.poll(() => upstream.connections()).toBe(16);
    expect(from.connections.open()).toBe(16);
  });

  it("T07 plain HTTP on a TLS port is a matter of trust, not of the provider", async () => {
    const { upstream, from } = await setup({ at: "accept", play: sequence(raw("HTTP/1.1 400 Bad Request\r\n\r\n"), fin) });
    expect(reasonOf(await from.ask(`https://127.0.0.1:${upstream.port}${path}`))).toBe("tls");
  });

  it("T09 no common cipher, T11 FIN in the handshake, T12 a handshake that hangs", async () => {
    const { upstream, from } = await setup({ at: "accept", play: fin }, { at: "accept", play: silence });
    const bare = createTls({}).listen(0, "127.0.0.1"); // without a certificate there is no cipher to agree on
    await once(bare, "listening");
    const address = bare.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    expect(reasonOf(await from.ask(`https://127.0.0.1:${port}${path}`))).toBe("tls");
    bare.close();
    expect(reasonOf(await from.ask(`https://127.0.0.1:${upstream.port}${path}`))).toBe("reset");
    expect(await from.ask(`https://127.0.0.1:${upstream.port}${path}`)).toMatchObject({ kind: "timeout", limit: "headers" });
    await expect.poll(() => upstream.connections()).toBe(0);
  });
});

describe("proxies", () => {
  const host = "provider.test:8443"; // a name that only the test's proxy knows
  async function behind(
    answer?: Parameters<typeof startProxy>[1],
    settings: { noProxy?: string } = {},
  ): Promise<{ upstream: RawUpstream; proxy: Proxy; from: Sender }> {
    const upstream = await rawUpstream(good());
    const proxy = await startProxy(upstream.port, answer);
    const from = sender({ httpProxy: proxy.url, httpsProxy: proxy.url, ...settings });
    open.push(upstream, proxy, from);
    return { upstream, proxy, from };
  }

  it("lead to a name that only they know, by a way that is closed afterwards", async () => {
    const { upstream, proxy, from } = await behind();
    check(await from.ask(`http://${host}${path}`), "answer");
    expect(proxy.asked).toEqual([`CONNECT ${host} HTTP/1.1`]);
    expect(upstream.requests[0]?.headers).toMatchObject({ host, authorization: `Bearer ${testKey}` });
    await expect.poll(() => proxy.connections(), { timeout: 200 }).toBe(0);
    await from.ask(`https://${host}${path}`);
    expect(proxy.asked[1]).toBe(`CONNECT ${host} HTTP/1.1`);
  });

  it.each(["provider.test", ".test", "*", "provider.test:8443", "other.test, provider.test"])("NO_PROXY %s goes round", async (noProxy) => {
    const { proxy, from } = await behind(undefined, { noProxy });
    expect(reasonOf(await from.ask(`http://${host}${path}`, { limits: { total_ms: 3_000, first_token_ms: 3_000 } }))).toBe("dns");
    expect(proxy.asked).toEqual([]);
  });

  it("are left out for this machine itself", async () => {
    const { upstream, proxy, from } = await behind();
    check(await from.ask(upstream.url + path), "answer");
    expect(proxy.asked).toEqual([]);
  });

  it("are those of the settings, never those of this process's environment", async () => {
    const { proxy } = await behind();
    const from = sender({ noProxy: "" });
    open.push(from);
    process.env["HTTP_PROXY"] = proxy.url;
    process.env["HTTPS_PROXY"] = proxy.url;
    try {
      expect(reasonOf(await from.ask(`http://${host}${path}`, { limits: { total_ms: 3_000, first_token_ms: 3_000 } }))).toBe("dns");
    } finally {
      delete process.env["HTTP_PROXY"];
      delete process.env["HTTPS_PROXY"];
    }
    expect(proxy.asked).toEqual([]);
  });

  const says = (text: string) => (socket: { end(text: string): void }) => socket.end(text);
  const faults: [string, Parameters<typeof startProxy>[1], string | RegExp][] = [
    ["X02 407", says("HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n"), "proxy"],
    ["X03 502", says("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n"), "proxy"],
    ["X04 403", says("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n"), "proxy"],
    ["X06 closes without a byte", (socket) => socket.end(), "reset"],
    ["X07 200, then FIN", says("HTTP/1.1 200 OK\r\n\r\n"), "reset"],
    ["X08 RST", (socket) => socket.resetAndDestroy(), "reset"],
    ["X09 garbage", says("garbage\r\n\r\n"), "not_http"],
    ["X10 20 KiB of headers", says(`HTTP/1.1 200 OK\r\nx: ${"a".repeat(20_480)}\r\n\r\n`), "not_http"],
    ["X05 hangs", () => undefined, "headers"],
  ];
  it.each(faults)("%s: one CONNECT, one fault, nothing left", async (_name, answer, reason) => {
    for (const scheme of ["http", "https"]) {
      const { proxy, from } = await behind(answer);
      expect(reasonOf(await from.ask(`${scheme}://${host}${path}`))).toBe(reason);
      expect(proxy.asked).toHaveLength(1);
      expect(from.connections.open()).toBe(0);
      await expect.poll(() => proxy.connections(), { timeout: 200 }).toBe(0);
    }
  });

  it("a caller who leaves takes the way through the proxy along, in CONNECT and in the handshake inside", async () => {
    const answers: Parameters<typeof startProxy>[1][] = [() => undefined, (socket) => void socket.write("HTTP/1.1 200 OK\r\n\r\n")];
    for (const answer of answers) {
      const { proxy, from } = await behind(answer);
      const abort = new AbortController();
      const sending = from.ask(`https://${host}${path}`, { signal: abort.signal });
      await expect.poll(() => proxy.asked.length).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 30));
      abort.abort();
      expect(await sending).toMatchObject({ kind: "cancelled" });
      await expect.poll(() => proxy.connections(), { timeout: 200 }).toBe(0);
    }
  });
});
