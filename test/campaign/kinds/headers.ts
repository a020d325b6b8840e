import type { Head, Setting, Wire } from "../nouns.js";
import { bodyText, changed, end, failing, fin, good, goodText, hang, respond, stream, write } from "../wires.js";
import { upTo } from "./network.js";
import { accepted, bad, bodies, rows, streams } from "./rows.js";

/** §4: headers and framing, as an HTTP server may write them. */

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

export const headers = rows(
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

export const trailers = rows("a", [
  "H34-object",
  "trailers with a content type",
  accepted,
  (s) => changed(s, (events) => [...events, { do: "end", trailers: { "content-type": "text/html" } }]),
  streams,
]);
