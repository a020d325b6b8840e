import { brotliCompressSync, constants, deflateSync, gzipSync } from "node:zlib";
import type { Fate, Kind, Setting, Wire } from "../nouns.js";
import { bodyText, changed, changedBody, end, good, goodText, hang, inSteps, respond, saying, stamped, wait, write } from "../wires.js";
import { upTo } from "./network.js";
import { accepted, bad, bodies, each, either, rows, streams } from "./rows.js";
import { jsonAsks, plainAsks } from "../asks.js";

/** §5: bodies, encodings, sizes. */

const foreign: readonly (readonly [name: string, what: string, text: string, reason: string])[] = [
  ["B01", "nothing", "", "empty_body"],
  ["B02", "white space", " \n\n \t", "empty_body"],
  ["B03", "null", "null", "not_an_answer"],
  ["B04", "a number", "42", "not_an_answer"],
  ["B05", "a string", '"x"', "not_an_answer"],
  ["B06", "an empty array", "[]", "not_an_answer"],
  ["B07", "an empty object", "{}", "not_an_answer"],
  ["B08", "HTML", "<!doctype html><html><head><title>Sign in</title></head><body>Sign in</body></html>", "not_an_answer"],
  ["B09", "XML", '<?xml version="1.0"?><answer/>', "not_an_answer"],
  ["B10", "plain text", "Service is warming up.", "not_an_answer"],
];

const others = each(foreign, ([name, what, text, reason]) =>
  rows("ab", [name, `${what} instead of an answer`, bad("contract", reason), () => respond(200, text)]),
);

const sixteenths = each(
  Array.from({ length: 15 }, (_, at) => at + 1),
  (part) =>
    rows(
      "ab",
      [
        `B11-${part}`,
        `the body is cut at ${part}/16`,
        bad("contract", "not_an_answer"),
        (s) => respond(200, upTo(bodyText(s), part / 16)),
        bodies,
      ],
      [
        `B11s-${part}`,
        `the stream ends at ${part}/16 of its text`,
        part < 13 ? bad("contract") : either("the end may fall behind the finish reason"),
        (s) => inSteps(s, (text) => [upTo(text, part / 16), end]),
        { ...streams, asks: ["object", "order", "report", "tool"] },
      ],
    ),
);

const notJson = (why: string): Fate => bad("contract", ["not_an_answer", "bad_shape"].concat(why === "" ? [] : [why]));
const broken = rows(
  "ab",
  ["B12", "a byte after the body", notJson(""), (s) => respond(200, `${bodyText(s)}x`), bodies],
  ["B13", "two bodies", notJson(""), (s) => respond(200, bodyText(s) + bodyText(s)), bodies],
  [
    "B14",
    "NaN in the body",
    notJson(""),
    (s) =>
      respond(
        200,
        bodyText(s).replace(/"(?:prompt|input)_tokens":24/, (found) => found.replace("24", "NaN")),
      ),
    bodies,
  ],
  ["B15", "a comment in the body", notJson(""), (s) => respond(200, bodyText(s).replace("{", "{/* ok */")), bodies],
  ["B16", "single quotes around a name", notJson(""), (s) => respond(200, bodyText(s).replace('"id"', "'id'")), bodies],
  ["B16-comma", "a comma too much", notJson(""), (s) => respond(200, bodyText(s).replace(/\}$/, ",}")), bodies],
  ["B17", "a byte-order mark before a good answer", accepted, (s) => inSteps(s, (text) => [`\ufeff${text}`])],
  ["B18-lines", "blank lines before a good body", accepted, (s) => respond(200, `\n\n \n${bodyText(s)}\n\n`), bodies],
  ["B19", "bytes that are not UTF-8 in the text", bad("contract", "encoding"), (s) => brokenBytes(s, (text) => text)],
  [
    "B19-surrogate",
    "a surrogate as bytes (CESU-8)",
    bad("contract", "encoding"),
    (s) => brokenBytes(s, (text) => text, Buffer.from([0xed, 0xa0, 0x80])),
  ],
  ["B20", "UTF-16", bad("contract"), (s) => respond(200, Buffer.from(`\ufeff${bodyText(s)}`, "utf16le")), bodies],
  ["B21", "half a surrogate pair, escaped", accepted, (s) => stamped(s, (text) => `${text} \ud800`), { asks: ["text"] }],
  ["B22", "U+0000, escaped", accepted, (s) => stamped(s, (text) => `${text}\u0000`), { asks: ["text"] }],
  [
    "B22-fffd",
    "a replacement character in the text",
    bad("contract", "encoding"),
    (s) => saying(s, { text: `${s.said.text ?? ""}\ufffd` }),
    { asks: plainAsks },
  ],
);

