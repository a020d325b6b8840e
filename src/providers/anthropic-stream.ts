import type { JsonObject, Reply, ToolCall } from "../exchange.js";
import { isObject, objectOf, parseJson, stringOf, wordOf } from "../json.js";
import { errorIn } from "../wire-error.js";
import { addBlock, refusalOf, usageOf } from "./anthropic-parts.js";
import { finishOf } from "./finish.js";
import type { StreamReader, WireEvent } from "./provider.js";

/** One reply out of named message events, complete only with `message_stop`. */
export function anthropicStream(): StreamReader {
  let reply = empty();
  const openCalls = new Map<unknown, ToolCall>();
  let usage: JsonObject = {};
  let done = false;

  function restart(): void {
    reply = empty();
    usage = {};
    done = false;
    openCalls.clear();
  }

  function note(irregularity: Reply["irregularities"][number]): void {
    if (!reply.irregularities.includes(irregularity)) reply.irregularities.push(irregularity);
  }

  /** Counts are cumulative, and the last event has the true ones (recorded: 1128 in the first, 2411 in the last). */
  function count(latest: JsonObject | null): void {
    for (const [key, value] of Object.entries(latest ?? {})) if (value !== null) usage = { ...usage, [key]: value };
    reply.usage = usageOf(usage);
  }

  const handlers: Record<string, (body: JsonObject) => void> = {
    message_start(body) {
      const message = objectOf(body.message) ?? {};
      if (done)
        restart(); // a recording of several whole turns: the last one is the answer
      else if (reply.id !== null || reply.model !== null) note("two_answers");
      reply.id ??= wordOf(message.id);
      reply.model ??= wordOf(message.model);
      count(objectOf(message.usage));
    },
    content_block_start(body) {
      const block = objectOf(body.content_block);
      const call = block === null ? null : addBlock(reply, block);
      if (call === null) return;
      openCalls.set(body.index, call);
      if (call.arguments === "{}") call.arguments = ""; // the start carries an empty input; the text follows in pieces
    },
    content_block_delta(body) {
      const delta = objectOf(body.delta) ?? {};
      reply.text += stringOf(delta.text) ?? "";
      reply.reasoning += stringOf(delta.thinking) ?? "";
      const call = openCalls.get(body.index);
      if (call !== undefined) call.arguments += stringOf(delta.partial_json) ?? "";
    },
    message_delta(body) {
      const delta = objectOf(body.delta) ?? {};
      const finish = finishOf(delta.stop_reason);
      if (finish.raw !== null) reply.finish = finish;
      reply.refusal ??= refusalOf(delta);
      count(objectOf(body.usage));
    },
    message_stop() {
      done = true;
    },
    error(body) {
      reply.error ??= errorIn(body) ?? errorIn({ error: body });
    },
  };

  return {
    push({ event, data }: WireEvent) {
      const body = parseJson(data);
      if (!isObject(body)) return data.trim() === "[DONE]" ? undefined : note("malformed_event");
      const type = stringOf(body.type) ?? event ?? "";
      const handle = Object.hasOwn(handlers, type) ? handlers[type] : undefined;
      if (handle !== undefined) handle(body);
      else reply.error ??= errorIn(body);
    },
    size: () =>
      reply.text.length +
      reply.reasoning.length +
      (reply.refusal?.length ?? 0) +
      reply.tool_calls.reduce((sum, call) => sum + 1 + call.arguments.length, 0),
    ending: () => done || reply.finish.raw !== null || reply.error !== null,
    text: () => reply.text,
    done: () => done,
    reply: () => ({
      ...reply,
      tool_calls: reply.tool_calls.map((call) => (call.arguments === "" ? { ...call, arguments: "{}" } : call)),
      terminal: done,
    }),
  };
}

const empty = (): Reply => ({
  text: "",
  reasoning: "",
  tool_calls: [],
  refusal: null,
  finish: finishOf(null),
  usage: null,
  model: null,
  other_models: [],
  id: null,
  error: null,
  streamed: true,
  terminal: false,
  irregularities: [],
});
