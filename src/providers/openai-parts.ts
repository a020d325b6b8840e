import type { Json, Usage } from "../exchange.js";
import { countOf, isObject, listOf, objectOf, stringOf } from "../json.js";

/** Pieces of the chat-completions dialect that a whole body and a stream share. */

/** Content is a string, null, absent, or a list of parts; anything else is `null`: not readable as an answer. */
export function contentOf(content: Json | undefined): { text: string; reasoning: string } | null {
  if (content === undefined || content === null) return { text: "", reasoning: "" };
  if (typeof content === "string") return { text: content, reasoning: "" };
  if (!Array.isArray(content)) return null;
  let text = "";
  let reasoning = "";
  for (const part of content) {
    if (!isObject(part)) return null;
    if (part.type === "thinking")
      reasoning += listOf(part.thinking)
        .map((piece) => stringOf(objectOf(piece)?.text) ?? "")
        .join("");
    else text += stringOf(part.text) ?? "";
  }
  return { text, reasoning };
}

/** Some hosts send the arguments as an object instead of text. */
export const argumentsText = (value: Json | undefined): string =>
  typeof value === "string" ? value : value === undefined || value === null ? "" : JSON.stringify(value);

/** Usage in every shape recorded: details objects, cached tokens at the top (Moonshot), hit/miss counts (DeepSeek), native names. */
export function usageOf(value: Json | undefined): Usage | null {
  const usage = objectOf(value);
  if (usage === null) return null;
  const prompt = objectOf(usage.prompt_tokens_details) ?? objectOf(usage.input_tokens_details);
  const completion = objectOf(usage.completion_tokens_details) ?? objectOf(usage.output_tokens_details);
  const counted: Usage = {
    prompt_tokens: countOf(usage.prompt_tokens) ?? countOf(usage.input_tokens),
    completion_tokens: countOf(usage.completion_tokens) ?? countOf(usage.output_tokens),
    cached_tokens: countOf(prompt?.cached_tokens) ?? countOf(usage.cached_tokens) ?? countOf(usage.prompt_cache_hit_tokens),
    cache_write_tokens:
      countOf(prompt?.cache_write_tokens) ?? countOf(prompt?.cache_creation_input_tokens) ?? countOf(usage.cache_creation_input_tokens),
    reasoning_tokens: countOf(completion?.reasoning_tokens) ?? countOf(usage.reasoning_tokens),
  };
  return counted.prompt_tokens === null && counted.completion_tokens === null ? null : counted;
}
