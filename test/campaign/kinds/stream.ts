import type { AskName, Event, JsonObject, Kind, Setting, Step } from "../nouns.js";
import { changed, errorObject, fin, goodText, inSteps, rst, stream, textOf, wait, isRecord, respond } from "../wires.js";
import { accepted, bad, either, rows } from "./rows.js";

/** §6: event streams. */

const grammar: readonly AskName[] = ["object", "order", "report", "tool"];
const json: readonly AskName[] = ["object", "order", "report"];
const all = { forms: ["stream" as const] };
const chat = { ...all, dialects: ["openai-chat" as const] };
const messages = { ...all, dialects: ["anthropic-messages" as const] };

const bytesOf = (text: string): Buffer[] => Array.from(Buffer.from(text), (byte) => Buffer.from([byte]));
const without = (events: readonly Event[], ...parts: Event["part"][]): Event[] => events.filter(({ part }) => !parts.includes(part));
const afterPart = (events: readonly Event[], part: Event["part"], ...more: readonly (Event | string)[]): (Event | string)[] => {
  const at = events.findLastIndex((event) => event.part === part);
  return [...events.slice(0, at + 1), ...more, ...events.slice(at + 1)];
};
/** In the middle of what is said. */
const amid = (events: readonly Event[], ...more: readonly (Event | string | Step)[]): (Event | string | Step)[] => {
  const at = events.findIndex((event) => event.part === "first");
  return [...events.slice(0, at + 1), ...more, ...events.slice(at + 1)];
};

/** A chunk of the stream like its first piece, with other fields. */
function like(events: readonly Event[], change: (data: JsonObject) => JsonObject): Event {
  const model = events.find((event) => event.part === "first");
  if (model === undefined || !isRecord(model.data)) throw new RangeError("a stream without a first piece");
  return { ...model, data: change(model.data) };
}

const choices =
  (...list: JsonObject[]) =>
  (data: JsonObject): JsonObject => ({ ...data, choices: list });
const serverWords = { type: "server_error", code: "server_error" };

function errorEvent(setting: Setting): Event {
  if (setting.profile.dialect === "anthropic-messages")
    return { part: "piece", name: "error", data: { type: "error", error: { type: "api_error", message: setting.marker } } };
  return { part: "piece", data: { error: errorObject(setting, serverWords) } };
}

