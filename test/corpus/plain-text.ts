import type { Json, JsonObject } from "../../src/exchange.js";
import { isObject, listOf, objectOf, parseJson, stringOf } from "../../src/json.js";
import { looksLikeStream } from "../../src/providers/decode.js";
import type { Recorded } from "./recordings.js";

/** The events of a stream, read as plainly as can be, to have a second opinion on the text. */
const plainEvents = (body: string): JsonObject[] =>
  body
    .split(/\r?\n/)
    .filter((line) => /^data:\s*\{/.test(line))
    .map((line) => parseJson(line.slice(5)))
    .filter(isObject);

const partText = (content: Json | undefined): string =>
  typeof content === "string"
    ? content
    : listOf(content)
        .map((part) => stringOf(objectOf(part)?.text) ?? "")
        .join("");

/** The visible text by a second, naive reader. */
export function plainText({ body, stream }: Recorded): string {
  if (stream && looksLikeStream(body)) {
    const events = plainEvents(body);
    // A recording of several turns ends with the one that counts.
    const starts = events.map((event) => event.type).lastIndexOf("message_start");
    return events
      .slice(Math.max(0, starts))
      .map((event) => {
        const choice = listOf(event.choices ?? objectOf(event.output)?.choices)
          .map(objectOf)
          .find((one) => (one?.index ?? 0) === 0);
        const said = event.type === "content_block_delta" ? stringOf(objectOf(event.delta)?.text) : null;
        return said ?? partText(objectOf(choice?.delta ?? choice?.message)?.content);
      })
      .join("");
  }
  const parsed = objectOf(parseJson(body)) ?? {};
  const choice = objectOf(listOf(parsed.choices ?? objectOf(parsed.output)?.choices)[0]);
  const whole = parsed.content ?? objectOf(parsed.output)?.text;
  return partText(choice === null ? whole : objectOf(choice.message)?.content);
}
