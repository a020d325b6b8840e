// Builds and validates the bundle for one-click installers: correctover-mcp-server-<version>.mcpb, out of .mcp-bundle/manifest.json and the
// built bin. To be run after a build; it takes Anthropic's tool from the registry.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const tool = "@anthropic-ai/mcpb@2.1.2";
const manifest = JSON.parse(readFileSync(".mcp-bundle/manifest.json", "utf8"));
const target = resolve(`${manifest.name}-${manifest.version}.mcpb`);
const folder = mkdtempSync(join(tmpdir(), "correctover-mcpb-"));
const mcpb = (...args) => execFileSync("npx", ["-y", tool, ...args], { stdio: ["ignore", "inherit", "inherit"] });

try {
  mkdirSync(join(folder, "dist"));
  // Types are for the library alone.
  const code = readdirSync("dist").filter((name) => /\.(?:js|json|txt)$/.test(name) && name !== "meta.json");
  for (const name of code) cpSync(join("dist", name), join(folder, "dist", name));
  // package.json says that the files are modules.
  for (const name of ["package.json", "LICENSE", "README.md", ".mcp-bundle/manifest.json"]) cpSync(name, join(folder, name.split("/").at(-1)));
  mcpb("validate", join(folder, "manifest.json"));
  mcpb("pack", folder, target);
} finally {
  rmSync(folder, { recursive: true });
}
const bytes = readFileSync(target);
console.log(`${target}: ${statSync(target).size} bytes, sha256 ${createHash("sha256").update(bytes).digest("hex")}`);
