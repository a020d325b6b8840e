import type { ErrorWords, Event, Head, Json, JsonObject, Setting, Step, Wire } from "./nouns.js";

/** Answers as bytes: good ones, and the few building blocks by which kinds spoil them. */

export const write = (bytes: string | Buffer): Step => ({ do: "write", bytes: typeof bytes === "string" ? Buffer.from(bytes) : bytes });
export const wait = (ms: number): Step => ({ do: "wait", ms });
export const end: Step = { do: "end" };
export const fin: Step = { do: "fin" };
export const rst: Step = { do: "rst" };
export const hang: Step = { do: "hang" };

type Headers = Readonly<Record<string, string | readonly string[]>>;
const json = "application/json";
const sse = "text/event-stream";

const headersOf = (headers: Headers): Head["headers"] =>
  Object.entries(headers).flatMap(([name, value]) =>
    typeof value === "string" ? [[name, value] as const] : value.map((one) => [name, one] as const),
  );

/** A response with a whole body of this length. */
export const respond = (status: number, body: string | Buffer, headers: Headers = {}, reason?: string): Wire => ({
  head: { status, headers: headersOf({ "content-type": json, ...headers }), ...(reason === undefined ? {} : { reason }) },
  framing: "length",
  steps: body.length === 0 ? [end] : [write(body), end],
});

export const textOf = (event: Event): string => {
  const data = event.data === "[DONE]" ? "[DONE]" : JSON.stringify(event.data);
  return `${event.name === undefined ? "" : `event: ${event.name}\n`}data: ${data}\n\n`;
};

/** An event stream out of events, texts and other steps; ended properly unless the steps say otherwise. */
export function stream(
  parts: readonly (Event | string | Buffer | Step)[],
  options: { status?: number; headers?: Headers; framing?: Wire["framing"] } = {},
): Wire {
  const steps = parts.map((part): Step => {
    if (typeof part === "string" || Buffer.isBuffer(part)) return write(part);
    return "do" in part ? part : write(textOf(part));
  });
  const last = steps.at(-1);
  const ended = last !== undefined && ["end", "fin", "rst", "hang"].includes(last.do);
  return {
    head: { status: options.status ?? 200, headers: headersOf({ "content-type": sse, ...options.headers }) },
    framing: options.framing ?? "chunked",
    steps: ended ? steps : [...steps, end],
  };
}

/** The good answer in the form that was asked for. */
export const good = (setting: Setting, headers: Headers = {}): Wire =>
  setting.stream ? stream(setting.profile.events(setting), { headers }) : respond(200, bodyText(setting), headers);

export const bodyText = (setting: Setting): string => JSON.stringify(setting.profile.body(setting));

/** The good answer as one text, in the form that was asked for. */
export const goodText = (setting: Setting): string =>
  setting.stream ? setting.profile.events(setting).map(textOf).join("") : bodyText(setting);

/** The good answer in other steps: what stays is its text. */
export function inSteps(setting: Setting, split: (text: string) => readonly (string | Buffer | Step)[], headers: Headers = {}): Wire {
  const wire = stream(split(goodText(setting)), { headers: { "content-type": setting.stream ? sse : json, ...headers } });
  return setting.stream ? wire : { ...wire, framing: "length" };
}

/** Changes the events of a good stream. */
export const changed = (
  setting: Setting,
  change: (events: Event[]) => readonly (Event | string | Buffer | Step)[],
  framing?: Wire["framing"],
): Wire => stream(change(setting.profile.events(setting)), framing === undefined ? {} : { framing });

/** Changes the body of a good answer. */
export const changedBody = (setting: Setting, change: (body: JsonObject) => Json): Wire =>
  respond(200, JSON.stringify(change(setting.profile.body(setting))));

/** The good answer with another text or other calls in it: everything else fits them. */
export const saying = (setting: Setting, said: Partial<Setting["said"]>): Wire => good({ ...setting, said: { ...setting.said, ...said } });

/** A good answer that is not the one the question has stamped. */
export function stamped(setting: Setting, change: (text: string) => string): Wire {
  const said = { ...setting.said, text: change(setting.said.text ?? "") };
  return { ...good({ ...setting, said }), said };
}

const plainWords = (marker: string): ErrorWords => ({ type: null, code: null, message: `It went wrong. ${marker}` });

/** An error response in the provider's own form; its prose holds the marker. */
export const failing = (setting: Setting, status: number, words: Partial<ErrorWords> = {}, headers: Headers = {}): Wire =>
  respond(status, JSON.stringify(setting.profile.error({ ...plainWords(setting.marker), ...words })), headers);

/** The error object by itself, to be put beside or inside something good. */
export function errorObject(setting: Setting, words: Partial<ErrorWords> = {}): Json {
  const body = setting.profile.error({ ...plainWords(setting.marker), ...words });
  return body.error ?? body;
}

/** Leg A: an error of this code, as Node and undici make them. */
export function failure(
  code: string | null,
  message: string,
  phase: "connect" | "headers" | "body" = "connect",
): NonNullable<Wire["error"]> {
  return { phase, make: () => Object.assign(new Error(message), code === null ? {} : { code }) };
}

export const isRecord = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A deep copy in which the value at the path was replaced; `undefined` takes it out. */
export function replaced(value: Json, path: readonly string[], change: (old: Json) => Json | undefined): Json {
  const [key, ...rest] = path;
  if (key === undefined) return change(value) ?? null;
  if (Array.isArray(value)) {
    return value.flatMap((item, at) => {
      if (String(at) !== key) return [item];
      const next = rest.length === 0 ? change(item) : replaced(item, rest, change);
      return next === undefined ? [] : [next];
    });
  }
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).flatMap(([name, item]): [string, Json][] => {
    if (name !== key) return [[name, item]];
    const next = rest.length === 0 ? change(item) : replaced(item, rest, change);
    return next === undefined ? [] : [[name, next]];
  });
  return Object.fromEntries(entries);
}

/** Every path of a JSON value but the root, parents first. */
export function pathsOf(value: Json, at: readonly string[] = []): string[][] {
  const entries: [string, Json][] = Array.isArray(value)
    ? value.map((item, index) => [String(index), item])
    : isRecord(value)
      ? Object.entries(value)
      : [];
  return entries.flatMap(([key, item]) => [[...at, key], ...pathsOf(item, [...at, key])]);
}

export const valueAt = (value: Json, path: readonly string[]): Json | undefined =>
  path.reduce<Json | undefined>(
    (found, key) => (Array.isArray(found) ? found[Number(key)] : isRecord(found) ? found[key] : undefined),
    value,
  );
