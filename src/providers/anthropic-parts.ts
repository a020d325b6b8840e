import type { Json, JsonObject, Reply, ToolCall, Usage } from "../exchange.js";
import { countOf, isObject, objectOf, stringOf, wordOf } from "../json.js";

/** Pieces of the messages dialect that a whole body and a stream share. */

/** Adds one content block; blocks of server-side tools are neither text nor calls of the caller's tools. */
export function addBlock(reply: Reply, block: JsonObject): ToolCall | null {
  if (block.type === "text") reply.text += stringOf(block.text) ?? "";
  else if (block.type === "thinking") reply.reasoning += stringOf(block.thinking) ?? "";
  else if (block.type === "tool_use") {
    const input = isObject(block.input) && Object.keys(block.input).length === 0 ? "" : JSON.stringify(block.input ?? {});
    const call = { id: wordOf(block.id), name: stringOf(block.name) ?? "", arguments: input === "" ? "{}" : input };
    reply.tool_calls.push(call);
    return call;
  }
  return null;
}

/** A refusal has no text of its own in this dialect: its category and explanation stand in for it. */
export function refusalOf(body: JsonObject): string | null {
  if (body.stop_reason !== "refusal") return null;
  const details = objectOf(body.stop_details);
  return [stringOf(details?.category), stringOf(details?.explanation)].filter((part) => part !== null).join(": ") || "refusal";
}

/** `input_tokens` excludes what was read from and written to the cache; our `prompt_tokens` includes both. */
export function usageOf(value: Json | undefined): Usage | null {
  const usage = objectOf(value);
  if (usage === null) return null;
  const input = countOf(usage.input_tokens);
  const cached = countOf(usage.cache_read_input_tokens);
  const written = countOf(usage.cache_creation_input_tokens);
  const completion = countOf(usage.output_tokens);
  if (input === null && completion === null) return null;
  return {
    prompt_tokens: input === null ? null : input + (cached ?? 0) + (written ?? 0),
    completion_tokens: completion,
    cached_tokens: cached,
    cache_write_tokens: written,
    reasoning_tokens: countOf(objectOf(usage.output_tokens_details)?.thinking_tokens),
  };
}
