/**
 * What must never be printed. Every key that is read is registered here, and everything that leaves the process by stdout or
 * stderr passes `redact` at its single exit: raw, URL-encoded, JSON-escaped and base64 forms, and a key's first characters,
 * which providers like to echo.
 */
const secrets = new Set<string>();
let pattern: RegExp | null = null;

const mark = "[REDACTED]";
/** Shorter values are words, not keys. */
const shortest = 6;
/** As many leading characters of a long key are treated like the key itself. */
const prefix = 12;

export function registerSecret(value: string): void {
  if (value.length < shortest || secrets.has(value)) return;
  secrets.add(value);
  const forms = [...secrets].flatMap(formsOf).sort((a, b) => b.length - a.length);
  pattern = new RegExp([...new Set(forms)].join("|"), "gi");
}

/** The text with every registered secret replaced. */
export const redact = (text: string): string => (pattern === null ? text : text.replace(pattern, mark));

function formsOf(secret: string): string[] {
  const raw = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
  const encoded = [0, 1, 2].map((offset) => base64Core(secret, offset)).filter((core) => core.length >= prefix);
  const forUrls = encoded.map((core) => core.replaceAll("+", "-").replaceAll("/", "_"));
  const start = secret.length >= 2 * prefix ? [`${escape(secret.slice(0, prefix))}[\\w.~+/=-]*`] : [];
  return [...[...raw, ...encoded, ...forUrls].map(escape), ...start];
}

/** The part of the secret's base64 form that does not depend on what stands around it. */
function base64Core(secret: string, offset: number): string {
  const text = Buffer.from("\0".repeat(offset) + secret, "utf8")
    .toString("base64")
    .replace(/=+$/, "");
  return text.slice(offset === 0 ? 0 : offset + 1, -1);
}

const escape = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
