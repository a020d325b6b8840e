import type { FaultClass } from "../../../src/fault-policies.js";
import type { ProviderId } from "../../../src/providers/provider.js";
import type { Fate, Head, Kind, Setting, Wire } from "../nouns.js";
import { bodyText, changed, end, failing, fin, good, goodText, hang, respond, stream, textOf, wait, write } from "../wires.js";
import { head, raw, upTo, whole } from "./network.js";
import { accepted, bad, bodies, each, either, rows, streams } from "./rows.js";

/** §4: statuses, headers, framing. */

const minute = 60_000;

/**
 * What a status means by itself, written down by hand: design.md's nine classes, RFC 9110, and the recorded failures where a
 * provider means something of its own by it.
 */
const byStatus: readonly (readonly [statuses: readonly number[], cls: FaultClass])[] = [
  [[100, 101, 102, 103, 201, 202, 203, 204, 205, 206, 226, 299, 300, 301, 302, 303, 304, 305, 307, 308], "server"],
  [[400, 404, 405, 406, 410, 411, 413, 414, 415, 418, 422, 431], "request"],
  [[401, 403], "auth"],
  [[402], "quota"],
  [[408, 409, 425, 500, 501, 502, 503, 505, 507, 508, 520, 521, 522, 523, 529, 530, 598, 600, 700, 999], "server"],
  [[429], "rate_limit"],
  [[451], "policy"],
  [[499], "network"],
  [[504, 524], "timeout"],
];

const holds: Readonly<Record<number, { scope: "route" | "account"; ms: number }>> = {
  401: { scope: "account", ms: 5 * minute },
  402: { scope: "account", ms: 15 * minute },
  403: { scope: "route", ms: minute },
  429: { scope: "route", ms: 2_500 },
};

function fateOf(status: number): Fate {
  const found = byStatus.find(([statuses]) => statuses.includes(status));
  if (found === undefined) throw new RangeError(`no class for status ${status}`);
  return bad(found[1], undefined, { hold: holds[status] ?? null });
}

const statuses = [
  300, 301, 302, 303, 304, 307, 308, 400, 401, 402, 403, 404, 405, 408, 409, 410, 413, 415, 418, 422, 425, 429, 431, 451, 499, 500, 501,
  502, 503, 504, 505, 507, 508, 520, 522, 524, 529, 530, 598,
];
const elsewhere = "https://elsewhere.invalid/v1/chat/completions";

const errors = each(statuses, (status) =>
  rows("ab", [
    `H01-${status}`,
    `status ${status} with the provider's error body`,
    fateOf(status),
    (s) => failing(s, status, {}, status >= 300 && status < 400 ? { location: elsewhere } : {}),
  ]),
);

const perfect = each([201, 202, 203, 206, 226, 299, 302, 400, 401, 429, 500, 503], (status) =>
  rows("ab", [
    `H02-${status}`,
    `a perfect answer with status ${status}`,
    fateOf(status),
    (s) => (s.stream ? stream(s.profile.events(s), { status }) : respond(status, bodyText(s))),
  ]),
);

const bare = each([204, 205, 304], (status) =>
  rows("ab", [
    `H0${status === 204 ? 3 : status === 205 ? 4 : 5}`,
    `status ${status} and no body`,
    fateOf(status),
    () => ({ head: { status, headers: [] }, framing: "length", ...(status === 205 ? {} : { length: "" }), steps: [end] }),
  ]),
);

// ---- waits ------------------------------------------------------------------------------------------------------------

const http = (wall: number): string => new Date(wall).toUTCString();
type Waits = readonly (readonly [name: string, headers: (wall: number) => Record<string, string | readonly string[]>, ms: number | null])[];

/** The header, and the wait it asks for; `null`: it asks for none that can be read. */
const waits: Waits = [
  ["zero", () => ({ "retry-after": "0" }), 0],
  ["one", () => ({ "retry-after": "1" }), 1_000],
  ["thirty", () => ({ "retry-after": "30" }), 30_000],
  ["decimal", () => ({ "retry-after": "2.5" }), 2_500],
  ["six-hundred", () => ({ "retry-after": "600" }), 600_000],
  ["negative", () => ({ "retry-after": "-5" }), 0],
  ["nan", () => ({ "retry-after": "NaN" }), null],
  ["huge", () => ({ "retry-after": "99999999999" }), 3_600_000],
  ["date", (wall) => ({ "retry-after": http(wall + 90_000), date: http(wall) }), 90_000],
  ["past-date", (wall) => ({ "retry-after": http(wall - 90_000), date: http(wall) }), 0],
  ["garbage", () => ({ "retry-after": "soon" }), null],
  ["empty", () => ({ "retry-after": "" }), null],
  ["exponent", () => ({ "retry-after": "1e9" }), null],
  ["twice", () => ({ "retry-after": ["5", "20"] }), 20_000],
  ["ms", () => ({ "retry-after-ms": "1500" }), 1_500],
  ["ms-garbage", () => ({ "retry-after-ms": "x" }), null],
];

