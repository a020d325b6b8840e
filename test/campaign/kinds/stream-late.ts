import type { Step } from "../nouns.js";
import { changed, wait } from "../wires.js";
import { accepted, bad, rows } from "./rows.js";
import { all, chat, without } from "./stream-events.js";

/** §6: streams that are waited for. */

export const late = rows(
  "a",
  [
    "S05",
    "comments for 20 s before a good stream, and nobody else is there",
    accepted,
    (s) => changed(s, (events) => [...waiting(20), ...events]),
    all,
    { modes: ["lone"] },
  ],
  [
    "S05-others",
    "comments for 40 s while somebody else is there",
    bad("timeout", ["keepalive_only", "first_token"]),
    (s) => changed(s, (events) => [...waiting(40), ...events]),
    all,
    { modes: ["pair"] },
  ],
  [
    "S13-late",
    "no terminal event, and the connection stays open after the finish reason",
    accepted,
    (s) => changed(s, (events) => [...without(events, "terminal", "usage"), { do: "hang" }]),
    chat,
    { limits: {} },
  ],
);

function waiting(seconds: number): (string | Step)[] {
  return Array.from({ length: seconds }, () => [": PROCESSING\n\n", wait(1_000)]).flat();
}
