import { providers } from "../../src/providers/index.js";
import type { ProviderId } from "../../src/providers/provider.js";
import { rngOf } from "./random.js";

/** O5: keys that exist nowhere else, and every form in which they could come out. */

const rng = rngOf(20_261_120);

/** One key for each provider, the same in every run: what is registered as a secret stays registered. */
const keys = new Map<ProviderId, string>(
  providers.map(({ id }) => [id, `ck-${id.slice(0, 3)}${rng.hex(6)}-Zz${rng.hex(34)}+/${rng.hex(4)}`]),
);

export const keyOf = (id: ProviderId): string => keys.get(id) ?? "";

/** Every form of the key in which it must not come out, in lower case. */
const forms = new Map<ProviderId, string[]>([...keys].map(([id, key]) => [id, formsOf(key)]));

function formsOf(key: string): string[] {
  const base64 = [0, 1, 2].map((shift) => Buffer.from("x".repeat(shift) + key).toString("base64"));
  // What stands around the key changes the first and the last characters of its base64 form.
  const cores = base64.map((text) => text.replace(/=+$/, "").slice(4, -4));
  return [
    ...new Set(
      [key, key.slice(0, 12), encodeURIComponent(key), JSON.stringify(key).slice(1, -1), ...cores].map((form) => form.toLowerCase()),
    ),
  ];
}

/** The first provider whose key is in the text in any form and any case. */
export function leakIn(text: string, whose: readonly ProviderId[]): ProviderId | null {
  const low = text.toLowerCase();
  return whose.find((id) => (forms.get(id) ?? []).some((form) => low.includes(form))) ?? null;
}
