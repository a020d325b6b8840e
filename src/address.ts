export interface Address {
  origin: string;
  /** With the query. */
  path: string;
}

const known = new Map<string, Address>();
/** Addresses are made of settings, so there are few; a sandbox adds some of its own. */
const enough = 256;

/** Splits a URL. Remembered, since to parse one takes as long as to encode a request. */
export function addressOf(url: string): Address {
  const found = known.get(url);
  if (found !== undefined) return found;
  const { origin, pathname, search } = new URL(url);
  const address = { origin, path: pathname + search };
  if (known.size >= enough) known.clear();
  known.set(url, address);
  return address;
}
