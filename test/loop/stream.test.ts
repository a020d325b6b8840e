import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import { createFailover, type Failover, type StreamEvent, type StreamOptions } from "../../src/index.js";

/**
 * `failover.stream` over real sockets: what is shown when, what is taken back, and what a stream that breaks off is worth.
 * The upstream is this file's own; each provider has a path and a list of scripts, one a request.
 */
type Script = (response: ServerResponse, asked: Asked) => void;

interface Asked {
  path: string;
  body: { messages: { role: string; content: unknown; partial?: boolean }[]; stream?: boolean };
  closed: boolean;
}

let server: Server | undefined;
let failover: Failover | undefined;

afterEach(async () => {
  await failover?.close();
  server?.closeAllConnections();
  await new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve())));
  server = undefined;
  failover = undefined;
});

const readBody = (request: IncomingMessage): Promise<string> =>
  new Promise((resolve) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => resolve(text));
  });

/** Starts the upstream and a Failover whose providers are the scripts' keys. */
async function house(scripts: Record<string, Script[]>): Promise<{ failover: Failover; asked: Asked[] }> {
  const asked: Asked[] = [];
  const counts = new Map<string, number>();
  const started = createServer((request, response) => {
    void readBody(request).then((text) => {
      const provider = (request.url ?? "").split("/")[1] ?? "";
      const one: Asked = { path: request.url ?? "", body: JSON.parse(text), closed: false };
      response.on("close", () => (one.closed = !response.writableFinished));
      asked.push(one);
      const at = counts.get(provider) ?? 0;
      counts.set(provider, at + 1);
      const list = scripts[provider] ?? [];
      list[Math.min(at, list.length - 1)]?.(response, one);
    });
  });
  await new Promise<void>((resolve) => started.listen(0, "127.0.0.1", resolve));
  server = started;
  const address = started.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const env: Record<string, string> = { CORRECTOVER_PROVIDERS: Object.keys(scripts).join(","), CORRECTOVER_IDLE_MS: "500" };
  for (const provider of Object.keys(scripts)) {
    env[`${provider.toUpperCase()}_API_KEY`] = `key-of-${provider}`;
    env[`${provider.toUpperCase()}_BASE_URL`] = `http://127.0.0.1:${port}/${provider}`;
  }
  failover = createFailover({ env });
  return { failover, asked };
}

const chunk = (delta: object, finish: string | null = null, model = "gpt-6-luna") =>
  `data: ${JSON.stringify({ id: "c1", object: "chat.completion.chunk", model, choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;

const openai =
  (pieces: string[], end: "whole" | "cut" | "open" = "whole", model = "gpt-6-luna"): Script =>
  (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    const rest = [...pieces];
    const next = () => {
      const piece = rest.shift();
      if (piece !== undefined) {
        response.write(chunk({ content: piece }, null, model));
        setImmediate(next);
      } else if (end === "whole") response.end(`${chunk({}, "stop", model)}data: [DONE]\n\n`);
      else if (end === "cut") response.end();
    };
    next();
  };

const anthropic =
  (pieces: string[], model = "claude-haiku-4-5"): Script =>
  (response) => {
    const event = (type: string, body: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...body })}\n\n`;
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(event("message_start", { message: { id: "m1", model, usage: { input_tokens: 10, output_tokens: 1 } } }));
    response.write(event("content_block_start", { index: 0, content_block: { type: "text", text: "" } }));
    for (const text of pieces) response.write(event("content_block_delta", { index: 0, delta: { type: "text_delta", text } }));
    response.write(event("message_delta", { delta: { stop_reason: "end_turn" }, usage: { output_tokens: 20 } }));
    response.end(event("message_stop", {}));
  };

const question = { messages: [{ role: "user" as const, content: "Tell me about tides." }] };

