import type { Kind } from "../nouns.js";
import { endedWrongly } from "./stream-ended.js";
import { late } from "./stream-late.js";
import { odd, spoilt } from "./stream-spoilt.js";
import { whole } from "./stream-whole.js";

/** §6: event streams. */

export const streamLevel: readonly Kind[] = [...whole, ...late, ...endedWrongly, ...spoilt, ...odd];
