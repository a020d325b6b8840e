import type { Kind } from "../nouns.js";
import { sockets } from "./framing.js";
import { headers, trailers } from "./headers.js";
import { meant } from "./meanings.js";
import { bare, errors, perfect } from "./statuses.js";
import { obeyed, retryAfter } from "./waits.js";

/** §4: statuses, headers, framing. */

export const httpLevel: readonly Kind[] = [
  ...errors,
  ...perfect,
  ...bare,
  ...retryAfter,
  ...obeyed,
  ...meant,
  ...headers,
  ...sockets,
  ...trailers,
];
