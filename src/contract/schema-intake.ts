/**
 * What a JSON Schema must be before anything compiles it: small, flat, self-contained, and made of words we know. Cheap for any
 * input, since it runs in the caller's thread: even parsing a pattern is not (50 kB of `[\p{L}…]` take a second), so that waits.
 *
 * A schema may come from a model. Whatever would be ignored silently (a typo, an unknown format) is refused, because an
 * ignored keyword is an unverified answer; and whatever changes how the others are read (`$id`, `$async`, …) is refused too.
 */
import type { Json, JsonObject } from "../exchange.js";
import { isObject } from "../json.js";
import { excerpt } from "./dimension.js";

/**
 * `invalid_schema`: it cannot be used at all. `validation_cost`: checking this value against it takes too much. `not_checked`:
 * nobody waited for the check any more.
 */
export class SchemaError extends Error {
  override readonly name = "SchemaError";
  constructor(
    readonly code: "invalid_schema" | "validation_cost" | "not_checked",
    message: string,
  ) {
    super(message);
  }
}

export const schemaLimits = { bytes: 65_536, depth: 64, keywords: 2_000, properties: 512 } as const;

/** ajv-formats without `url`, whose pattern takes polynomial time. */
export const formatNames = (
  "date time date-time iso-time iso-date-time duration uri uri-reference uri-template email hostname ipv4 ipv6 regex uuid json-pointer " +
  "json-pointer-uri-fragment relative-json-pointer byte int32 int64 float double password binary"
).split(" ");

export type Draft = "2020-12" | "draft-07";
const metaSchemas = { "2020-12": "https://json-schema.org/draft/2020-12/schema", "draft-07": "http://json-schema.org/draft-07/schema#" };

/** What stands under each keyword. `annotation`s judge nothing and are left out of the copy that is compiled. */
const places = {
  schema: "not if then else additionalProperties unevaluatedProperties propertyNames contains unevaluatedItems additionalItems",
  items: "items",
  list: "allOf anyOf oneOf prefixItems",
  map: "properties patternProperties $defs definitions dependentSchemas",
  dependencies: "dependencies",
  value:
    "type nullable enum const required dependentRequired multipleOf minimum maximum exclusiveMinimum exclusiveMaximum minLength maxLength " +
    "pattern minItems maxItems uniqueItems minContains maxContains minProperties maxProperties",
  format: "format",
  reference: "$ref",
  dialect: "$schema",
  annotation:
    "title description default examples example deprecated readOnly writeOnly $comment contentEncoding contentMediaType contentSchema " +
    "discriminator externalDocs xml propertyOrdering",
} as const;
type Place = keyof typeof places;

const placeByKeyword = new Map<string, Place>();
for (const place of Object.keys(places).filter((key): key is Place => key in places))
  for (const keyword of places[place].split(" ")) placeByKeyword.set(keyword, place);

const newKeywords = "prefixItems dependentRequired dependentSchemas minContains maxContains unevaluatedProperties unevaluatedItems".split(
  " ",
);
const draftByKeyword = new Map<string, Draft>(newKeywords.map((keyword) => [keyword, "2020-12"]));
draftByKeyword.set("additionalItems", "draft-07");

/** At the root these say something about the schema as a whole; references to `#…` mean the same with and without them. */
const rootNotes = new Set(["$id", "strict"]);

/** Keywords whose subschemas judge the same value again, so that a circle through them would never end. */
const inPlace = new Set(["allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas", "dependencies"]);

const where = (path: string): string => (path === "" ? "at the root of the schema" : `at ${excerpt(path)}`);
const step = (path: string, key: string | number): string => `${path}/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`;
const refuse = (message: string): SchemaError => new SchemaError("invalid_schema", message);

/**
 * Throws a `SchemaError` naming the place, or returns a copy holding only the keywords that judge: taken by way of JSON text, so
 * getters, circles and later changes of the original cannot reach the compiler.
 */