/** What a consumer that obeys the events has on its screen at the end, and the kinds of events it saw. */
async function consume(stream: AsyncIterable<StreamEvent>) {
  let screen = "";
  const kinds: string[] = [];
  let end: (StreamEvent & { type: "end" }) | undefined;
  for await (const event of stream) {
    if (kinds.at(-1) !== event.type) kinds.push(event.type);
    if (event.type === "text") screen += event.text;
    else if (event.type === "restarted") screen = "";
    else if (event.type === "continued") screen = screen.slice(0, event.keep);
    else end = event;
  }
  return { screen, kinds, outcome: end?.outcome };
}

const ask = async (scripts: Record<string, Script[]>, options: StreamOptions = {}) => {
  const set = await house(scripts);
  return { ...(await consume(set.failover.stream(question, options))), asked: set.asked };
};

const long = Array.from({ length: 12 }, (_, at) => `Sentence number ${at} says something about the tides of the sea. `);

describe("commit modes", () => {
  test("buffered shows nothing before it is verified", async () => {
    const { screen, kinds, outcome } = await ask({ openai: [openai(long, "cut")], anthropic: [anthropic(["The moon ", "pulls."])] });
    expect(kinds).toEqual(["text", "end"]);
    expect(screen).toBe("The moon pulls.");
    expect(outcome?.verified).toBe(true);
  });

  test("first-token fails over before the first piece, and never after it", async () => {
    const refused: Script = (response) => response.writeHead(500).end("{}");
    const before = await ask({ openai: [refused], anthropic: [anthropic(["The moon pulls."])] }, { commit: "first-token" });
    expect(before.screen).toBe("The moon pulls.");
    await failover?.close();
    const after = await ask({ openai: [openai(long, "cut")], anthropic: [anthropic(["The moon pulls."])] }, { commit: "first-token" });
    expect(after.outcome?.verified).toBe(false);
    expect(after.screen).toBe(long.join(""));
    expect(after.asked.map((one) => one.path)).toEqual(["/openai/chat/completions"]);
  });

  test("live says that what was shown is void, and ends with the verdict", async () => {
    const { screen, kinds, outcome } = await ask(
      { openai: [openai(long, "cut")], anthropic: [anthropic(["The moon pulls."])] },
      { commit: "live" },
    );
    expect(kinds).toEqual(["text", "restarted", "text", "end"]);
    expect(screen).toBe("The moon pulls.");
    expect(outcome?.verdict?.verified).toBe(true);
  });

  test("a whole JSON body instead of a stream is shown at the end", async () => {
    const body = { id: "c", model: "gpt-6-luna", choices: [{ index: 0, message: { content: "All at once." }, finish_reason: "stop" }] };
    const whole: Script = (response) => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
    const { screen, kinds } = await ask({ openai: [whole] }, { commit: "live" });
    expect([screen, kinds]).toEqual(["All at once.", ["text", "end"]]);
  });

  test("a consumer that stops early cancels the call at the socket", async () => {
    const { failover: running, asked } = await house({ openai: [openai(["Once upon "], "open")] });
    for await (const event of running.stream(question, { commit: "live" })) if (event.type === "text") break;
    await expect.poll(() => asked[0]?.closed).toBe(true);
  });
});

describe("early stop", () => {
  const endless = (pieces: () => string, model = "gpt-6-luna"): Script => {
    return (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      const next = () => {
        if (response.destroyed) return;
        response.write(chunk({ content: pieces() }, null, model));
        setImmediate(next);
      };
      next();
    };
  };

  const stops: [string, Script, StreamOptions, string, string][] = [
    ["a loop", endless(() => "the sea rises and the sea falls and "), {}, "degenerate", "the text loops"],
    ["another model", endless(() => "Tides. ", "llama-3.1-8b"), {}, "substituted", "another model answers"],
    [
      "text where JSON must start",
      endless(() => "Sure! Here it is "),
      { contract: { structure: { format: "json" } } },
      "not_json",
      "text comes where JSON must begin",
    ],
    [
      "a token ceiling",
      (() => {
        let at = 0;
        return endless(() => `number ${(at += 1)} `);
      })(),
      { contract: { cost: { max_completion_tokens: 50 } } },
      "unknown_cost",
      "it has more tokens than max_completion_tokens",
    ],
  ];

  test.each(stops)("%s is cut off at the socket and the next route is asked", async (_name, script, options, reason, why) => {
    const json = options.contract !== undefined && "structure" in Object(options.contract);
    const { outcome, asked } = await ask(
      { openai: [script], anthropic: [anthropic([json ? "{}" : "The moon pulls."])] },
      { ...options, max_attempts: 4 },
    );
    const [first] = outcome?.attempts ?? [];
    expect(first?.fault?.reason).toBe(reason);
    expect(first?.stopped_early?.why).toBe(why);
    expect(asked[0]?.closed).toBe(true);
    expect(outcome?.attempts.every((one) => one.outcome !== "verified" || one.stopped_early === null)).toBe(true);
  });
});

