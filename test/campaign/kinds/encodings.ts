import { brotliCompressSync, constants, deflateSync, gzipSync } from "node:zlib";
import type { Setting, Wire } from "../nouns.js";
import { good, goodText, inSteps, respond } from "../wires.js";
import { accepted, bad, either, rows } from "./rows.js";

/** §5: encodings that were not asked for. */

const encoded = (setting: Setting, name: string, encode: (bytes: Buffer) => Buffer): Wire => {
  const bytes = encode(Buffer.from(goodText(setting)));
  return inSteps(setting, () => [bytes], { "content-encoding": name });
};

/** 16 MiB of blanks in a few KB. */
const blanks = (): Buffer => Buffer.alloc(16 * 1_048_576, " ");
let bomb: Buffer | undefined;
const gzipBomb = (): Buffer => (bomb ??= gzipSync(blanks(), { level: 1 }));
let brotli: Buffer | undefined;
const brotliBomb = (): Buffer => (brotli ??= brotliCompressSync(blanks(), { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }));
const small = { response_bytes: 262_144 };

export const encodings = rows(
  "ab",
  ["B23", "gzip, not asked for", accepted, (s) => encoded(s, "gzip", gzipSync)],
  ["B24", "brotli, not asked for", accepted, (s) => encoded(s, "br", brotliCompressSync)],
  ["B25", "deflate, not asked for", accepted, (s) => encoded(s, "deflate", deflateSync)],
  ["B25-case", "GZIP in capitals", accepted, (s) => encoded(s, "GZIP", gzipSync)],
  ["B25-identity", "content-encoding: identity", accepted, (s) => good(s, { "content-encoding": "identity" })],
  [
    "B26",
    "a gzip bomb",
    bad("server", "too_large"),
    () => respond(200, gzipBomb(), { "content-encoding": "gzip" }),
    {},
    { limits: small, rare: 8 },
  ],
  [
    "B27",
    "a brotli bomb",
    bad("server", "too_large"),
    () => respond(200, brotliBomb(), { "content-encoding": "br" }),
    {},
    { limits: small, rare: 8 },
  ],
  ["B28", "gzip of gzip", bad(["contract", "server"]), (s) => encoded(s, "gzip", (bytes) => gzipSync(gzipSync(bytes)))],
  ["B29", "six encodings", bad(["contract", "server"]), (s) => encoded(s, "gzip, gzip, gzip, gzip, gzip, gzip", gzipSync)],
  ["B30", "plain JSON called gzip", bad(["contract", "server"]), (s) => encoded(s, "gzip", (bytes) => bytes)],
  [
    "B31",
    "gzip cut in the middle",
    bad(["contract", "server", "network"]),
    (s) => encoded(s, "gzip", (bytes) => gzipSync(bytes).subarray(0, 90)),
  ],
  [
    "B32",
    "bytes after the gzip",
    either("the answer itself is whole"),
    (s) => encoded(s, "gzip", (bytes) => Buffer.concat([gzipSync(bytes), Buffer.from("junk")])),
  ],
  [
    "B33",
    "a good answer in two gzip members",
    either("RFC 1952 allows it"),
    (s) => encoded(s, "gzip", (bytes) => Buffer.concat([gzipSync(bytes.subarray(0, 40)), gzipSync(bytes.subarray(40))])),
  ],
  [
    "B34",
    "an encoding nobody asked for and nobody reads",
    bad(["contract", "server"]),
    (s) => encoded(s, "zstd", (bytes) => Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), gzipSync(bytes)])),
  ],
  ["B35", "a gzip bomb on a 429", bad("rate_limit"), () => respond(429, gzipBomb(), { "content-encoding": "gzip" }), {}, { rare: 8 }],
);