export function checkSchema(schema: unknown): JsonObject {
  const plain = plainCopy(schema);
  checkSize(plain, "", 1);
  const walk = new SchemaWalk(draftOf(plain));
  const kept = walk.object(plain, "");
  walk.checkReferences();
  return kept;
}

/** The draft that `$schema` names; 2020-12 when it names none. */
export function draftOf(schema: JsonObject): Draft {
  const named = schema.$schema;
  if (named === undefined) return "2020-12";
  const match = typeof named === "string" ? /^https?:\/\/json-schema\.org\/(draft\/2020-12|draft-07)\/schema#?$/.exec(named) : null;
  if (match === null) throw refuse(`\`$schema\` must be "${metaSchemas["2020-12"]}" or "${metaSchemas["draft-07"]}".`);
  return match[1] === "draft-07" ? "draft-07" : "2020-12";
}

function plainCopy(schema: unknown): JsonObject {
  const text = textOf(schema);
  if (text === null) throw refuse(`The schema must be a plain JSON object, not circular and nested at most ${schemaLimits.depth} deep.`);
  const bytes = Buffer.byteLength(text);
  if (bytes > schemaLimits.bytes) throw refuse(`The schema is ${bytes} bytes of JSON; at most ${schemaLimits.bytes} are allowed.`);
  return JSON.parse(text);
}

/** The schema as JSON text, or `null` for what is no object or cannot be written: a circle, a BigInt, deeper than the stack. */
function textOf(schema: unknown): string | null {
  try {
    const text: string | undefined = JSON.stringify(schema);
    return text?.startsWith("{") === true ? text : null;
  } catch {
    return null;
  }
}

function checkSize(node: Json, path: string, depth: number): void {
  if (typeof node !== "object" || node === null) return;
  if (depth > schemaLimits.depth) throw refuse(`The schema is nested more than ${schemaLimits.depth} deep ${where(path)}.`);
  if (Array.isArray(node)) return node.forEach((item, index) => checkSize(item, step(path, index), depth + 1));
  const entries = Object.entries(node);
  if (entries.length > schemaLimits.properties)
    throw refuse(`The object ${where(path)} has ${entries.length} properties; at most ${schemaLimits.properties} are allowed.`);
  for (const [key, value] of entries) {
    if (key === "__proto__") throw refuse(`A key named \`__proto__\` is not allowed ${where(path)}.`);
    checkSize(value, step(path, key), depth + 1);
  }
}

class SchemaWalk {
  #keywords = 0;
  /** Every place where a schema stands, with the places that judge the same value. Only these can be referred to. */
  readonly #sameValue = new Map<string, string[]>();

  constructor(private readonly draft: Draft) {}

  object(node: JsonObject, path: string): JsonObject {
    const same: string[] = [];
    this.#sameValue.set(path, same);
    const kept: JsonObject = {};
    for (const [keyword, value] of Object.entries(node)) {
      const place = this.#placeOf(keyword, path);
      if (place === "annotation") continue;
      if (++this.#keywords > schemaLimits.keywords) throw refuse(`The schema has more than ${schemaLimits.keywords} keywords.`);
      const at = step(path, keyword);
      if (place === "reference") same.push(targetOf(value, at));
      kept[keyword] = this.#keyword(place, value, at, inPlace.has(keyword) ? same : []);
    }
    return kept;
  }

  /** Every reference must meet a schema, and none may come back to where it started. */
  checkReferences(): void {
    const done = new Set<string>();
    for (const path of this.#sameValue.keys()) this.#follow(path, new Set(), done);
  }

  #follow(path: string, open: Set<string>, done: Set<string>): void {
    if (done.has(path)) return;
    if (open.has(path)) throw refuse(`The schema ${where(path)} refers back to itself without going deeper into the value.`);
    open.add(path);
    for (const next of this.#sameValue.get(path) ?? []) {
      if (!this.#sameValue.has(next)) throw refuse(`The \`$ref\` ${where(path)} points to ${excerpt(next)}, where no schema stands.`);
      this.#follow(next, open, done);
    }
    open.delete(path);
    done.add(path);
  }

  #placeOf(keyword: string, path: string): Place {
    if (keyword.startsWith("x-") || (path === "" && rootNotes.has(keyword))) return "annotation";
    const place = placeByKeyword.get(keyword);
    if (place === undefined || (place === "dialect" && path !== "")) throw refuse(unknownKeyword(keyword, path));
    const draft = draftByKeyword.get(keyword) ?? this.draft;
    if (draft !== this.draft) throw refuse(`\`${keyword}\` ${where(path)} belongs to ${draft}; \`$schema\` says ${this.draft}.`);
    return place;
  }

