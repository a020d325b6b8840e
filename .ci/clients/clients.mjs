// Real clients at the versions that were tried, and how each is made to ask for the tools without an account. `start` gives the
// command: `command` is how it would start the server, a list of words. What it really asked is read off the wire (tap.mjs).
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const file = (path, value) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof value === "string" ? value : JSON.stringify(value));
};
const stdio = ([command, ...args]) => ({ command, args });

export const clients = [
  {
    name: "Claude Code",
    package: "@anthropic-ai/claude-code@2.1.329",
    bin: "claude",
    prepare: ({ home, command }) =>
      file(join(home, ".claude.json"), { mcpServers: { correctover: { type: "stdio", ...stdio(command), env: {} } } }),
    args: () => ["mcp", "list"],
    shows: /correctover: .*Connected/,
  },
  {
    name: "Codex",
    package: "@openai/codex@0.169.0",
    bin: "codex",
    prepare({ home, command: [command, ...args] }) {
      const block = `[mcp_servers.correctover]\ncommand = ${JSON.stringify(command)}\nargs = ${JSON.stringify(args)}\n`;
      file(join(home, ".codex/config.toml"), block);
    },
    args: () => ["app-server"],
    input: [
      { id: 1, method: "initialize", params: { clientInfo: { name: "clients", title: "clients", version: "1" } } },
      { method: "initialized" },
      { id: 2, method: "mcpServerStatus/list", params: {} },
    ],
    shows: /"name":"correctover"/,
  },
  {
    name: "Gemini CLI",
    package: "@google/gemini-cli@0.61.0",
    bin: "gemini",
    // `mcp list` only pings; a question makes it ask for the tools before it asks the model, which is a stand-in on loopback.
    prepare: ({ home, command }) =>
      file(join(home, ".gemini/settings.json"), {
        security: { auth: { selectedType: "gemini-api-key" } },
        mcpServers: { correctover: stdio(command) },
      }),
    args: () => ["-p", "hello"],
    env: ({ model }) => ({ GEMINI_CLI_TRUST_WORKSPACE: "true", GEMINI_API_KEY: "none", GOOGLE_GEMINI_BASE_URL: model }),
  },
  {
    name: "opencode",
    package: "opencode-ai@1.18.33",
    bin: "opencode",
    prepare: ({ work, command }) => file(join(work, "opencode.json"), { mcp: { correctover: { type: "local", command, enabled: true } } }),
    args: () => ["mcp", "list"],
    shows: /correctover.*connected/,
  },
  {
    name: "Qwen Code",
    package: "@qwen-code/qwen-code@0.24.4",
    bin: "qwen",
    prepare: ({ home, command }) => file(join(home, ".qwen/settings.json"), { mcpServers: { correctover: stdio(command) } }),
    args: () => ["--auth-type", "openai", "-p", "hello"],
    env: ({ model }) => ({ OPENAI_API_KEY: "none", OPENAI_BASE_URL: `${model}/v1`, OPENAI_MODEL: "none" }),
  },
  {
    name: "mcporter",
    package: "mcporter@0.12.3",
    bin: "mcporter",
    args: ({ command }) => ["list", "--stdio", command.join(" "), "--schema"],
    shows: /verify/,
  },
  ...["modern", "legacy"].map((era) => ({
    name: `Inspector, ${era}, --strict`,
    package: "@modelcontextprotocol/inspector@2.12.0",
    bin: "mcp-inspector",
    args: ({ command }) => ["--cli", ...command, "--protocol-era", era, "--method", "tools/list", "--strict", "-q", "--format", "json"],
    shows: /"name":"chat"/,
    // It warns of every schema that some client could refuse.
    hides: /^(?:Warning|Error)/m,
  })),
];

export const conformance = {
  package: "@modelcontextprotocol/conformance@0.2.0-alpha.12",
  bin: "conformance",
  /** Those that ask for nothing but what any server has; the others call tools by names which only a test server has. */
  scenarios: [
    ["2025-11-25", ["server-initialize", "server-session-lifecycle", "ping", "logging-set-level", "tools-list", "resources-list", "prompts-list"]],
    ["2026-07-28", ["tools-list", "resources-list", "prompts-list", "caching", "sep-2164-resource-not-found", "server-stateless"]],
  ],
  /** Checks that do not apply, and why. */
  beside: [
    [/missing-meta$|missing-protocol-version$|meta-invalid-400$/, "over stdio a message that claims no version is of the older era"],
    [/header-mismatch/, "stdio has no headers"],
    [/undeclared-capability$|missing-capability|no-independent-requests|no-log-without-loglevel/, "needs a tool of the suite's own test server"],
  ],
};