const retryAfter = each([429, 503, 529], (status) =>
  each(waits, ([name, headers, ms]) => {
    const least = ms ?? (status === 429 ? 2_500 : 0);
    const fate = bad(status === 429 ? "rate_limit" : "server", undefined, {
      retry_after_ms: ms,
      hold: least > 0 ? { scope: "route", ms: least } : null,
    });
    return rows("ab", [
      `H37-${status}-${name}`,
      `status ${status}, retry-after ${name}`,
      fate,
      (s) => failing(s, status, {}, headers(s.wall)),
    ]);
  }),
);

const obeyed = rows(
  "ab",
  [
    "H38",
    "x-should-retry: false beside a 500",
    bad("server"),
    (s) => failing(s, 500, {}, { "x-should-retry": "false" }),
    {},
    { noRepeat: true },
  ],
  [
    "H39",
    "x-should-retry: true beside a 400",
    bad("request", "bad_request"),
    (s) => failing(s, 400, {}, { "x-should-retry": "true" }),
    {},
    { noRepeat: true },
  ],
  // Anthropic and Together send it with good answers, where it means nothing.
  ["H37-200", "retry-after beside a good answer", accepted, (s) => good(s, { "retry-after": "600" })],
  [
    "H37-remaining",
    "a limit's reset although something remains of it",
    bad("rate_limit", undefined, { retry_after_ms: null, hold: { scope: "route", ms: 2_500 } }),
    (s) => failing(s, 429, {}, { "x-ratelimit-reset-requests": "20m", "x-ratelimit-remaining-requests": "3" }),
  ],
  [
    "H37-exhausted",
    "a limit's reset when nothing remains of it",
    bad("rate_limit", undefined, { retry_after_ms: 77_000, hold: { scope: "route", ms: 77_000 } }),
    (s) => failing(s, 429, {}, { "x-ratelimit-reset-requests": "1m17s", "x-ratelimit-remaining-requests": "0" }),
  ],
);

// ---- words: one status, several meanings ---------------------------------------------------------------------------------

type Words = { type?: string; code?: string };
const chatProviders: readonly ProviderId[] = ["openai", "deepseek", "moonshot", "groq", "together"];
const account = (ms: number): Fate => bad("quota", undefined, { hold: { scope: "account", ms } });

const meanings: readonly (readonly [name: string, status: number, words: Words, fate: Fate, providers: readonly ProviderId[]])[] = [
  [
    "quota",
    429,
    { type: "insufficient_quota", code: "insufficient_quota" },
    account(15 * minute),
    ["openai", "deepseek", "groq", "together"],
  ],
  ["credit", 429, { code: "credit_balance_exhausted" }, account(15 * minute), chatProviders],
  ["spend", 429, { code: "project_spend_limit_exceeded" }, account(15 * minute), chatProviders],
  ["spend-anthropic", 429, { type: "rate_limit_error", code: "enforced_spend_limit_reached" }, account(15 * minute), ["anthropic"]],
  ["rate", 429, { type: "rate_limit_exceeded", code: "rate_limit_exceeded" }, bad("rate_limit"), chatProviders],
  ["slow-down", 503, { code: "slow_down" }, bad("rate_limit"), ["openai"]],
  ["overloaded", 529, { type: "overloaded_error" }, bad("server", "overloaded"), ["anthropic"]],
  ["overloaded-503", 503, { code: "server_is_overloaded" }, bad("server", "overloaded"), ["openai"]],
  [
    "no-model",
    404,
    { code: "model_not_found" },
    bad("request", "model_unavailable", { hold: { scope: "route", ms: 10 * minute } }),
    chatProviders,
  ],
  ["context", 400, { code: "context_length_exceeded" }, bad("request", "context_length"), chatProviders],
  ["filter", 400, { code: "content_filter" }, bad("policy", "filtered"), chatProviders],
  ["balance-zhipu", 429, { code: "1113" }, account(15 * minute), ["zhipu"]],
  ["rate-zhipu", 429, { code: "1302" }, bad("rate_limit", "concurrency"), ["zhipu"]],
  ["quota-word-dashscope", 429, { code: "insufficient_quota" }, bad("rate_limit", "tpm"), ["dashscope"]],
  ["arrears-dashscope", 400, { code: "Arrearage" }, account(15 * minute), ["dashscope"]],
  [
    "key-anthropic",
    401,
    { type: "authentication_error" },
    bad("auth", "invalid_key", { hold: { scope: "account", ms: 5 * minute } }),
    ["anthropic"],
  ],
];

