import type { IncomingMessage } from "node:http";
import type { Json, JsonObject } from "../exchange.js";
import { compose, servedAs, settle } from "./answer.js";
import type { Fault, Scene } from "./fault.js";
import { noFault } from "./faults.js";
import type { Call, Quirks } from "./nouns.js";
import { answerScript, errorScript, jsonScript } from "./reply.js";
import type { Script } from "./script.js";
import { isObject } from "./values.js";

/** One request to one provider. */
export interface Visit {
  quirks: Quirks;
  fault: Fault;
  /** What follows the base URL. */
  path: string;
  /** `null` when it was not JSON. */
  body: Json;
  request: IncomingMessage;
  call: Call;
  plain_url: string;
  seed: number;
}

/** What the provider does about it, fault included. */
export function scriptFor(visit: Visit): Script {
  const { quirks, request, path, body, fault } = visit;
  const scene = sceneOf(visit);
  const refuse = (name: keyof Quirks["errors"]) => errorScript(quirks.errors[name], visit, scene.asked.model);
  if (scene.key === "") return refuse("missing-key");
  const listed = request.method === "GET" ? /\/models(?:\/(.+))?$/.exec(path) : null;
  if (listed !== null) return struck(fault.everywhere === true ? fault : noFault, scene, () => modelsScript(scene, listed[1]));
  if (request.method !== "POST" || !path.endsWith(quirks.wire.path)) return refuse("not-found-path");
  const missing = isObject(body) ? demanded(visit, body) : "a JSON body";
  if (missing !== null)
    return errorScript({ ...quirks.errors["bad-request"], message: `${missing}: Field required` }, visit, scene.asked.model);
  return struck(fault, scene, () => {
    const good = compose(scene.asked, quirks, visit.seed);
    return answerScript(settle(fault.answer?.(good, scene) ?? good, scene.asked), scene);
  });
}

function sceneOf({ quirks, request, body, call, plain_url, seed }: Visit): Scene {
  const asked = quirks.wire.ask(isObject(body) ? body : {});
  const key = keyOf(request, quirks);
  return { asked, quirks, call, key, plain_url, compose: (foreign) => settle(compose(asked, quirks, seed, foreign), asked) };
}

function struck(fault: Fault, scene: Scene, reply: () => Script): Script {
  const error = fault.error?.(scene) ?? null;
  if (error !== null) return errorScript(error, scene, scene.asked.model);
  return fault.script?.(reply(), scene) ?? reply();
}

function demanded({ quirks, request }: Visit, body: JsonObject): string | null {
  const { body: fields, headers } = quirks.demands;
  const field = fields.find((name) => body[name] === undefined || body[name] === "");
  return field ?? headers.find((name) => request.headers[name] === undefined) ?? null;
}

function keyOf(request: IncomingMessage, quirks: Quirks): string {
  const sent = quirks.key_headers.map((header) => request.headers[header]?.toString().trim() ?? "");
  return (sent.find((value) => value !== "") ?? "").replace(/^Bearer\s*/i, "");
}

function modelsScript({ quirks, call }: Scene, wanted: string | undefined): Script {
  const headers = { "content-type": quirks.content_type.json, ...quirks.headers(call) };
  const rows = quirks.models.map((id) => quirks.model_row(id, 1_700_000_000));
  if (wanted === undefined) return jsonScript(200, quirks.model_list(rows), headers);
  const id = wanted.replaceAll(/%2f/gi, "/");
  const row = rows[quirks.models.indexOf(servedAs(id, quirks))];
  return row === undefined ? errorScript(quirks.errors["not-found-model"], { quirks, call }, id) : jsonScript(200, row, headers);
}
