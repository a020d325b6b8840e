import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { once } from "node:events";
import type { Json, JsonObject } from "../../src/exchange.js";
import { isObject, stringOf } from "../../src/json.js";

/**
 * An HTTP upstream made of bytes, on loopback: every byte of an answer is the test's own, so it can be wrong in any way. It
 * shares nothing with src/sandbox, and counts on its own side what really arrived.
 */

export interface Received {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
  /** Number of the connection it came on, from 1. */
  connection: number;
  /** Milliseconds since the upstream was started. */
  at: number;
}

/** One connection, as a behaviour sees it. Writing to one that has gone is no error. */
export interface Wire {
  /** Resolves once the bytes are out of our hands; `false` when the other side has gone. */
  write(bytes: string | Uint8Array): Promise<boolean>;
  pause(ms: number): Promise<void>;
  fin(): void;
  rst(): void;
  alive(): boolean;
}

export type Play = (wire: Wire, request: Received) => void | Promise<void>;

/**
 * What happens to a request. `accept`: to its connection, before a byte is looked at; `unread`: the same, and nothing is ever
 * read; `half`: when about half of the body has come.
 */
export type Behaviour = Play | { at: Moment; play: Play };
type Moment = "accept" | "unread" | "half";

export interface RawUpstream {
  /** `http://127.0.0.1:port` */
  url: string;
  port: number;
  requests: Received[];
  /** Connections open now, and accepted in all. */
  connections(): number;
  accepted(): number;
  /** Replaces what is still to come; the last behaviour repeats. */
  script(...behaviours: Behaviour[]): void;
  close(): Promise<void>;
}

/** Each request meets the next behaviour; the last one repeats. */
export async function rawUpstream(...behaviours: Behaviour[]): Promise<RawUpstream> {
  const upstream = new Upstream(behaviours);
  await upstream.listen();
  return upstream;
}

class Upstream implements RawUpstream {
  readonly requests: Received[] = [];
  port = 0;
  #script: Behaviour[];
  #accepted = 0;
  readonly #open = new Set<Socket>();
  readonly #server: Server;
  readonly #started = performance.now();

  constructor(behaviours: readonly Behaviour[]) {
    this.#script = [...behaviours];
    // Half-open: whether this side closes too when the other has is the behaviour's business.
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(socket));
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async listen(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    const address: AddressInfo | string | null = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    this.port = address.port;
  }

  connections(): number {
    return this.#open.size;
  }

  accepted(): number {
    return this.#accepted;
  }

  script(...behaviours: Behaviour[]): void {
    this.#script = [...behaviours];
  }

  async close(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  #next(): Behaviour {
    const [first, ...rest] = this.#script;
    if (first === undefined) throw new Error("the upstream has no script");
    if (rest.length > 0) this.#script = rest;
    return first;
  }

  /** Only a behaviour for this moment is taken from the script. */
  #take(moment: Moment): Play | null {
    const [first] = this.#script;
    if (typeof first !== "object" || first.at !== moment) return null;
    this.#next();
    return first.play;
  }

  #accept(socket: Socket): void {
    this.#accepted += 1;
    const connection = this.#accepted;
    this.#open.add(socket);
    socket.on("close", () => this.#open.delete(socket));
    socket.on("error", () => undefined); // resets are what many tests are about
    socket.on("end", () => socket.end()); // the client closed; a server that lives on would only hold the port
    const wire = wireOf(socket);
    const blank = { method: "", path: "", headers: {}, body: "", connection, at: performance.now() - this.#started };
    const unread = this.#take("unread");
    const first = unread ?? this.#take("accept");
    if (unread !== null) socket.pause();
    else if (first !== null) socket.resume();
    if (first === null) this.#read(socket, wire, connection);
    else void first(wire, blank);
  }

  #read(socket: Socket, wire: Wire, connection: number): void {
    let bytes = Buffer.alloc(0);
    let taken = false;
    socket.on("data", (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      const end = bytes.indexOf("\r\n\r\n");
      if (end < 0) return;
      const request = parseHead(bytes.subarray(0, end).toString("latin1"), connection, performance.now() - this.#started);
      const length = Number(request.headers["content-length"] ?? "0");
      const have = bytes.length - end - 4;
      if (!taken && have >= length / 2 && have < length) {
        const play = this.#take("half");
        if (play !== null) {
          taken = true;
          this.requests.push({ ...request, body: bytes.subarray(end + 4).toString("utf8") });
          void play(wire, request);
        }
      }
      if (have < length) return;
      request.body = bytes.subarray(end + 4, end + 4 + length).toString("utf8");
      bytes = bytes.subarray(end + 4 + length);
      if (taken) taken = false;
      else {
        this.requests.push(request);
        const next = this.#next();
        void (typeof next === "function" ? next : next.play)(wire, request);
      }
    });
  }
}

