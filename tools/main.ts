import { openStdio } from "./stdio.js";

// Before anything else is loaded, so that nothing can print where JSON-RPC goes.
const stdio = openStdio();
const words = process.argv.slice(2);

if (words.every((word) => word === "--sandbox")) {
  const { serve } = await import("./serve.js");
  serve(stdio, { sandbox: words.length > 0, log_level: process.env["CORRECTOVER_LOG_LEVEL"] });
} else {
  const { run } = await import("./commands/program.js");
  await run(words, stdio);
}