/** Puts bytes into the middle of the answer's own text. */
function brokenBytes(setting: Setting, text: (good: string) => string, bytes = Buffer.from([0xe4, 0xbd])): Wire {
  const mark = "\ue000";
  const marked = {
    ...setting,
    said: {
      text: setting.said.text === null ? null : into(setting.said.text, mark),
      calls: setting.said.calls.map((call) => ({ ...call, arguments: into(call.arguments, mark) })),
    },
  };
  const [before = "", ...after] = text(goodText(marked)).split(mark);
  return inSteps(setting, () => [Buffer.concat([Buffer.from(before), ...after.flatMap((part) => [bytes, Buffer.from(part)])])]);
}

/** Inside a string, so that JSON stays JSON. */
const into = (text: string, mark: string): string =>
  text.startsWith("{") ? text.replace('"nonce":"', `"nonce":"${mark}`) : `${text.slice(0, 5)}${mark}${text.slice(5)}`;

// ---- encodings -----------------------------------------------------------------------------------------------------------

const encoded = (setting: Setting, name: string, encode: (bytes: Buffer) => Buffer): Wire => {
  const bytes = encode(Buffer.from(goodText(setting)));
  return inSteps(setting, () => [bytes], { "content-encoding": name });
};

/** 16 MiB of blanks in a few KB. */
const blanks = (): Buffer => Buffer.alloc(16 * 1_048_576, " ");
let bomb: Buffer | undefined;
const gzipBomb = (): Buffer => (bomb ??= gzipSync(blanks(), { level: 1 }));
let brotli: Buffer | undefined;
const brotliBomb = (): Buffer => (brotli ??= brotliCompressSync(blanks(), { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }));
const small = { response_bytes: 262_144 };

const encodings = rows(
  "ab",
  ["B23", "gzip, not asked for", accepted, (s) => encoded(s, "gzip", gzipSync)],
  ["B24", "brotli, not asked for", accepted, (s) => encoded(s, "br", brotliCompressSync)],
  ["B25", "deflate, not asked for", accepted, (s) => encoded(s, "deflate", deflateSync)],
  ["B25-case", "GZIP in capitals", accepted, (s) => encoded(s, "GZIP", gzipSync)],
  ["B25-identity", "content-encoding: identity", accepted, (s) => good(s, { "content-encoding": "identity" })],
  [
    "B26",
    "a gzip bomb",
    bad("server", "too_large"),
    () => respond(200, gzipBomb(), { "content-encoding": "gzip" }),
    {},
    { limits: small, rare: 8 },
  ],
  [
    "B27",
    "a brotli bomb",
    bad("server", "too_large"),
    () => respond(200, brotliBomb(), { "content-encoding": "br" }),
    {},
    { limits: small, rare: 8 },
  ],
  ["B28", "gzip of gzip", bad(["contract", "server"]), (s) => encoded(s, "gzip", (bytes) => gzipSync(gzipSync(bytes)))],
  ["B29", "six encodings", bad(["contract", "server"]), (s) => encoded(s, "gzip, gzip, gzip, gzip, gzip, gzip", gzipSync)],
  ["B30", "plain JSON called gzip", bad(["contract", "server"]), (s) => encoded(s, "gzip", (bytes) => bytes)],
  [
    "B31",
    "gzip cut in the middle",
    bad(["contract", "server", "network"]),
    (s) => encoded(s, "gzip", (bytes) => gzipSync(bytes).subarray(0, 90)),
  ],
  [
    "B32",
    "bytes after the gzip",
    either("the answer itself is whole"),
    (s) => encoded(s, "gzip", (bytes) => Buffer.concat([gzipSync(bytes), Buffer.from("junk")])),
  ],
  [
    "B33",
    "a good answer in two gzip members",
    either("RFC 1952 allows it"),
    (s) => encoded(s, "gzip", (bytes) => Buffer.concat([gzipSync(bytes.subarray(0, 40)), gzipSync(bytes.subarray(40))])),
  ],
  [
    "B34",
    "an encoding nobody asked for and nobody reads",
    bad(["contract", "server"]),
    (s) => encoded(s, "zstd", (bytes) => Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), gzipSync(bytes)])),
  ],
  ["B35", "a gzip bomb on a 429", bad("rate_limit"), () => respond(429, gzipBomb(), { "content-encoding": "gzip" }), {}, { rare: 8 }],
);