function parseHead(head: string, connection: number, at: number): Received {
  const [start = "", ...lines] = head.split("\r\n");
  const [method = "", path = ""] = start.split(" ");
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
  );
  return { method, path, headers, body: "", connection, at };
}

function wireOf(socket: Socket): Wire {
  return {
    write: (bytes) =>
      new Promise((resolve) => {
        if (!socket.writable) return resolve(false);
        const gone = () => resolve(false);
        socket.once("close", gone);
        socket.write(bytes, (error) => {
          socket.off("close", gone);
          resolve(error === null || error === undefined);
        });
      }),
    pause: (ms) =>
      new Promise((resolve) => {
        const done = () => {
          clearTimeout(timer);
          socket.off("close", done);
          resolve();
        };
        const timer = setTimeout(done, ms);
        socket.once("close", done); // nobody is left to wait for
      }),
    fin: () => void socket.end(),
    rst: () => void socket.resetAndDestroy(),
    alive: () => !socket.destroyed && socket.writable,
  };
}

// ---- behaviours -----------------------------------------------------------------------------------------------------

export const head = (status: number | string, headers: Readonly<Record<string, string | number>> = {}): string =>
  `HTTP/1.1 ${typeof status === "number" ? `${status} Status` : status}\r\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("")}\r\n`;

export const jsonHeaders = (body: string | Uint8Array) => ({
  "content-type": "application/json",
  "content-length": typeof body === "string" ? Buffer.byteLength(body) : body.length,
});

/** Bytes as they are. */
export const raw =
  (...pieces: (string | Uint8Array)[]): Play =>
  async (wire) => {
    for (const piece of pieces) await wire.write(piece);
  };

/** A response with a content length that is right unless the headers say otherwise. */
export const respond =
  (status: number, body: string | Uint8Array, headers: Readonly<Record<string, string | number>> = {}): Play =>
  async (wire) => {
    await wire.write(head(status, { ...jsonHeaders(body), ...headers }));
    await wire.write(body);
  };

export const errorBody = (message = "it went wrong", code = "some_code", type = "some_type"): string =>
  JSON.stringify({ error: { message, type, code, param: null } });

/** Several plays on one connection, one after another. */
export const sequence =
  (...plays: Play[]): Play =>
  async (wire, request) => {
    for (const play of plays) await play(wire, request);
  };

export const after =
  (ms: number): Play =>
  (wire) =>
    wire.pause(ms);

export const silence: Play = () => undefined;
export const fin: Play = (wire) => wire.fin();
export const rst: Play = (wire) => wire.rst();

/** A piece of so many bytes at a time, with a pause after each. */
export const drip =
  (text: string | Uint8Array, every_ms: number, size = 1): Play =>
  async (wire) => {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length && wire.alive(); at += size) {
      await wire.write(bytes.subarray(at, at + size));
      await wire.pause(every_ms);
    }
  };

/** So many bytes of one character, never more of them in flight than the reader takes. */
export const flood =
  (bytes: number, character = "x"): Play =>
  async (wire) => {
    const piece = Buffer.alloc(65_536, character);
    for (let sent = 0; sent < bytes; sent += piece.length) if (!(await wire.write(piece))) return;
  };

/** Chunks of the transfer coding, with a pause before each but the first. */
export const chunked =
  (pieces: readonly (string | Uint8Array)[], options: { pause_ms?: number; end?: boolean; type?: string } = {}): Play =>
  async (wire) => {
    await wire.write(head(200, { "content-type": options.type ?? "text/event-stream", "transfer-encoding": "chunked" }));
    for (const [at, piece] of pieces.entries()) {
      if (at > 0 && options.pause_ms !== undefined) await wire.pause(options.pause_ms);
      const bytes = Buffer.from(piece);
      await wire.write(Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]));
    }
    if (options.end !== false) await wire.write("0\r\n\r\n");
  };

// ---- answers --------------------------------------------------------------------------------------------------------

export interface Answer {
  text?: string;
  /** Default: the model that was asked for. */
  model?: string;
  /** The provider's own word; default: how its dialect says that all is well. */
  finish?: string | null;
  usage?: { input: number; output: number } | null;
}

const answerText = "The sky is blue because air scatters short wavelengths more than long ones.";

interface Asked {
  anthropic: boolean;
  stream: boolean;
  model: string;
}

