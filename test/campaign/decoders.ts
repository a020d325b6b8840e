import { syncBuiltinESMExports } from "node:module";
import zlib from "node:zlib";

/**
 * zlib works in threads that know nothing of virtual time: before time goes on they have to come to rest. So every decoder that
 * is made is watched from here on; what it does stays as it is.
 */
type Decoder = zlib.Gunzip | zlib.BrotliDecompress | zlib.Inflate;

const live = new Set<Decoder>();
let watching = false;

function watched<Options, Made extends Decoder>(make: (options?: Options) => Made): (options?: Options) => Made {
  return (options) => {
    const decoder = make(options);
    live.add(decoder);
    decoder.once("close", () => live.delete(decoder));
    return decoder;
  };
}

export function watchDecoders(): void {
  if (watching) return;
  watching = true;
  const makers = {
    createGunzip: watched(zlib.createGunzip),
    createBrotliDecompress: watched(zlib.createBrotliDecompress),
    createInflate: watched(zlib.createInflate),
  };
  for (const [name, value] of Object.entries(makers)) Object.defineProperty(zlib, name, { value, configurable: true, enumerable: true });
  syncBuiltinESMExports();
}

/** Whether any decoder still has something to do. */
export function decoding(): boolean {
  for (const decoder of live) {
    if (decoder.destroyed || decoder.readableEnded) live.delete(decoder);
    else if (decoder.writableLength > 0 || (decoder.writableEnded && !decoder.writableFinished)) return true;
  }
  return false;
}
