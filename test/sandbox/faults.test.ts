import { describe, expect, it } from "vitest";
import { sandboxFaults } from "../../src/sandbox/index.js";
import { bodyFor } from "./client.js";
import { expected } from "./expected.js";
import { chat, everyWay } from "./started.js";
import { view } from "./view.js";

describe("every fault, at every provider, streamed and not", () => {
  it("has an expectation", () => {
    expect(Object.keys(expected).sort()).toEqual(sandboxFaults.map(({ name }) => name).sort());
  });

  it.each(Object.keys(expected))("%s", async (fault) => {
    const row = expected[fault];
    await Promise.all(
      everyWay.map(async ({ provider, streamed }) => {
        const body = bodyFor(provider, row?.kind ?? "plain", streamed);
        const good = view(await chat(provider, body), provider);
        const seen = await chat(provider, body, fault, row?.leave === undefined ? {} : { leave: row.leave });
        const c = { provider, streamed, seen, v: view(seen, provider), good };
        expect({ provider, streamed, sees: row?.sees(c) }).toEqual({ provider, streamed, sees: row?.must(c) });
      }),
    );
  });
});
