import * as z from "zod";
import { codeWord } from "../excerpt.js";
import type { Delivery, Finding, Reply } from "../exchange.js";
import { defineDimension, excerpt, fail, warn, type Bench } from "./dimension.js";
import { loopOf } from "./loop.js";

const options = z.strictObject({
  format: z.enum(["text", "json"]).optional().describe("json: the answer must be exactly one JSON document"),
  unwrap_fence: z.boolean().optional().describe("accept one JSON document inside one Markdown fence, and hand over what is inside"),
});

export type StructureOptions = z.infer<typeof options>;

/** Characters that show nothing: white space, zero-width characters, byte-order mark. */
const invisible = /^[\s\u200b-\u200f\u2060\ufeff\u00ad]*$/;
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

export const structure = defineDimension({
  name: "structure",
  asks: "is there a whole answer of the asked form",
  fails_on:
    "an error inside a success; no answer in the envelope; nothing visible and no tool call; not one JSON document when JSON was asked; a looping tail",
  warns_on: "control characters",
  options,
  check(_options, { reply }: Delivery, bench: Bench) {
    // An error or an empty envelope explains by itself why nothing is there.
    const broken = envelope(reply);
    const findings = broken.length > 0 ? broken : presence(reply);
    if (findings.length > 0) return findings;
    const loop = loopOf(reply.text);
    if (loop !== null)
      findings.push(
        fail("degenerate", "The text ends in a loop.", "a text that comes to an end", `${loop.times} × ${excerpt(loop.period, 60)}`),
      );
    const asJson = bench.json_asked && !invisible.test(reply.text);
    if (asJson) findings.push(...oneDocument(reply, bench));
    // A JSON document cannot hold control characters: it would not have parsed.
    if (!(asJson && findings.length === 0) && controls.test(reply.text))
      findings.push(
        warn("control_characters", "The text holds control characters.", "printable text", excerpt(controls.exec(reply.text)?.[0] ?? "")),
      );
    return findings;
  },
});

function envelope(reply: Reply): Finding[] {
  const { error, irregularities } = reply;
  if (error !== null)
    return [
      fail(
        "error_in_200",
        "The response says success and carries an error.",
        "an answer",
        codeWord(error.code) ?? codeWord(error.type) ?? "an error without a code",
      ),
    ];
  if (irregularities.includes("empty_body")) return [fail("empty_body", "The response is empty.", "an answer", "nothing")];
  if (irregularities.includes("not_an_answer"))
    return [fail("not_an_answer", "The response is no chat answer.", "a chat answer", excerpt(reply.text))];
  if (irregularities.includes("no_choices")) return [fail("no_choices", "The response holds no answer.", "one choice", "none")];
  if (irregularities.includes("bad_shape"))
    return [fail("bad_shape", "A field of the response has a wrong type.", "text content", "something else")];
  return [];
}

function presence(reply: Reply): Finding[] {
  if (reply.tool_calls.length > 0 || reply.refusal !== null || !invisible.test(reply.text)) return [];
  const reason = reply.reasoning.trim() === "" ? "nothing" : `only reasoning, ${reply.reasoning.length} characters`;
  return [fail("empty_answer", "The answer shows nothing and calls no tool.", "visible text or a tool call", reason)];
}

function oneDocument(reply: Reply, bench: Bench): Finding[] {
  const reading = bench.document();
  if (!reading.ok)
    return [
      fail(
        reading.reason === "empty" ? "not_json" : codeOf(reading.reason),
        reading.message,
        "exactly one JSON document",
        excerpt(reply.text),
      ),
    ];
  return [];
}

const codeOf = (reason: string): string => (reason === "cut" ? "cut_json" : "not_json");
