import type { JsonObject, Reply, ToolCall } from "../exchange.js";
import { nameOf } from "../excerpt.js";
import { isObject, objectOf, parseJson, stringOf, wordOf } from "../json.js";
import { blankReply, note, sizeOf } from "../reply.js";
import { errorIn } from "../wire-error.js";
import { addBlock, refusalOf, usageOf } from "./anthropic-parts.js";
import { finishOf, laterFinish } from "./finish.js";
import type { StreamReader, WireEvent } from "./provider.js";

/** One reply out of named message events, complete only with `message_stop`. */
export const anthropicStream = (): StreamReader => new AnthropicStream();

class AnthropicStream implements StreamReader {
  #reply = blankReply({ streamed: true, terminal: false });
  #openCalls = new Map<unknown, ToolCall>();
  /** How many content blocks have begun; they are numbered from 0, so a gap shows. */
  #blocks = 0;
  #usage: JsonObject = {};
  #done = false;
  #fresh = "";

  readonly #handlers: Readonly<Record<string, (body: JsonObject) => void>> = {
    message_start: (body) => this.#start(objectOf(body.message) ?? {}),
    content_block_start: (body) => this.#open(body),
    content_block_delta: (body) => this.#add(body.index, objectOf(body.delta) ?? {}),
    message_delta: (body) => this.#finish(objectOf(body.delta) ?? {}, objectOf(body.usage)),
    message_stop: () => (this.#done = true),
    error: (body) => (this.#reply.error ??= errorIn(body) ?? errorIn({ error: body })),
  };

  push({ event, data }: WireEvent): void {
    // A ping needs no data, and what we do not know may need none.
    if (data === "" && this.#handlerOf(event) === undefined) return;
    const body = parseJson(data);
    if (!isObject(body)) return data.trim() === "[DONE]" ? undefined : note(this.#reply, "malformed_event");
    const handle = this.#handlerOf(stringOf(body.type) ?? event);
    if (handle !== undefined) handle(body);
    else this.#reply.error ??= errorIn(event === "error" ? { error: body } : body);
  }

  size = () => sizeOf(this.#reply);
  ending = () => this.#done || this.#reply.finish.raw !== null || this.#reply.error !== null;
  text = () => this.#reply.text;
  model = () => this.#reply.model;
  done = () => this.#done;

  fresh(): string {
    const fresh = this.#fresh;
    this.#fresh = "";
    return fresh;
  }

  reply(): Reply {
    const tool_calls = this.#reply.tool_calls.map((call) => (call.arguments === "" ? { ...call, arguments: "{}" } : call));
    return { ...this.#reply, tool_calls, terminal: this.#done };
  }

  #handlerOf(type: string | null): ((body: JsonObject) => void) | undefined {
    return type !== null && Object.hasOwn(this.#handlers, type) ? this.#handlers[type] : undefined;
  }

  #start(message: JsonObject): void {
    if (this.#done) this.#restart();
    else if (this.#reply.id !== null || this.#reply.model !== null) note(this.#reply, "two_answers");
    this.#reply.id ??= wordOf(message.id);
    this.#reply.model ??= nameOf(message.model);
    this.#count(objectOf(message.usage));
  }

  /** A recording of several whole turns: the last one is the answer. */
  #restart(): void {
    this.#reply = blankReply({ streamed: true, terminal: false });
    this.#openCalls = new Map();
    this.#blocks = 0;
    this.#usage = {};
    this.#done = false;
  }

  #open(body: JsonObject): void {
    const block = objectOf(body.content_block);
    if (typeof body.index === "number" && body.index !== this.#blocks) note(this.#reply, "missing_event");
    this.#blocks += 1;
    const call = block === null ? null : addBlock(this.#reply, block);
    if (call === null) return;
    this.#openCalls.set(body.index, call);
    if (call.arguments === "{}") call.arguments = ""; // the start carries an empty input; the text follows in pieces
  }

  #add(index: unknown, delta: JsonObject): void {
    if (typeof index === "number" && index >= this.#blocks) note(this.#reply, "missing_event");
    const said = stringOf(delta.text) ?? "";
    if (said !== "" && this.#reply.finish.raw !== null) note(this.#reply, "after_finish");
    this.#reply.text += said;
    this.#fresh += said;
    this.#reply.reasoning += stringOf(delta.thinking) ?? "";
    const call = this.#openCalls.get(index);
    if (call !== undefined) call.arguments += stringOf(delta.partial_json) ?? "";
  }

  #finish(delta: JsonObject, usage: JsonObject | null): void {
    const finish = finishOf(delta.stop_reason);
    this.#reply.finish = laterFinish(this.#reply.finish, finish);
    this.#reply.refusal ??= refusalOf(delta);
    this.#count(usage);
  }

  /** Counts are cumulative, and the last event has the true ones (recorded: 1128 in the first, 2411 in the last). */
  #count(latest: JsonObject | null): void {
    for (const [key, value] of Object.entries(latest ?? {})) if (value !== null) this.#usage[key] = value;
    this.#reply.usage = usageOf(this.#usage);
  }
}
