import type { Setting, Wire } from "../nouns.js";
import { bodyText, changed, changedBody, end, hang, respond, saying, wait, write } from "../wires.js";
import { accepted, bad, bodies, either, rows, streams } from "./rows.js";
import { jsonAsks } from "../asks.js";

/** §5: sizes, depths, and how long white space is waited for. */

const tight = { response_bytes: 16_384 };
const padded = (text: string, size: number): string => " ".repeat(Math.max(0, size - Buffer.byteLength(text))) + text;
const deep = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);
/** JSON that no JSON.stringify could make: the levels are put in afterwards. */
const holding = (setting: Setting, levels: number): Wire => respond(200, bodyText(setting).replace(/\}$/, `,"x_deep":${deep(levels)}}`));

export const sizes = rows(
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

export const patience = rows(
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

export const spare = rows("ab", [
  "B41",
  "a field of 100 KB beside a good answer",
  accepted,
  (s) => changedBody(s, (body) => ({ ...body, x_padding: "p".repeat(100_000) })),
  bodies,
  { rare: 2 },
]);
