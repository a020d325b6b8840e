import type { Fate, Json, Said, Setting } from "../nouns.js";
import { changedBody, replaced, saying } from "../wires.js";
import { jsonAsks, schemaAsks } from "../asks.js";
import { bad } from "./rows.js";

/** What the kinds of answers are made of: the answer, its document, and ways to change them. */

export const chatBody = { forms: ["body" as const], dialects: ["openai-chat" as const] };
export const messagesBody = { forms: ["body" as const], dialects: ["anthropic-messages" as const] };
export const serverWords = { type: "server_error", code: "server_error" };
export const plus = (setting: Setting, fields: Record<string, Json>) => changedBody(setting, (body) => ({ ...body, ...fields }));

export const json = { asks: jsonAsks };
export const typed = { asks: schemaAsks };
export const inText = (setting: Setting, change: (text: string) => string) => saying(setting, { text: change(setting.said.text ?? "") });

/** The document with another value at a path, written as JSON. */
export const inDocument = (setting: Setting, path: readonly string[], change: (old: Json) => Json | undefined) =>
  inText(setting, (text) => JSON.stringify(replaced(read(text), path, change)));

export function read(text: string): Json {
  const value: Json = JSON.parse(text);
  return value;
}

export const other: Said = { text: "I'm sorry, but I can't assist with that request.", calls: [] };
export const notJson: Fate = bad("contract", ["not_json", "cut_json", "mismatch"]);
export const mismatch = bad("contract", "mismatch");
export const fence = (text: string): string => `\`\`\`json\n${text}\n\`\`\``;