const meant = each(meanings, ([name, status, words, fate, providers]) =>
  rows("ab", [
    `H42-${name}`,
    `status ${status} that says ${words.code ?? words.type ?? ""}`,
    fate,
    (s) => failing(s, status, words),
    { providers },
  ]),
);

// ---- headers and framing -------------------------------------------------------------------------------------------------

const chunkOf = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
const chunkedHead = "transfer-encoding: chunked\r\n";
const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`x-${at}`, "1"]));
const early = (status: number): Head => ({ status, headers: [["x-early", "1"]] });
const untilClose = (setting: Setting, text: string): Wire => ({
  ...respond(200, text),
  framing: "close",
  steps: [write(text), setting.stream ? end : fin],
});
const oddities = (setting: Setting): Record<string, string> => ({
  "x-note": `${setting.marker} ${setting.key}`,
  "www-authenticate": `Bearer realm="${setting.key}"`,
  "set-cookie": `session=${setting.key}; Path=/`,
});

const headers = rows(
  "ab",
  ["H08-103", "103 Early Hints before the good answer", accepted, (s) => ({ ...good(s), early: [early(103), early(103)] })],
  ["H08-102", "102 Processing before the good answer", accepted, (s) => ({ ...good(s), early: [early(102)] })],
  ["H18", "1,000 headers", bad("server"), (s) => good(s, many)],
  [
    "H24",
    "the stream ends early by its own length",
    bad("contract", "stream_cut"),
    (s) => {
      const text = goodText(s);
      const cut = upTo(text, 0.5);
      return { ...stream([cut]), framing: "length" };
    },
    streams,
  ],
  [
    "H25",
    "less comes than was announced",
    bad("network", "reset"),
    (s) => ({ ...respond(200, bodyText(s)), length: String(bodyText(s).length + 100), steps: [write(bodyText(s)), fin] }),
    bodies,
  ],
  ["H35", "no length, closed when it is whole", accepted, (s) => untilClose(s, goodText(s))],
  ["H36", "no length, closed before it is whole", bad("contract"), (s) => untilClose(s, upTo(goodText(s), 0.6))],
  ["H40", "a good answer called text/html", accepted, (s) => good(s, { "content-type": "text/html" })],
  ["H40-none", "a good answer without a content type", accepted, (s) => ({ ...good(s), head: { status: 200, headers: [] } })],
  ["H41", "the key in the headers of a good answer", accepted, (s) => good(s, oddities(s)), {}, { echoesKey: true }],
  [
    "H41-500",
    "the key in headers, body and reason phrase of an error",
    bad("server"),
    (s) => {
      const wire = failing(s, 500, { message: `${s.marker}: wrong key ${s.key}` }, oddities(s));
      return { ...wire, head: { status: 500, reason: `Error ${s.marker} ${s.key}`, headers: wire.head?.headers ?? [] } };
    },
    {},
    { echoesKey: true },
  ],
  [
    "H43",
    "an error body that never ends",
    bad("server"),
    (s) => ({ ...respond(500, "{"), framing: "chunked", steps: [write(bodyText(s).slice(0, 20)), hang] }),
  ],
);