const whole = rows(
  "ab",
  ["S01", "every byte by itself", accepted, (s) => inSteps(s, bytesOf), all, { rare: 4 }],
  ["S02-cr", "CR at the end of lines", accepted, (s) => inSteps(s, (text) => [text.replaceAll("\n", "\r")]), all],
  ["S02-crlf", "CRLF at the end of lines", accepted, (s) => inSteps(s, (text) => [text.replaceAll("\n", "\r\n")]), all],
  [
    "S02-mixed",
    "CR, LF and CRLF in turn",
    accepted,
    (s) => {
      let at = 0;
      return inSteps(s, (text) => [text.replace(/\n/g, () => ["\n", "\r\n", "\r"][at++ % 3] ?? "\n")]);
    },
    all,
  ],
  ["S03", "CR and LF in two pieces", accepted, (s) => inSteps(s, (text) => text.replaceAll("\n", "\r\n").split(/(?<=\r)/)), all],
  ["S04", "a byte-order mark", accepted, (s) => inSteps(s, (text) => [`\ufeff${text}`]), all],
  [
    "S05-some",
    "comments between events",
    accepted,
    (s) => changed(s, (events) => events.flatMap((event) => [": keep-alive\n\n", event])),
    all,
  ],
  [
    "S06",
    "events of a name nobody knows",
    accepted,
    (s) => changed(s, (events) => amid(events, 'event: x_trace\ndata: {"x":1}\n\n')),
    messages,
  ],
  [
    "S06-chat",
    "a chunk without choices between the others",
    accepted,
    (s) =>
      changed(s, (events) =>
        amid(
          events,
          like(events, (data) => ({ ...data, choices: [] })),
        ),
      ),
    chat,
  ],
  [
    "S07",
    "id: and retry: fields",
    accepted,
    (s) => changed(s, (events) => events.map((event, at) => `id: ${at}\nretry: 1\n${textOf(event)}`)),
    all,
  ],
  [
    "S08",
    "an event of 900 KB",
    accepted,
    (s) =>
      changed(s, (events) =>
        amid(
          events,
          `: ${"c".repeat(10)}\n\n`,
          like(events, (data) => ({
            ...(s.profile.dialect === "openai-chat" ? { ...data, choices: [] } : { type: "ping" }),
            x_padding: "p".repeat(900_000),
          })),
        ),
      ),
    all,
    { rare: 20 },
  ],
  ["S13", "the terminal event without a finish reason", accepted, (s) => changed(s, (events) => without(events, "finish", "usage")), all],
  [
    "S14",
    "a finish reason and then the end, without the terminal event",
    accepted,
    (s) => changed(s, (events) => without(events, "terminal")),
    chat,
  ],
  [
    "S14-fin",
    "a finish reason and then FIN",
    accepted,
    (s) => changed(s, (events) => [...without(events, "terminal", "usage"), wait(2), fin]),
    chat,
  ],
  [
    "S14-rst",
    "a finish reason and then RST",
    accepted,
    (s) => changed(s, (events) => [...without(events, "terminal", "usage"), wait(5), rst]),
    chat,
  ],
  ["S16", "data after the terminal event", accepted, (s) => changed(s, (events) => [...events, like(events, (data) => data)]), all],
  [
    "S25-same",
    "the same finish reason twice",
    accepted,
    (s) => changed(s, (events) => afterPart(events, "finish", ...events.filter(({ part }) => part === "finish"))),
    all,
  ],
  [
    "S28",
    "a delta that is null",
    accepted,
    (s) => changed(s, (events) => amid(events, like(events, choices({ index: 0, delta: null, finish_reason: null })))),
    chat,
  ],
  [
    "S28-content",
    "a delta whose content is null",
    accepted,
    (s) => changed(s, (events) => amid(events, like(events, choices({ index: 0, delta: { content: null }, finish_reason: null })))),
    chat,
  ],
  ["S32", "the usage missing", accepted, (s) => changed(s, (events) => without(events, "usage")), all],
  ["S33", "everything in one write", accepted, (s) => inSteps(s, (text) => [text]), all],
  [
    "S34",
    "a ping before everything",
    accepted,
    (s) => changed(s, (events) => ['event: ping\ndata: {"type":"ping"}\n\n', ...events]),
    messages,
  ],
);

const late = rows(
  "a",
  [
    "S05",
    "comments for 20 s before a good stream, and nobody else is there",
    accepted,
    (s) => changed(s, (events) => [...waiting(20), ...events]),
    all,
    { modes: ["lone"] },
  ],
  [
    "S05-others",
    "comments for 40 s while somebody else is there",
    bad("timeout", ["keepalive_only", "first_token"]),
    (s) => changed(s, (events) => [...waiting(40), ...events]),
    all,
    { modes: ["pair"] },
  ],
  [
    "S13-late",
    "no terminal event, and the connection stays open after the finish reason",
    accepted,
    (s) => changed(s, (events) => [...without(events, "terminal", "usage"), { do: "hang" }]),
    chat,
    { limits: {} },
  ],
);

function waiting(seconds: number): (string | Step)[] {
  return Array.from({ length: seconds }, () => [": PROCESSING\n\n", wait(1_000)]).flat();
}

