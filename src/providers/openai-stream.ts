import type { Json, JsonObject, Reply, ToolCall } from "../exchange.js";
import { isObject, listOf, objectOf, parseJson, stringOf, wordOf } from "../json.js";
import { errorIn } from "../wire-error.js";
import { finishOf } from "./finish.js";
import { argumentsText, contentOf, usageOf } from "./openai-parts.js";
import type { StreamReader, WireEvent } from "./provider.js";

/** One reply out of `chat.completion.chunk` events, ended by `[DONE]` or by a finish reason. */
export function openaiStream(): StreamReader {
  const reply: Reply = {
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
  };
  const calls = toolCallAssembly(reply.tool_calls);
  let chunks = 0;
  let done = false;

  function take(body: JsonObject, event: string | null): void {
    chunks += 1;
    reply.error ??= errorIn(body) ?? (event === "error" ? errorIn({ error: body }) : null);
    const model = wordOf(body.model);
    if (model !== null && reply.model !== null && model !== reply.model && !reply.other_models.includes(model))
      reply.other_models.push(model);
    reply.model ??= model;
    reply.id ??= wordOf(body.id) ?? wordOf(body.request_id);
    const native = objectOf(body.output);
    reply.usage = usageOf(body.usage) ?? usageOf(objectOf(body.x_groq)?.usage) ?? reply.usage;
    const choices = listOf(body.choices ?? native?.choices).map(objectOf);
    const choice = choices.find((one) => (one?.index ?? 0) === 0) ?? null;
    if (choice !== null) takeChoice(choice);
    else if (native !== null) takeChoice({ message: { content: native.text ?? null }, finish_reason: native.finish_reason ?? null });
  }

  function takeChoice(choice: JsonObject): void {
    reply.error ??= errorIn({ error: choice.error ?? null });
    const delta = objectOf(choice.delta) ?? objectOf(choice.message) ?? {};
    const content = contentOf(delta.content);
    if (content === null) note("bad_shape");
    const said = content?.text ?? "";
    if (said !== "" && reply.finish.raw !== null && choice.delta !== undefined) note("after_finish");
    // DashScope's native framing repeats the whole answer in every event unless it was asked for increments.
    reply.text = choice.delta === undefined && said.startsWith(reply.text) ? said : reply.text + said;
    reply.reasoning += (stringOf(delta.reasoning_content) ?? stringOf(delta.reasoning) ?? "") + (content?.reasoning ?? "");
    const refusal = wordOf(delta.refusal);
    if (refusal !== null) reply.refusal = (reply.refusal ?? "") + refusal;
    for (const call of listOf(delta.tool_calls)) calls.add(call);
    if (isObject(delta.function_call)) calls.add({ index: 0, function: delta.function_call });
    const finish = finishOf(choice.finish_reason);
    if (finish.raw === null) return;
    reply.finish = finish;
    // Together repeats the finish reason in the middle of some streams: what counts is whether the text ends with it.
    reply.irregularities = reply.irregularities.filter((one) => one !== "after_finish");
  }

  function note(irregularity: Reply["irregularities"][number]): void {
    if (!reply.irregularities.includes(irregularity)) reply.irregularities.push(irregularity);
  }

  return {
    push({ event, data }: WireEvent) {
      if (data.trim() === "[DONE]") {
        done = true;
        return;
      }
      const body = parseJson(data);
      if (isObject(body)) return take(body, event);
      // Some servers end a line where an event should end: then each line is an event of its own.
      if (data.includes("\n")) return data.split("\n").forEach((line) => this.push({ event, data: line.replace(/^data:/, "") }));
      const status = /^\s*([45]\d\d)\b/.exec(data)?.[1];
      if (status !== undefined)
        reply.error ??= {
          status: Number(status),
          code: null,
          type: null,
          param: null,
          message: data.trim().slice(0, 500),
          retry_after_ms: null,
        };
      else note("malformed_event");
    },
    size: () =>
      reply.text.length +
      reply.reasoning.length +
      (reply.refusal?.length ?? 0) +
      reply.tool_calls.reduce((sum, call) => sum + 1 + call.arguments.length, 0),
    ending: () => done || reply.finish.raw !== null || reply.error !== null,
    text: () => reply.text,
    done: () => done,
    reply() {
      const nothing = chunks > 0 && !done && reply.finish.raw === null && reply.text === "" && reply.tool_calls.length === 0;
      if (nothing && reply.error === null && reply.reasoning === "") note("no_choices");
      return { ...reply, terminal: done || reply.finish.raw !== null };
    },
  };
}

/** Tool calls arrive in pieces, told apart by index, else by id; a piece with neither continues the last call. */
function toolCallAssembly(calls: ToolCall[]): { add(piece: Json): void } {
  const byIndex = new Map<Json, ToolCall>();
  const find = (index: Json | undefined, id: string | null): ToolCall | undefined => {
    const indexed = index === undefined || index === null ? undefined : byIndex.get(index);
    // Some hosts give every call index 0: a new id with a name of its own is a new call.
    if (indexed !== undefined) return id !== null && indexed.id !== null && id !== indexed.id ? undefined : indexed;
    if (index !== undefined && index !== null) return undefined;
    return id === null ? calls.at(-1) : calls.find((call) => call.id === id);
  };
  return {
    add(piece) {
      if (!isObject(piece)) return;
      const called = objectOf(piece.function);
      const id = wordOf(piece.id);
      let call = find(piece.index, id);
      if (call === undefined) {
        call = { id, name: "", arguments: "" };
        calls.push(call);
        if (piece.index !== undefined) byIndex.set(piece.index, call);
      }
      const name = stringOf(called?.name) ?? "";
      if (call.name !== name) call.name += name;
      call.arguments += argumentsText(called?.arguments);
    },
  };
}
