import type { Alias } from "../exchange.js";

/** How the model that answered relates to the one asked for. A label is all the evidence there is: weights can differ under it. */
export type IdentityClass = "exact" | "alias" | "snapshot" | "family" | "swap";

/**
 * Compares two model names. Order: equal (case aside) → the same name written another way (vendor prefix, separators, word
 * order, `-latest`), perhaps with a date → declared alias → the same brand → something else. What the names show by themselves
 * goes before what a table says of them. Rules tried on 149 differing pairs of 49,000 recorded exchanges (2026-11-20).
 */
export function identify(requested: string, served: string, aliases: readonly Alias[]): IdentityClass {
  if (requested === served) return "exact";
  const asked = requested.toLowerCase();
  const answered = served.toLowerCase();
  if (asked === answered) return "exact";
  const a = dissect(asked);
  const b = dissect(answered);
  const dated = a.date === "" && b.date !== "" ? "snapshot" : "alias";
  // A date that was asked for is kept or not told; another one is another model.
  if (sameName(a, b) && (a.date === "" || b.date === "" || a.date === b.date)) return dated;
  if (aliases.some((alias) => matches(alias.requested, asked) && matches(alias.served, answered))) return dated;
  return a.brand !== "" && a.brand === b.brand ? "family" : "swap";
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
  tokens: string[];
  /** What a gateway hangs on behind a colon: `free`, `groq`. */
  variant: string;
  /** As YYYYMMDD, YYMM or MMDD digits; `""` when the name carries none. */
  date: string;
}

/** Years, months and days have to be possible ones: `llama3-8b-8192` ends in a context length. */
const month = "(?:0[1-9]|1[0-2])";
const day = "(?:0[1-9]|[12]\\d|3[01])";
const dateAtEnd = new RegExp(
  `[-_@](?:(20\\d\\d)-(${month})-(${day})|(20\\d\\d${month}${day})|(${month})-(20\\d\\d)|(${month})-(\\d\\d)|(2[3-9]${month}|${month}${day}))(?=$|-(?:[a-z]+-)*preview$)`,
);

function dissect(name: string): Name {
  // Gateways put the vendor before the name and a variant or host behind it (`:free`); `:20b` is a size and stays.
  const [, bare = "", variant = ""] = /^(.*?)(?::([a-z][a-z-]*))?$/s.exec(name.slice(name.lastIndexOf("/") + 1)) ?? [];
  const date = dateAtEnd.exec(bare);
  const rest = (date === null ? bare : bare.replace(date[0], "")).replace(/-(?:latest|0)$/, "");
  // `gpt4o` is `gpt-4o` and `llama3` is `llama-3`, but `o4`, `v3` and `8b` are one word each: `o4` is not `4o`.
  const tokens: string[] = rest.match(/\p{L}{2,}(?=\p{N})|[\p{L}\p{N}]+/gu) ?? [];
  const named = tokens.filter((token) => token !== "meta");
  // An adapter makes another model of the one behind it.
  if (/(?:^|\/)lora\//.test(name)) tokens.push("lora");
  return { brand: /^\p{L}*/u.exec(named[0] ?? "")?.[0] ?? "", tokens, variant, date: date === null ? "" : dateOf(date) };
}

/** `07-25` and `2507` are both July 2025. */
const dateOf = ([, year, mm, dd, whole, mm1, year1, mm2, yy, short]: RegExpExecArray): string => {
  if (whole !== undefined || short !== undefined) return whole ?? short ?? "";
  if (year1 !== undefined) return `${year1.slice(2)}${mm1}`;
  return yy !== undefined ? `${yy}${mm2}` : `${year}${mm}${dd}`;
};

/**
 * Words may stand in another order (`claude-4-sonnet`); numbers may not, since `3-8b` is not `8-3b`. What hosts write or leave
 * out as they like counts only where both names have it.
 */
function sameName(a: Name, b: Name): boolean {
  if (a.variant !== "" && b.variant !== "" && a.variant !== b.variant) return false;
  const ours = told(a.tokens, b.tokens);
  const theirs = told(b.tokens, a.tokens);
  return ours !== "" && ours === theirs;
}

function told(tokens: readonly string[], others: readonly string[]): string {
  const kept = tokens.filter((token) => !isOptional(token) || others.some((other) => kindOf(other) === kindOf(token)));
  const words = kept.filter((token) => !/\p{N}/u.test(token)).sort();
  const numbers = kept.filter((token) => /\p{N}/u.test(token));
  return [...words, ...numbers].join(" ");
}

/** `a35b`: active parameters, which the whole size implies. */
const active = /^a\d+b$/;
const kindOf = (token: string): string => (active.test(token) ? "active" : token);
/** A chat API serves the instructed model, whether or not its host says so; Meta's name stands in Llama's or not. */
const isOptional = (token: string): boolean => active.test(token) || token === "instruct" || token === "it" || token === "meta";
