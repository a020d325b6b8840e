import type { Finish, Json } from "../../src/exchange.js";
import { providerOf } from "../../src/providers/index.js";

/** What the tests of the messages dialect share. */

export const provider = providerOf("anthropic");
export const use = (name: string, input: Json): Json => ({ type: "tool_use", id: "t1", name, input });
export const end: Finish = { unified: "stop", raw: "end_turn" };
