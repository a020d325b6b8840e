import type { Json, JsonObject } from "./exchange.js";

/** Guards for values from outside: wire bodies, arguments, files. */

export const isObject = (value: unknown): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);

/** The string, or `null` for anything else. */
export const stringOf = (value: unknown): string | null => (typeof value === "string" ? value : null);

/** The string when it has any characters. */
export const wordOf = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

/** A finite number that is not negative, or `null`. */
export const countOf = (value: unknown): number | null =>
  typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : null;

export const objectOf = (value: unknown): JsonObject | null => (isObject(value) ? value : null);

export const listOf = (value: unknown): Json[] => (Array.isArray(value) ? value : []);

/** Parses JSON, or `undefined` when the text is none. A leading byte-order mark and blank lines (keep-alive padding) are skipped. */
export function parseJson(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
    return value;
  } catch {
    return undefined; // "not JSON" is an answer here, not an accident
  }
}
