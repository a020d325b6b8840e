import type { Kind } from "../nouns.js";
import { anything, brisk, failing, held, meeting, mixed, slow } from "../stories/history.js";
import { crowd } from "../stories/crowd.js";
import { ceiling, generous } from "../stories/money.js";
import { stale } from "../stories/stale.js";
import type { Story } from "../stories/telling.js";
import { good } from "../wires.js";
import { either } from "./rows.js";

/** C: what no single answer shows. They bring their own upstream; often, since each draws one of very many courses. */

const told = (name: string, defect: string, story: Story, times = 4): Kind[] =>
  Array.from({ length: times }, (_, at) => ({
    name: `C-${name}-${at + 1}`,
    defect,
    legs: "a",
    fits: {},
    fate: either("the story is judged as a whole"),
    play: good,
    options: { story },
  }));

export const stories: readonly Kind[] = [
  ...told("crowd", "more calls at once than may run", crowd, 12),
  ...told("meeting", "calls that meet at one breaker", meeting, 12),
  ...told("mixed", "a route that fails now and then", mixed),
  ...told("failing", "a route that fails again and again, for hours", failing),
  ...told("held", "a route that is held again and again", held),
  ...told("slow", "a route whose answers take a minute", slow, 2),
  ...told("brisk", "a route whose answers take ten seconds", brisk, 1),
  ...told("anything", "two providers that do anything", anything, 8),
  ...told("ceiling", "a ceiling in USD", ceiling, 10),
  ...told("generous", "a ceiling in USD that nothing reaches", generous, 2),
  ...told("stale", "an answer of before", stale, 16),
];