// ---- sizes ---------------------------------------------------------------------------------------------------------------

const tight = { response_bytes: 16_384 };
const padded = (text: string, size: number): string => " ".repeat(Math.max(0, size - Buffer.byteLength(text))) + text;
const deep = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);
/** JSON that no JSON.stringify could make: the levels are put in afterwards. */
const holding = (setting: Setting, levels: number): Wire => respond(200, bodyText(setting).replace(/\}$/, `,"x_deep":${deep(levels)}}`));

const sizes = rows(
  "ab",
  [
    "B36",
    "one byte more than is taken",
    bad("server", "too_large"),
    (s) => respond(200, padded(bodyText(s), s.limit + 1)),
    bodies,
    { limits: tight },
  ],
  ["B37", "exactly as much as is taken", accepted, (s) => respond(200, padded(bodyText(s), s.limit)), bodies, { limits: tight }],
  [
    "B38",
    "a body without end",
    bad("server", "too_large"),
    (s) => ({
      ...respond(200, "{"),
      framing: "chunked",
      steps: [write(bodyText(s).slice(0, -1)), { do: "flood", bytes: Buffer.alloc(4_096, " "), times: 100_000 }],
    }),
    {},
    { limits: tight, rare: 4 },
  ],
  [
    "B38-stream",
    "a stream without end",
    bad("server", "too_large"),
    (s) =>
      changed(s, (events) => [
        ...events.slice(0, 2),
        { do: "flood", bytes: Buffer.from(": waiting, still waiting\n\n".repeat(200)), times: 100_000 },
      ]),
    streams,
    { limits: tight, rare: 4 },
  ],
  [
    "B39",
    "an error body of 200 KiB",
    bad("server"),
    (s) => respond(500, JSON.stringify({ error: { message: `${s.marker} ${"long ".repeat(40_000)}` } })),
    {},
    { rare: 2 },
  ],
  [
    "B39-long",
    "an error body of 60 KiB without a blank",
    bad("server"),
    (s) => respond(502, `${s.marker}${"a".repeat(60_000)}`),
    {},
    { rare: 2 },
  ],
  ...[257, 20_000].flatMap((levels): Parameters<typeof rows>[1][] => [
    [
      `B40-envelope-${levels}`,
      `${levels} levels in a field nobody reads`,
      either("a bound on depth is allowed"),
      (s) => holding(s, levels),
      bodies,
      { rare: 2 },
    ],
    [
      `B40-content-${levels}`,
      `${levels} levels in the answer`,
      bad("contract"),
      (s) => saying(s, { text: deep(levels) }),
      { asks: jsonAsks },
      { rare: 2 },
    ],
  ]),
  [
    "B40-envelope-million",
    "a million levels in a field nobody reads",
    either("a bound on depth is allowed"),
    (s) => holding(s, 1_000_000),
    bodies,
    { rare: 40 },
  ],
  [
    "B40-content-million",
    "a million levels in the answer",
    bad("contract"),
    (s) => respond(200, JSON.stringify(s.profile.body({ ...s, said: { text: deep(1_000_000), calls: [] } }))),
    { ...bodies, asks: jsonAsks },
    { rare: 40 },
  ],
);

const patience = rows(
  "a",
  [
    "B18",
    "white space for 20 s before a good body, and nobody else is there",
    accepted,
    (s) => ({
      ...respond(200, bodyText(s)),
      framing: "chunked",
      steps: [...Array.from({ length: 20 }, () => [write("\n"), wait(1_000)]).flat(), write(bodyText(s)), end],
    }),
    bodies,
    { modes: ["lone"] },
  ],
  [
    "B18-ever",
    "white space and never an answer",
    bad("timeout"),
    () => ({
      ...respond(200, "\n"),
      framing: "chunked",
      steps: [...Array.from({ length: 130 }, () => [write("\n"), wait(1_000)]).flat(), hang],
    }),
    {},
    { slow: true, rare: 2 },
  ],
);

const spare = rows("ab", [
  "B41",
  "a field of 100 KB beside a good answer",
  accepted,
  (s) => changedBody(s, (body) => ({ ...body, x_padding: "p".repeat(100_000) })),
  bodies,
  { rare: 2 },
]);

export const bodyLevel: readonly Kind[] = [...others, ...sixteenths, ...broken, ...encodings, ...sizes, ...patience, ...spare];
