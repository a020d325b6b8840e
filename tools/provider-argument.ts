import * as z from "zod";
import { InvalidInput, providerIds, quote, type Failover } from "../src/index.js";
import { advertisedAs } from "./tool.js";

/**
 * Names a provider: one of the nine, or an endpoint of the settings. Which endpoints there are is not known before the
 * settings are read, so any text is taken here, and `requireProviders` judges it.
 */
export const providerName = z.string().meta(advertisedAs({ type: "string", enum: [...providerIds] }));

/** Refuses names that stand for nobody, in the words in which other arguments are refused. */
export function requireProviders(failover: Failover, named: Readonly<Record<string, string | undefined>>): void {
  const known = failover.providerNames();
  for (const [argument, name] of Object.entries(named)) {
    if (name === undefined || known.includes(name)) continue;
    const message = `${argument} must be one of ${known.join(", ")}; it was the string ${quote(name)}.`;
    throw new InvalidInput("invalid_request", message, "Correct it and retry.");
  }
}

type Node = Record<string, unknown>;
const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && !Array.isArray(value);

/** A tool's arguments as they are listed, with the endpoints among the names of providers. Nothing else of the settings gets there. */
export function withEndpoints<Schema extends Node>(schema: Schema, known: readonly string[]): Schema {
  const { properties } = schema;
  if (known.length === providerIds.length || !isNode(properties)) return schema;
  const { provider, providers } = properties;
  const widened: Node = {};
  if (isNode(provider)) widened["provider"] = { ...provider, enum: [...known] };
  if (isNode(providers) && isNode(providers["items"]))
    widened["providers"] = { ...providers, items: { ...providers["items"], enum: [...known] } };
  return { ...schema, properties: { ...properties, ...widened } };
}
