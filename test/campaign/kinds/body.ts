import type { Kind } from "../nouns.js";
import { broken, others, sixteenths } from "./bodies.js";
import { encodings } from "./encodings.js";
import { patience, sizes, spare } from "./sizes.js";

/** §5: bodies, encodings, sizes. */

export const bodyLevel: readonly Kind[] = [...others, ...sixteenths, ...broken, ...encodings, ...sizes, ...patience, ...spare];