const spoilt = rows(
  "ab",
  [
    "S09",
    "an event of more than 1 MiB",
    bad("server", "too_large"),
    (s) => changed(s, (events) => amid(events, 'data: {"x":"', ...Array.from({ length: 20 }, () => "x".repeat(60_000)), '"}\n\n')),
    all,
    { rare: 20 },
  ],
  [
    "S10",
    "a line without end",
    bad("server", "too_large"),
    () => stream(["data: ", { do: "flood", bytes: Buffer.alloc(65_536, "x"), times: 3_000 }]),
    all,
    { rare: 20 },
  ],
  [
    "S11",
    "data lines without a blank one, for ever",
    bad("server", "too_large"),
    () => stream([{ do: "flood", bytes: Buffer.from("data: x\n".repeat(4_096)), times: 3_000 }]),
    all,
    { rare: 20 },
  ],
  [
    "S12",
    "the end without finish reason and terminal event",
    bad("contract", "stream_cut"),
    (s) => changed(s, (events) => without(events, "finish", "usage", "terminal")),
    all,
  ],
  [
    "S14-messages",
    "a finish reason without the terminal event that this dialect has",
    bad("contract", "stream_cut"),
    (s) => changed(s, (events) => without(events, "terminal")),
    messages,
  ],
  [
    "S15",
    "the terminal event first",
    bad("contract"),
    (s) => changed(s, (events) => [...events.filter(({ part }) => part === "terminal"), ...events]),
    all,
  ],
  [
    "S17",
    "an error event after nine tenths",
    bad("server"),
    (s) =>
      changed(s, (events) => {
        const at = events.findIndex(({ part }) => part === "finish");
        return [...events.slice(0, at), errorEvent(s)];
      }),
    all,
  ],
  [
    "S17-ended",
    "an error event before a proper end",
    bad("server"),
    (s) =>
      changed(s, (events) => {
        const at = events.findIndex(({ part }) => part === "finish");
        return [...events.slice(0, at), errorEvent(s), ...events.slice(at)];
      }),
    all,
  ],
  ["S18", "an error event and nothing else", bad("server"), (s) => stream([errorEvent(s)]), all],
  [
    "S19",
    "an error body with status 200 where a stream was asked for",
    bad("server"),
    (s) => respond(200, JSON.stringify(s.profile.error({ ...serverWords, message: s.marker }))),
    all,
  ],
  [
    "S20",
    "only another choice than the first",
    bad("contract"),
    (s) =>
      changed(s, (events) =>
        events.map((event): Event =>
          isRecord(event.data) && Array.isArray(event.data.choices)
            ? { ...event, data: { ...event.data, choices: event.data.choices.map((one) => (isRecord(one) ? { ...one, index: 1 } : one)) } }
            : event,
        ),
      ),
    chat,
  ],
  [
    "S21",
    "two pieces in the wrong order",
    bad("contract"),
    (s) =>
      changed(s, (events) => {
        const at = events.findIndex(({ part }) => part === "first");
        const [first, second] = [events[at], events[at + 1]];
        return first === undefined || second === undefined ? events : [...events.slice(0, at), second, first, ...events.slice(at + 2)];
      }),
    { ...all, asks: json },
  ],
  [
    "S22",
    "a piece twice",
    bad("contract"),
    (s) => changed(s, (events) => afterPart(events, "first", ...events.filter(({ part }) => part === "first"))),
    { ...all, asks: json },
  ],
  [
    "S23",
    "a piece missing",
    bad("contract"),
    (s) =>
      changed(s, (events) => {
        const at = events.findIndex(({ part }) => part === "piece");
        return [...events.slice(0, at), ...events.slice(at + 1)];
      }),
    { ...all, asks: grammar },
  ],
  [
    "S24",
    "usage and nothing else",
    bad("contract"),
    (s) => changed(s, (events) => without(events, "open", "block", "first", "piece", "close", "finish")),
    all,
  ],
  [
    "S24-silent",
    "a proper stream that says nothing",
    bad("contract", "empty_answer"),
    (s) => changed(s, (events) => without(events, "first", "piece")),
    { ...all, asks: ["text", "must", "object", "order", "report"] },
  ],
  [
    "S25",
    "two finish reasons that contradict each other, the good one last",
    bad(["contract", "policy"]),
    (s) =>
      changed(s, (events) => {
        const at = events.findIndex(({ part }) => part === "finish");
        const other =
          s.profile.dialect === "openai-chat"
            ? like(events, choices({ index: 0, delta: {}, finish_reason: "length" }))
            : like(events, () => ({ type: "message_delta", delta: { stop_reason: "max_tokens" } }));
        return [...events.slice(0, at), other.name === undefined ? other : { ...other, name: "message_delta" }, ...events.slice(at)];
      }),
    all,
  ],
  [
    "S25-last",
    "two finish reasons that contradict each other, the bad one last",
    bad(["contract", "policy"]),
    (s) =>
      changed(s, (events) =>
        afterPart(
          events,
          "finish",
          s.profile.dialect === "openai-chat"
            ? like(events, choices({ index: 0, delta: {}, finish_reason: "length" }))
            : { part: "piece", name: "message_delta", data: { type: "message_delta", delta: { stop_reason: "max_tokens" } } },
        ),
      ),
    all,
  ],
  [
    "S26-chat",
    "text after the finish reason",
    bad("contract"),
    (s) =>
      changed(s, (events) =>
        afterPart(events, "finish", like(events, choices({ index: 0, delta: { content: " More." }, finish_reason: null }))),
      ),
    { ...chat, asks: ["text"] },
  ],
  [
    "S26-messages",
    "text after the stop reason",
    bad("contract"),
    (s) =>
      changed(s, (events) =>
        afterPart(
          events,
          "finish",
          like(events, () => ({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text: " More." } })),
        ),
      ),
    { ...messages, asks: ["text"] },
  ],
  [
    "S27",
    "a call of a tool that was not offered",
    bad("contract", "unknown_tool"),
    (s) => changed({ ...s, said: { text: null, calls: [{ name: "run_shell", arguments: "{}" }] } }, (events) => events),
    { ...all, asks: ["text"] },
  ],
  [
    "S30-garbage",
    "an event that is not JSON",
    bad("contract", "malformed_event"),
    (s) => changed(s, (events) => amid(events, 'data: {"id":"x","choi\n\n')),
    all,
  ],
  [
    "S30-text",
    "an event that is a status in prose",
    bad("rate_limit"),
    (s) => changed(s, (events) => amid(events, "data: 429 Too Many Requests\n\n")),
    chat,
  ],
  [
    "S31",
    "an answer of another model in the middle",
    bad("contract", "changed"),
    (s) =>
      changed(s, (events) =>
        amid(
          events,
          like(events, (data) => ({ ...data, choices: [], model: "zz-other-9" })),
        ),
      ),
    chat,
  ],
  [
    "S35",
    "two answers in one stream",
    bad("contract"),
    (s) => {
      const more = s.profile.events({ ...s, nonce: "000000000000" });
      return changed(s, (events) => [...without(events, "finish", "usage", "terminal"), ...more]);
    },
    { ...messages, asks: grammar },
  ],
  [
    "S36",
    "a stream that turns into HTML",
    bad("contract"),
    (s) => changed(s, (events) => [...events.slice(0, 3), "<html><body>502 Bad Gateway</body></html>"]),
    all,
  ],
);

const odd = rows(
  "ab",
  [
    "S37",
    "an empty event between the others",
    either("an event without data is none"),
    (s) => changed(s, (events) => amid(events, "data:\n\n")),
    all,
  ],
  [
    "S38",
    "an HTML page with a stream behind it",
    bad("contract", "not_an_answer"),
    (s) => ({ ...stream([`<html></html>${goodText(s)}`]) }),
    all,
  ],
);

export const streamLevel: readonly Kind[] = [...whole, ...late, ...spoilt, ...odd];