describe("resume", () => {
  const kept = long.slice(0, 6);

  test("a provider that can goes on where the stream broke off, and the whole is judged as one", async () => {
    const { screen, kinds, outcome, asked } = await ask(
      { openai: [openai([...kept, "The next wor"], "cut")], anthropic: [anthropic([" word is whole.", " And the end."])] },
      { commit: "live", resume: "prefill" },
    );
    expect(kinds).toEqual(["text", "continued", "text", "end"]);
    const prefix = `${kept.join("")}The next`;
    expect(asked[1]?.body.messages.at(-1)).toEqual({ role: "assistant", content: [{ type: "text", text: prefix }] });
    expect(outcome?.text).toBe(`${prefix} word is whole. And the end.`);
    expect(screen).toBe(outcome?.text);
    expect(outcome?.attempts[0]?.next.continues_after).toBe(prefix.length);
    expect(outcome?.cost_usd).toBeNull();
    expect(outcome?.maybe_billed_attempts).toBe(1);
  });

  test("where nothing marks a continuation the next route starts again", async () => {
    const { outcome, asked } = await ask(
      { openai: [openai(kept, "cut")], deepseek: [openai(["Tides, afresh."], "whole", "deepseek-flash")] },
      { resume: "prefill" },
    );
    expect(asked[1]?.body.messages.at(-1)?.role).toBe("user");
    expect(outcome?.text).toBe("Tides, afresh.");
  });

  test("a continuation that says the end of the beginning again is not accepted", async () => {
    const { outcome } = await ask(
      { openai: [openai(kept, "cut")], anthropic: [anthropic([(kept.at(-1) ?? "").trim().slice(-60), " and on."])] },
      { resume: "prefill", max_attempts: 2 },
    );
    expect(outcome?.verified).toBe(false);
    expect(outcome?.attempts[1]?.fault?.reason).toBe("bad_joint");
  });

  test("a model that begins again instead has given a whole answer", async () => {
    const { outcome } = await ask({ openai: [openai(kept, "cut")], anthropic: [anthropic([...kept, "The end."])] }, { resume: "prefill" });
    expect(outcome?.text).toBe(`${kept.join("")}The end.`);
  });

  test("JSON stays one document across the joint", async () => {
    const items = Array.from({ length: 12 }, (_, at) => `"item number ${at} of the list"`);
    const start = `{"items": [${items.join(", ")}, "the last`;
    const { outcome } = await ask(
      { openai: [openai([start], "cut")], anthropic: [anthropic([' last one"]}'])] },
      { resume: "prefill", contract: { structure: { format: "json" } } },
    );
    expect(outcome?.verified).toBe(true);
    expect(JSON.parse(outcome?.text ?? "")).toEqual({
      items: [...Array.from({ length: 12 }, (_, at) => `item number ${at} of the list`), "the last one"],
    });
  });

  test("is off by default, for short beginnings, and for calls with tools", async () => {
    const prefixes: unknown[] = [];
    for (const options of [{}, { resume: "prefill" as const }]) {
      const pieces = Object.keys(options).length === 0 ? kept : ["Too short to keep "];
      const { asked } = await ask({ openai: [openai(pieces, "cut")], anthropic: [anthropic(["The moon pulls."])] }, options);
      prefixes.push(asked[1]?.body.messages.at(-1)?.role);
      await failover?.close();
    }
    expect(prefixes).toEqual(["user", "user"]);
  });
});
