import type { Workshop } from "./attempt.js";
import { isObject, listOf, objectOf, parseJson, stringOf } from "./json.js";
import type { ProbeResult } from "./reports.js";
import type { ProviderSettings } from "./settings.js";
import { joinUrl, requestHeaders } from "./wire-request.js";

/** The most of a models list that is read, bytes: the longest known is under 1 MB. */
const listLimit = 4 * 1_048_576;

/** Asks a provider's free models list: proves key and network, not that a model is served nor that there is credit. */
export async function probe(
  shop: Pick<Workshop, "clock" | "connections">,
  settings: ProviderSettings,
  base_url: string,
  limit_ms: number,
  signal?: AbortSignal,
): Promise<ProbeResult> {
  const { provider } = settings;
  const started = shop.clock.now();
  const result = (told: Partial<ProbeResult> & { message: string }): ProbeResult => ({
    provider: provider.id,
    ok: false,
    status: null,
    models: null,
    missing_models: [],
    latency_ms: Math.round(shop.clock.now() - started),
    ...told,
  });
  const url = new URL(joinUrl(base_url, provider.paths.models));
  const lease = await shop.connections.lease(url.origin);
  const stop = shop.clock.after(limit_ms, lease.destroy);
  signal?.addEventListener("abort", lease.destroy, { once: true });
  if (signal?.aborted === true) lease.destroy();
  try {
    const headers = { ...requestHeaders({ provider, key: settings.key ?? "sandbox" }), accept: "application/json" };
    const response = await lease.dispatcher.request({ origin: url.origin, path: url.pathname + url.search, method: "GET", headers });
    const text = await readText(response.body);
    lease.release();
    if (response.statusCode !== 200) return result({ status: response.statusCode, message: told(response.statusCode, settings) });
    const ids = modelIds(text);
    if (ids === null) return result({ status: 200, message: "The models list could not be read." });
    const missing = [settings.model, provider.models.fallback.id].filter((id) => !ids.some((one) => isOrDates(one, id)));
    const note =
      missing.length === 0 ? "Key and network are fine." : `Key and network are fine, but ${missing.join(" and ")} is not on the list.`;
    return result({ ok: true, status: 200, models: ids.length, missing_models: missing, message: note });
  } catch {
    // Why a host could not be reached is not told further here: chat's own attempts classify it.
    const late = shop.clock.now() - started >= limit_ms;
    return result({
      message: signal?.aborted === true ? "Cancelled." : late ? `No answer within ${limit_ms} ms.` : `${base_url} could not be reached.`,
    });
  } finally {
    stop();
    signal?.removeEventListener("abort", lease.destroy);
    lease.destroy();
  }
}

function told(status: number, settings: ProviderSettings): string {
  if (status === 401 || status === 403) return `The key in ${settings.key_variable} is not accepted at ${settings.base_url}.`;
  return `HTTP ${status}; check ${settings.base_url}.`;
}

async function readText(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > listLimit) throw new Error("models list too long");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** `{ data: [{ id }] }`, or a bare array (Together). */
function modelIds(text: string): string[] | null {
  const body = parseJson(text);
  const list = Array.isArray(body) ? body : isObject(body) && Array.isArray(body.data) ? body.data : null;
  return list === null ? null : listOf(list).flatMap((one) => stringOf(objectOf(one)?.id) ?? []);
}

/** Whether a listed name is the wanted model or a dated form of it. */
const isOrDates = (listed: string, wanted: string): boolean => {
  const [a, b] = [listed.toLowerCase(), wanted.toLowerCase()];
  return a === b || (a.startsWith(`${b}-`) && /^-\d{4}-?\d{2}-?\d{2}$/.test(a.slice(b.length)));
};