export function askedOf(request: Received): Asked {
  const body: Json = JSON.parse(request.body);
  if (!isObject(body)) throw new Error("a request is a JSON object");
  return { anthropic: request.path.endsWith("/messages"), stream: body.stream === true, model: stringOf(body.model) ?? "" };
}

/** The events of an answer as the dialect of the request writes them. */
export function eventsOf(
  asked: Asked,
  { text = answerText, model = asked.model, finish, usage = { input: 20, output: 18 } }: Answer = {},
): string[] {
  const words = text.match(/\S+\s*|\s+/g) ?? [];
  return asked.anthropic ? anthropicEvents(model, words, finish, usage) : openaiEvents(model, words, finish, usage);
}

const event = (data: JsonObject, name?: string): string =>
  `${name === undefined ? "" : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`;

function openaiEvents(model: string, words: readonly string[], finish: string | null = "stop", usage: Answer["usage"] = null): string[] {
  const chunk = (choices: Json[], extra: JsonObject = {}) =>
    event({ id: "c-1", object: "chat.completion.chunk", created: 1, model, choices, ...extra });
  const delta = (part: JsonObject, reason: string | null = null) => chunk([{ index: 0, delta: part, finish_reason: reason }]);
  const counts = usage === null ? [] : [chunk([], { usage: openaiUsage(usage) })];
  return [
    delta({ role: "assistant", content: "" }),
    ...words.map((content) => delta({ content })),
    ...(finish === null ? [] : [delta({}, finish)]),
    ...counts,
    "data: [DONE]\n\n",
  ];
}

const openaiUsage = ({ input, output }: { input: number; output: number }): JsonObject => ({
  prompt_tokens: input,
  completion_tokens: output,
  total_tokens: input + output,
});

function anthropicEvents(
  model: string,
  words: readonly string[],
  finish: string | null = "end_turn",
  usage: Answer["usage"] = null,
): string[] {
  const input = usage === null ? {} : { usage: { input_tokens: usage.input, output_tokens: 1 } };
  const output = usage === null ? {} : { usage: { output_tokens: usage.output } };
  const message = { id: "msg-1", type: "message", role: "assistant", model, content: [], stop_reason: null, ...input };
  return [
    event({ type: "message_start", message }, "message_start"),
    event({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } }, "content_block_start"),
    ...words.map((text) => event({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text } }, "content_block_delta")),
    event({ type: "content_block_stop", index: 0 }, "content_block_stop"),
    event({ type: "message_delta", delta: { stop_reason: finish }, ...output }, "message_delta"),
    event({ type: "message_stop" }, "message_stop"),
  ];
}

/** The body of an answer that is not streamed. */
export function bodyOf(
  asked: Asked,
  { text = answerText, model = asked.model, finish, usage = { input: 20, output: 18 } }: Answer = {},
): JsonObject {
  if (asked.anthropic) {
    const counts = usage === null ? {} : { usage: { input_tokens: usage.input, output_tokens: usage.output } };
    return {
      id: "msg-1",
      type: "message",
      role: "assistant",
      model,
      content: [{ type: "text", text }],
      stop_reason: finish === undefined ? "end_turn" : finish,
      ...counts,
    };
  }
  return {
    id: "c-1",
    object: "chat.completion",
    created: 1,
    model,
    choices: [{ index: 0, message: { role: "assistant", content: text }, finish_reason: finish === undefined ? "stop" : finish }],
    ...(usage === null ? {} : { usage: openaiUsage(usage) }),
  };
}

/** An answer in the dialect, and in the form (streamed or not), that the request asks for. */
export const good =
  (answer: Answer = {}): Play =>
  async (wire, request) => {
    const asked = askedOf(request);
    if (asked.stream) return chunked(eventsOf(asked, answer))(wire, request);
    return respond(200, JSON.stringify(bodyOf(asked, answer)))(wire, request);
  };

/** A whole body whatever was asked for, changed before it is sent. */
export const goodBody =
  (change: (body: string) => string | Uint8Array = (body) => body, answer: Answer = {}): Play =>
  (wire, request) =>
    respond(200, change(JSON.stringify(bodyOf(askedOf(request), answer))))(wire, request);

/** An event stream whose events were changed before they are sent. */
export const goodEvents =
  (change: (events: string[]) => (string | Uint8Array)[], options: Parameters<typeof chunked>[1] & { answer?: Answer } = {}): Play =>
  (wire, request) =>
    chunked(change(eventsOf({ ...askedOf(request), stream: true }, options.answer)), options)(wire, request);

export { answerText };
