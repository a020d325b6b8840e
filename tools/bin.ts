#!/usr/bin/env node
import module from "node:module";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major < 20 || (major === 20 && minor < 18)) {
  process.stderr.write(
    `correctover-mcp-server needs Node.js 20.18 or newer; this is ${process.version}. Install a newer one from https://nodejs.org and restart your client.\n`,
  );
  process.exitCode = 1;
} else {
  // From Node 22 on, and worth a tenth of the start.
  if ("enableCompileCache" in module && typeof module.enableCompileCache === "function") module.enableCompileCache();
  await import("./main.js");
}
