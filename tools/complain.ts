import type * as z from "zod";

/**
 * Says what is wrong with a tool's arguments so that the caller, usually a model, can correct them at once: where, what was
 * seen, what is allowed. zod's own sentences name neither the allowed keys nor the value.
 */

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];
type Schema = Readonly<Record<string, unknown>>;

export interface Complaint {
  message: string;
  next: string;
}

const isRecord = (value: unknown): value is Schema => typeof value === "object" && value !== null && !Array.isArray(value);

export function complain(tool: string, issues: readonly Issue[], args: unknown, schema: Schema): Complaint {
  const sentences = issues.flatMap((issue) => sentencesOf(issue, [], args, schema));
  const shown = sentences.slice(0, maxSentences);
  if (sentences.length > shown.length) shown.push(`and ${sentences.length - shown.length} more.`);
  const unknown = issues.some((issue) => issue.code === "unrecognized_keys");
  const arguments_ = keysAt(schema, []);
  const allowed = issues.some((issue) => issue.path.length === 0)
    ? ` ${tool} takes: ${arguments_.length > 0 ? arguments_.join(", ") : "no arguments"}.`
    : "";
  return { message: shown.join(" "), next: `${unknown ? "Remove it and retry." : "Correct it and retry."}${allowed}` };
}

const maxSentences = 5;

function sentencesOf(issue: Issue, above: Path, args: unknown, schema: Schema): string[] {
  const path = [...above, ...issue.path];
  const where = nameOf(path);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownKey(path, key, schema));
    case "invalid_union":
      return unionSentences(issue, path, args, schema);
    case "invalid_type":
      return [wrong(where, `must be ${article(issue.expected)}`, valueAt(args, path))];
    case "invalid_value":
      return [wrong(where, `must be ${oneOf(issue.values)}`, valueAt(args, path))];
    case "too_big":
      return [wrong(where, `must ${bound(issue.origin, "at most", issue.maximum)}`, valueAt(args, path))];
    case "too_small":
      return [wrong(where, `must ${bound(issue.origin, "at least", issue.minimum)}`, valueAt(args, path))];
    case "invalid_format":
      return [
        wrong(where, issue.pattern === undefined ? `must be a valid ${issue.format}` : `must match ${issue.pattern}`, valueAt(args, path)),
      ];
    case "invalid_key":
      return issue.issues.flatMap((inner) =>
        inner.code === "invalid_value"
          ? [`${where} is not a key that is known there; known are ${inner.values.join(", ")}.`]
          : [inner.message],
      );
    case "invalid_element":
      return issue.issues.flatMap((inner) => sentencesOf(inner, path, args, schema));
    case "not_multiple_of":
      return [wrong(where, `must be a multiple of ${issue.divisor}`, valueAt(args, path))];
    case "custom":
      return [issue.message];
  }
}

function unknownKey(path: Path, key: string, schema: Schema): string {
  if (path.length === 0) return `There is no argument ${quote(key)}.`;
  return `${nameOf(path)} has no key ${quote(key)}; allowed there: ${keysAt(schema, path).join(", ")}.`;
}

/** The branch that came nearest: the one whose own type fits. Without one, what the branches expect, in one sentence. */
function unionSentences(issue: Extract<Issue, { code: "invalid_union" }>, path: Path, args: unknown, schema: Schema): string[] {
  const seen = valueAt(args, path);
  if (issue.errors.length === 0) {
    const options = isRecord(issue) && Array.isArray(issue.options) ? issue.options : [];
    return [wrong(nameOf(path), `must be ${oneOf(options)}`, seen)];
  }
  const fitting = issue.errors.filter(
    (branch) => !branch.some((inner) => inner.path.length === 0 && inner.code !== "unrecognized_keys" && inner.code !== "custom"),
  );
  const nearest = fitting.toSorted((one, other) => one.length - other.length)[0];
  if (nearest !== undefined) return nearest.flatMap((inner) => sentencesOf(inner, path, args, schema));
  const expected = issue.errors.flatMap((branch) => branch.slice(0, 1).map(expectation));
  return [wrong(nameOf(path), `must be ${[...new Set(expected)].join(" or ")}`, seen)];
}

const expectation = (issue: Issue): string => {
  if (issue.code === "invalid_type") return article(issue.expected);
  if (issue.code === "invalid_value") return oneOf(issue.values);
  return issue.message;
};

function wrong(where: string, rule: string, seen: unknown): string {
  return seen === undefined ? `${where} is missing; it ${rule}.` : `${where} ${rule}; it was ${describe(seen)}.`;
}

function describe(seen: unknown): string {
  if (seen === null) return "null";
  if (Array.isArray(seen)) return `a list of ${seen.length}`;
  if (typeof seen === "string") return seen.length > 60 ? `a string of ${seen.length} characters` : `the string ${quote(seen)}`;
  return typeof seen === "number" || typeof seen === "boolean" ? String(seen) : "an object";
}

const quote = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
const article = (expected: string): string => (Object.hasOwn(names, expected) ? names[expected] : undefined) ?? `a ${expected}`;
const names: Readonly<Record<string, string>> = { object: "an object", record: "an object", array: "a list", int: "a whole number" };
const oneOf = (values: readonly unknown[]): string =>
  values.length === 1 ? JSON.stringify(values[0]) : `one of ${values.map(String).join(", ")}`;

function bound(origin: string, word: string, limit: number | bigint): string {
  if (origin === "string") return `have ${word} ${limit} characters`;
  if (origin === "array" || origin === "set") return `have ${word} ${limit} entries`;
  return `be ${word} ${limit}`;
}

/** `messages[0].role`, as one would write it. */
function nameOf(path: Path): string {
  const name = path.map((part, index) => (typeof part === "number" ? `[${part}]` : `${index === 0 ? "" : "."}${String(part)}`)).join("");
  return name === "" ? "The arguments" : name;
}

function valueAt(value: unknown, path: Path): unknown {
  let here = value;
  for (const part of path) {
    if (Array.isArray(here) && typeof part === "number") here = here[part];
    else if (isRecord(here) && typeof part === "string" && Object.hasOwn(here, part)) here = here[part];
    else return undefined;
  }
  return here;
}

/** The keys that the JSON Schema of the arguments allows at a path; alternatives are taken together. */
function keysAt(schema: Schema, path: Path): string[] {
  let nodes = alternatives(schema);
  for (const part of path) {
    nodes = nodes.flatMap((node) => {
      const properties = isRecord(node["properties"]) ? node["properties"] : {};
      const child = typeof part === "number" ? node["items"] : (properties[String(part)] ?? node["additionalProperties"]);
      return isRecord(child) ? alternatives(child) : [];
    });
  }
  return [...new Set(nodes.flatMap(keysOf))];
}

const alternatives = (node: Schema): Schema[] => {
  const branches = [node["anyOf"], node["oneOf"]].flatMap((list) => (Array.isArray(list) ? list.filter(isRecord) : []));
  return branches.length === 0 ? [node] : branches.flatMap(alternatives);
};

function keysOf(node: Schema): string[] {
  const names = isRecord(node["propertyNames"]) ? node["propertyNames"]["enum"] : undefined;
  return [...(isRecord(node["properties"]) ? Object.keys(node["properties"]) : []), ...(Array.isArray(names) ? names.map(String) : [])];
}
