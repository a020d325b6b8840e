import { describe, expect, test } from "vitest";
import type { Json, JsonObject, Usage } from "../../src/exchange.js";
import { usage } from "../helpers/deliveries.js";
import { completion, delta, read, sse } from "./completions.js";

const usages: [what: string, given: Json, counted: Usage | null][] = [
  ["plain", { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 }, usage({ prompt_tokens: 9, completion_tokens: 4 })],
  [
    "OpenAI's details",
    {
      prompt_tokens: 9,
      completion_tokens: 4,
      prompt_tokens_details: { cached_tokens: 5 },
      completion_tokens_details: { reasoning_tokens: 3 },
    },
    usage({ prompt_tokens: 9, completion_tokens: 4, cached_tokens: 5, reasoning_tokens: 3 }),
  ],
  [
    "details null (Together)",
    { prompt_tokens: 9, completion_tokens: 4, prompt_tokens_details: null },
    usage({ prompt_tokens: 9, completion_tokens: 4 }),
  ],
  [
    "cached at the top (Moonshot)",
    { prompt_tokens: 9, completion_tokens: 4, cached_tokens: 5 },
    usage({ prompt_tokens: 9, completion_tokens: 4, cached_tokens: 5 }),
  ],
  [
    "hit and miss (DeepSeek)",
    { prompt_tokens: 9, completion_tokens: 4, prompt_cache_hit_tokens: 5, prompt_cache_miss_tokens: 4 },
    usage({ prompt_tokens: 9, completion_tokens: 4, cached_tokens: 5 }),
  ],
  [
    "writes to the cache (DashScope)",
    { prompt_tokens: 9, completion_tokens: 4, prompt_tokens_details: { cached_tokens: 0, cache_creation_input_tokens: 6 } },
    usage({ prompt_tokens: 9, completion_tokens: 4, cached_tokens: 0, cache_write_tokens: 6 }),
  ],
  ["native names", { input_tokens: 9, output_tokens: 4 }, usage({ prompt_tokens: 9, completion_tokens: 4 })],
  [
    "native details",
    { input_tokens: 9, output_tokens: 4, input_tokens_details: { cached_tokens: 5 }, output_tokens_details: { reasoning_tokens: 3 } },
    usage({ prompt_tokens: 9, completion_tokens: 4, cached_tokens: 5, reasoning_tokens: 3 }),
  ],
  ["zeros", { prompt_tokens: 0, completion_tokens: 0 }, usage({ prompt_tokens: 0, completion_tokens: 0 })],
  ["half of it", { prompt_tokens: 9 }, usage({ prompt_tokens: 9, completion_tokens: null })],
  ["counts that are none", { prompt_tokens: "9", completion_tokens: -4 }, null],
  ["nothing in it", {}, null],
  ["null", null, null],
];

describe("usage", () => {
  test.each(usages)("%s", (_, given, expected) => {
    const body = completion({ index: 0, message: { content: "Yes." }, finish_reason: "stop" }, { usage: given });
    expect(read(body).usage).toEqual(expected);
  });

  test.each(usages)("%s, in a last chunk without choices", (_, given, expected) => {
    const chunks = [{ choices: [{ index: 0, delta: { content: "Yes." }, finish_reason: "stop" }] }, { choices: [], usage: given }];
    expect(read(sse(chunks)).usage).toEqual(expected);
  });

  test.each<[what: string, chunks: JsonObject[], expected: Usage | null]>([
    [
      "in every chunk, the last counts",
      [
        { choices: [delta({ content: "Ye" })], usage: { prompt_tokens: 9, completion_tokens: 1 } },
        { choices: [delta({ content: "s." }, "stop")], usage: { prompt_tokens: 9, completion_tokens: 2 } },
      ],
      usage({ prompt_tokens: 9, completion_tokens: 2 }),
    ],
    [
      "null after it was told",
      [
        { choices: [delta({ content: "Yes." })], usage: { prompt_tokens: 9, completion_tokens: 2 } },
        { choices: [delta({}, "stop")], usage: null },
      ],
      usage({ prompt_tokens: 9, completion_tokens: 2 }),
    ],
    [
      "in x_groq",
      [
        { choices: [delta({ content: "Yes." })], x_groq: { id: "r" } },
        { choices: [delta({}, "stop")], x_groq: { id: "r", usage: { prompt_tokens: 9, completion_tokens: 2, queue_time: 0.1 } } },
      ],
      usage({ prompt_tokens: 9, completion_tokens: 2 }),
    ],
    ["never", [{ choices: [delta({ content: "Yes." }, "stop")] }], null],
  ])("%s", (_, chunks, expected) => {
    expect(read(sse(chunks)).usage).toEqual(expected);
  });
});
