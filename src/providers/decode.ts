import { createParser } from "eventsource-parser";
import type { Reply } from "../exchange.js";
import { isObject, parseJson } from "../json.js";
import { anthropicMessages } from "./anthropic-messages.js";
import { openaiChat } from "./openai-chat.js";
import type { Dialect, StreamReader, WireEvent } from "./provider.js";

/** The longest single event of a stream that is taken, characters (security: an endless line must not fill memory). */
const maxEvent = 1_048_576;

const dialects: readonly Dialect[] = [openaiChat, anthropicMessages];

/** What a response text turned out to be. */
export type Decoded =
  | { form: "json" | "stream"; dialect: Dialect["id"]; reply: Reply }
  /** A JSON body of neither dialect: perhaps an error, perhaps just a JSON document. */
  | { form: "other-json" }
  | { form: "text" };

/** The blank line after the last event may be missing, but an event that was cut inside is none. */
function wholeLines(data: string): string {
  const last = data.slice(data.lastIndexOf("\n") + 1);
  const whole = [data, last].some((text) => text.trim() === "[DONE]" || parseJson(text) !== undefined);
  return whole ? data : data.slice(0, -last.length - 1);
}

/** Reads the events of a stream out of text that comes in pieces of any size. */
export function eventReader(onEvent: (event: WireEvent) => void, onOverflow: () => void): { feed(text: string): void; end(): void } {
  let state: "begun" | "going" | "ending" | "overflown" = "begun";
  const parser = createParser({
    onEvent(message) {
      const data = state === "ending" ? wholeLines(message.data) : message.data;
      if (data !== "") onEvent({ event: message.event ?? null, data });
    },
    onError(error) {
      if (error.type !== "max-buffer-size-exceeded") return;
      state = "overflown";
      onOverflow();
    },
    maxBufferSize: maxEvent,
  });
  return {
    feed(text) {
      if (state === "overflown" || text === "") return;
      const first = state === "begun" && text.startsWith("\uFEFF");
      state = "going";
      parser.feed(first ? text.slice(1) : text);
    },
    end() {
      if (state === "overflown") return;
      state = "ending";
      parser.feed("\n\n");
    },
  };
}

/** Whether a text begins like an event stream; judged by content, since content types lie. */
export const looksLikeStream = (text: string): boolean => /^\uFEFF?\s*(?:data|event|id|retry)?:/.test(text);

/** Picks the dialect by the first event that shows it. */
const dialectOf = (event: WireEvent): Dialect | null => {
  // Where line ends stand for the ends of events, several of them come as one.
  const body = parseJson(event.data) ?? event.data.split("\n").map(parseJson).find(isObject);
  if (!isObject(body)) return event.data.trim() === "[DONE]" ? openaiChat : null;
  if (body.type === "ping") return null; // may come before the event that tells
  if (typeof body.type === "string" && ("message" in body || "delta" in body || "content_block" in body || "error" in body))
    return anthropicMessages;
  return openaiChat;
};

/** Decodes a whole response text of either dialect, streamed or not. `preferred` is the dialect the request was made in. */
export function decode(text: string, preferred?: Dialect): Decoded {
  if (looksLikeStream(text)) return decodeStream(text, preferred);
  const body = parseJson(text);
  if (body === undefined) return { form: "text" };
  if (!isObject(body)) return { form: "other-json" };
  const dialect = (preferred?.recognises(body) === true ? preferred : undefined) ?? dialects.find((one) => one.recognises(body));
  return dialect === undefined ? { form: "other-json" } : { form: "json", dialect: dialect.id, reply: dialect.read(body) };
}

function decodeStream(text: string, preferred?: Dialect): Decoded {
  let dialect = preferred;
  let reader: StreamReader | undefined = preferred?.stream();
  const early: WireEvent[] = [];
  const events = eventReader(
    (event) => {
      early.push(event);
      if (reader !== undefined) return reader.push(event);
      dialect = dialectOf(event) ?? undefined;
      reader = dialect?.stream();
      for (const one of early) reader?.push(one);
    },
    () => undefined, // the event is dropped, so the answer will not be whole
  );
  events.feed(text);
  events.end();
  if (dialect === undefined || reader === undefined) return { form: "text" };
  return { form: "stream", dialect: dialect.id, reply: reader.reply() };
}