const sockets = rows(
  "b",
  [
    "H06",
    "101 Switching Protocols",
    bad(["network", "server"]),
    () => raw(head("101 Switching Protocols", "connection: upgrade\r\nupgrade: tls\r\n"), wait(5), fin),
  ],
  [
    "H07",
    "an unsolicited 100 Continue before the good answer",
    either("undici 7.30.2 takes it for a broken response"),
    (s) => raw(`${head("100 Continue", "")}${whole(bodyText(s))}`, hang),
    bodies,
  ],
  ["H09", "status 000", bad("server"), (s) => raw(`${head("000 Odd", "content-length: 2\r\n")}{}${s.marker}`)],
  ["H10", "status 999", bad("server"), () => raw(`${head("999 Odd", "content-length: 2\r\n")}{}`)],
  ["H11", "a letter in the status", bad(["server", "network"]), (s) => raw(whole(bodyText(s)).replace("200", "20O"))],
  ["H12", "HTTP/2", bad(["server", "network"]), () => raw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")],
  ["H13", "HTTP/0.9: a body without a head", bad(["server", "network"]), (s) => raw(bodyText(s))],
  ["H14", "SSH", bad(["server", "network"]), () => raw("SSH-2.0-OpenSSH_9.6\r\n")],
  ["H15", "HTML without a head", bad(["server", "network"]), () => raw("<html><body>Welcome</body></html>")],
  ["H16", "HTTP/1.0", accepted, (s) => raw(whole(bodyText(s)).replace("HTTP/1.1", "HTTP/1.0")), bodies],
  ["H17", "a header of 20 KiB", bad("server"), (s) => good(s, { "x-long": "a".repeat(20_480) })],
  [
    "H19",
    "NUL in a header",
    bad(["server", "network"]),
    (s) => raw(`${head("200 OK", "x-odd: a\u0000b\r\ncontent-length: 2\r\n")}${bodyText(s)}`),
  ],
  [
    "H20",
    "a folded header",
    either("obsolete, and llhttp may join it"),
    (s) => raw(whole(bodyText(s)).replace("content-length", "x-folded: a\r\n b\r\ncontent-length")),
    bodies,
  ],
  [
    "H21",
    "a header without a colon",
    bad(["server", "network"]),
    (s) => raw(whole(bodyText(s)).replace("content-length", "x-odd\r\ncontent-length")),
    bodies,
  ],
  ["H22", "bare CR between headers", bad(["server", "network"]), (s) => raw(whole(bodyText(s)).replace("\r\n", "\r")), bodies],
  [
    "H23",
    "a header value that is not ASCII",
    either("Latin-1 is allowed to be taken"),
    (s) => raw(whole(bodyText(s)).replace("content-length", "x-odd: caf\u00e9\r\ncontent-length")),
    bodies,
  ],
  [
    "H26",
    "two different lengths",
    bad(["server", "network"]),
    (s) => raw(whole(bodyText(s)).replace("content-length", "content-length: 7\r\ncontent-length")),
    bodies,
  ],
  [
    "H27",
    "a length and chunks",
    bad(["server", "network"]),
    (s) => raw(`${head("200 OK", `content-length: 4\r\n${chunkedHead}`)}${chunkOf(bodyText(s))}0\r\n\r\n`),
    bodies,
  ],
  ["H28", "a negative length", bad(["server", "network"]), (s) => raw(`${head("200 OK", "content-length: -1\r\n")}${bodyText(s)}`)],
  ["H29", "a length of 1e3", bad(["server", "network"]), (s) => raw(`${head("200 OK", "content-length: 1e3\r\n")}${bodyText(s)}`)],
  [
    "H30",
    "a length beyond 2^64",
    bad(["server", "network"]),
    (s) => raw(`${head("200 OK", "content-length: 99999999999999999999999\r\n")}${bodyText(s)}`),
  ],
  [
    "H31",
    "a chunk whose size is no number",
    bad(["server", "network"]),
    (s) => raw(`${head("200 OK", chunkedHead)}xyz\r\n${bodyText(s)}\r\n0\r\n\r\n`),
  ],
  [
    "H32",
    "a chunk whose size overflows",
    bad(["server", "network"]),
    (s) => raw(`${head("200 OK", chunkedHead)}fffffffffffffffffffff\r\n${bodyText(s)}\r\n0\r\n\r\n`),
  ],
  [
    "H33",
    "a chunk extension of 64 KiB, and a body cut behind it",
    bad(["server", "network", "contract"]),
    (s) => raw(`${head("200 OK", chunkedHead)}5;x=${"a".repeat(65_536)}\r\n${bodyText(s).slice(0, 5)}\r\n0\r\n\r\n`),
  ],
  [
    "H34",
    "trailers with a content type",
    accepted,
    (s) =>
      raw(
        `${head("200 OK", chunkedHead)}${
          s.stream
            ? s.profile
                .events(s)
                .map((event) => chunkOf(textOf(event)))
                .join("")
            : chunkOf(bodyText(s))
        }0\r\ncontent-type: text/html\r\n\r\n`,
        hang,
      ),
  ],
);

const trailers = rows("a", [
  "H34-object",
  "trailers with a content type",
  accepted,
  (s) => changed(s, (events) => [...events, { do: "end", trailers: { "content-type": "text/html" } }]),
  streams,
]);

export const httpLevel: readonly Kind[] = [
  ...errors,
  ...perfect,
  ...bare,
  ...retryAfter,
  ...obeyed,
  ...meant,
  ...headers,
  ...sockets,
  ...trailers,
];
