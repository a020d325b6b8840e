import type { Call, Lane } from "./call.js";
import { asksForJson } from "./contract/index.js";
import { hopeless } from "./contract/early.js";
import type { Reply } from "./exchange.js";
import type { Sent } from "./send.js";

/** The beginning of an answer that broke off, kept so that the next route may continue it. */
export interface Checkpoint {
  text: string;
}

/** Less than this is sooner said again than continued. */
const worthKeeping = 200;

/** What is kept of an attempt that broke off: only text, only where nothing about it is wrong, cut back to a whole word. */
export function checkpointOf(call: Call, lane: Lane, sent: Sent, partial: Reply | null): Checkpoint | null {
  if (call.options.resume !== "prefill" || partial === null || !brokeOff(sent, partial)) return null;
  if ((lane.request.tools ?? []).length > 0 || partial.tool_calls.length > 0 || partial.error !== null) return null;
  if (partial.refusal !== null || partial.irregularities.length > 0 || partial.text.length < worthKeeping) return null;
  const { candidate, request } = lane;
  const json = asksForJson(call.contract, request.response_format ?? null);
  const asked = { requested_model: candidate.model, json, aliases: candidate.provider.aliases };
  if (hopeless(call.contract, asked, { text: partial.text, model: partial.model }) !== null) return null;
  const text = partial.text.replace(/\s*\S*$/, "");
  return text.length < worthKeeping ? null : { text };
}

/** The stream ended, stalled or was torn without its end; anything that ended by itself is not continued. */
const brokeOff = (sent: Sent, partial: Reply): boolean =>
  !partial.terminal && (sent.kind === "reply" || sent.kind === "timeout" || sent.kind === "transport");

/** The beginning that a lane's next request continues, or `null`: it starts afresh. */
export function prefixFor(call: Call, lane: Lane): string | null {
  const { provider, model } = lane.candidate;
  return call.checkpoint !== null && provider.request.prefill?.models.test(model) === true ? call.checkpoint.text : null;
}

/** As many characters in which a beginning is recognised, and in which a joint must not say the same twice. */
const sameStart = 40;
const overlap = { least: 30, most: 500 };

/** Whether a continuation begins with what the beginning ended with. */
function repeatsEnd(prefix: string, continuation: string): boolean {
  for (let length = Math.min(overlap.most, continuation.length); length >= overlap.least; length -= 1) {
    if (prefix.endsWith(continuation.slice(0, length))) return true;
  }
  return false;
}

/** Joins what was kept with its continuation. A model that begins again instead of continuing has given a whole answer. */
export function joined(prefix: string | null, reply: Reply): Reply {
  if (prefix === null || reply.error !== null || reply.text === "") return reply;
  const start = reply.text.trimStart();
  if (start.startsWith(prefix.trimStart().slice(0, sameStart))) return reply;
  const repeats = repeatsEnd(prefix, start);
  return {
    ...reply,
    text: prefix + reply.text,
    irregularities: repeats ? [...reply.irregularities, "bad_joint"] : reply.irregularities,
  };
}
