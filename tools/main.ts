import { readFirstAnswers, receive } from "./reception.js";
import type { Served } from "./serve.js";
import { openStdio, type Stdio } from "./stdio.js";

// Before anything else is loaded, so that nothing can print where JSON-RPC goes.
const stdio = openStdio();
const words = process.argv.slice(2);

if (words.every((word) => word === "--sandbox")) attend(stdio, words.length > 0);
else {
  const { run } = await import("./commands/program.js");
  await run(words, stdio);
}

/** Serves until the client leaves; the server itself is loaded when it is needed. */
function attend(stdio: Stdio, sandbox: boolean): void {
  let served: Promise<Served> | undefined;
  const lost = (error: unknown): void => void stdio.diagnostics.write(`the server could not be loaded: ${String(error)}\n`);
  const failure = (message: string, error: unknown): void => void served?.then((server) => server.failure(message, error), lost);
  const wire = stdio.wire((message) => void served?.then((server) => server.warn(message), lost));
  const open = async (output: typeof wire.output): Promise<Served> => {
    const { serve } = await import("./serve.js");
    const server = serve(stdio, { ...wire, output }, { sandbox, log_level: process.env["CORRECTOVER_LOG_LEVEL"] });
    wire.input.resume(); // held back while nobody could hear
    return server;
  };
  stdio.untilTheEnd(async () => (await served)?.close(), failure);
  // A person at a terminal is greeted, which takes the server.
  if (stdio.terminal.interactive) served = open(wire.output);
  else receive(wire, readFirstAnswers(new URL("./first-answers.json", import.meta.url)), (output) => (served = open(output)));
}