  #keyword(place: Place, value: Json, at: string, same: string[]): Json {
    if (place === "dialect") return metaSchemas[this.draft];
    if (place === "schema") return this.#schema(value, at, same);
    if (place === "map" || place === "dependencies") return this.#map(place, value, at, same);
    if (place === "items" && Array.isArray(value) && this.draft === "2020-12")
      throw refuse(`The list ${where(at)} is written \`prefixItems\` in 2020-12.`);
    if (place === "items" && !Array.isArray(value)) return this.#schema(value, at, same);
    if (place === "list" || place === "items") return this.#list(value, at, same);
    checkValue(place, value, at);
    return value;
  }

  #schema(value: Json, at: string, same: string[]): Json {
    same.push(at);
    if (isObject(value)) return this.object(value, at);
    if (typeof value !== "boolean") throw refuse(`A schema ${where(at)} must be an object or a boolean.`);
    this.#sameValue.set(at, []);
    return value;
  }

  #list(value: Json, at: string, same: string[]): Json {
    if (!Array.isArray(value)) throw refuse(`A list of schemas must stand ${where(at)}.`);
    return value.map((item, index) => this.#schema(item, step(at, index), same));
  }

  #map(place: "map" | "dependencies", value: Json, at: string, same: string[]): Json {
    if (!isObject(value)) throw refuse(`An object of schemas must stand ${where(at)}.`);
    const kept = Object.entries(value).map(([name, item]): [string, Json] => [
      name,
      place === "dependencies" && Array.isArray(item) ? item : this.#schema(item, step(at, name), same),
    ]);
    return Object.fromEntries(kept);
  }
}

function checkValue(place: Place, value: Json, at: string): void {
  if (isObject(value) && "$data" in value) throw refuse(`\`$data\` is not allowed ${where(at)}; write the value itself.`);
  if (place === "format" && !formatNames.some((name) => name === value))
    throw refuse(`The format ${excerpt(JSON.stringify(value))} ${where(at)} is unknown; known are ${formatNames.join(", ")}.`);
}

function targetOf(reference: Json, at: string): string {
  try {
    if (typeof reference === "string" && /^#(\/|$)/.test(reference)) return decodeURIComponent(reference.slice(1));
  } catch {
    // a broken percent escape: refused like any other reference we cannot follow
  }
  throw refuse(`The \`$ref\` ${where(at)} must point into this schema, like "#/$defs/name".`);
}

function unknownKeyword(keyword: string, path: string): string {
  const name = `\`${excerpt(keyword, 40)}\` ${where(path)}`;
  if (keyword.startsWith("$")) return `${name} is not allowed; remove it (a \`$ref\` is a JSON pointer like "#/$defs/name").`;
  const near = [...placeByKeyword.keys()].find((known) => isNear(known, keyword));
  const advice = near === undefined ? "remove it or let its name begin with `x-`." : `did you mean \`${near}\`?`;
  return `${name} is not a keyword of JSON Schema; ${advice}`;
}

/** The same letters in another order or case, or one letter more, less or other. */
function isNear(known: string, typed: string): boolean {
  const letters = (text: string) => [...text.toLowerCase()].sort().join("");
  if (known.length < 4 || Math.abs(known.length - typed.length) > 1) return false;
  const oneOff = (_: string, at: number) => typed.startsWith(known.slice(0, at)) && typed.endsWith(known.slice(at + 1));
  return letters(known) === letters(typed) || [...known].some(oneOff);
}
