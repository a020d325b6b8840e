import { systemClock } from "./clock.js";
import { judge, judgedText } from "./contract/index.js";
import { identify, sameModel } from "./contract/model-names.js";
import { parseContract } from "./contract/parse.js";
import { SchemaError } from "./contract/schema-intake.js";
import { inlineEngine, workerEngine, type SchemaEngine } from "./contract/schema-engine.js";
import type { Delivery, Reply } from "./exchange.js";
import { InvalidInput, type VerifyInput, type VerifyReport } from "./face.js";
import { isObject, parseJson } from "./json.js";
import { costUsd, modelFacts } from "./providers/catalogue.js";
import { decode } from "./providers/decode.js";
import { providers, type Provider } from "./providers/index.js";
import { blankReply } from "./reply.js";
import { errorIn } from "./wire-error.js";

const clock = systemClock();
let inline: SchemaEngine | undefined;
let worker: SchemaEngine | undefined;

/**
 * Judges an answer that came from anywhere, without key or network. What it is (plain text, a provider's JSON body or event
 * stream of either dialect, an error body) is found out and said.
 *
 * @throws InvalidInput when the contract has an unknown key or its JSON Schema cannot be used.
 */
export async function verify(input: VerifyInput, options: { schemas?: "inline" | "worker" } = {}): Promise<VerifyReport> {
  const contract = parseContract(input.contract);
  const schemas = options.schemas === "worker" ? (worker ??= workerEngine(clock)) : (inline ??= inlineEngine());
  try {
    if (contract.schema !== undefined) await schemas.prepare(contract.schema);
    for (const tool of input.tools ?? []) if (tool.parameters !== undefined) await schemas.prepare(tool.parameters);
  } catch (error) {
    if (error instanceof SchemaError) throw new InvalidInput(error.code, error.message, "Correct the JSON Schema, or leave it out.");
    throw error;
  }
  const { reply, recognised_as } = recognise(input.response);
  const delivery = deliveryOf(input, reply);
  const verdict = await judge(contract, delivery, schemas);
  return {
    verified: verdict.verified,
    verdict,
    recognised_as,
    model: { requested: input.requested_model ?? null, served: reply.model },
    text: judgedText(contract, reply.text),
    finish_reason: reply.finish.raw,
    usage: reply.usage,
    cost_usd: delivery.cost_usd,
  };
}

/** Finds out what a response is. A JSON document that is no provider's body is taken for the answer itself. */
function recognise(response: string): { reply: Reply; recognised_as: VerifyReport["recognised_as"] } {
  const decoded = decode(response);
  if (decoded.form === "json") return { reply: decoded.reply, recognised_as: `${decoded.dialect} body` };
  if (decoded.form === "stream") return { reply: decoded.reply, recognised_as: `${decoded.dialect} stream` };
  const body = decoded.form === "other-json" ? parseJson(response) : undefined;
  const error = isObject(body) && ("error" in body || body.type === "error") ? errorIn(body) : null;
  if (error !== null) return { reply: { ...plain(""), error }, recognised_as: "error body" };
  return { reply: plain(response), recognised_as: "text" };
}

/** A plain text has no envelope: what an envelope would tell is not known, and nothing is held against the text for it. */
const plain = (text: string): Reply => blankReply({ text, finish: { unified: "stop", raw: null } });

function deliveryOf(input: VerifyInput, reply: Reply): Delivery {
  const known = input.provider === undefined ? [...providers] : providers.filter((one) => one.id === input.provider);
  const aliases = known.flatMap((one) => one.aliases);
  return {
    reply,
    requested_model: input.requested_model ?? null,
    tools: input.tools ?? null,
    tool_choice: null,
    response_format: null,
    max_tokens: null,
    latency_ms: input.latency_ms ?? null,
    first_token_ms: null,
    cost_usd: price(reply, known, input.requested_model ?? null),
    prompt_estimate: null,
    aliases,
    baseline: null,
  };
}

/** Priced when exactly one price fits: the named provider's, or that of the only provider that lists the model. */
function price(reply: Reply, known: readonly Provider[], requested: string | null): number | null {
  if (reply.usage === null || reply.model === null) return null;
  const served = reply.model;
  const listing = known.filter((one) => modelFacts(one.id, served) !== null);
  const [only] = listing.length === 1 ? listing : [];
  if (only !== undefined) return costUsd(only.id, served, reply.usage, clock.wall());
  const [named] = known.length === 1 ? known : [];
  if (named === undefined || requested === null) return null;
  const same = sameModel(identify(requested, served, named.aliases));
  return same ? costUsd(named.id, requested, reply.usage, clock.wall()) : null;
}
