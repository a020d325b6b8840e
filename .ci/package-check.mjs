// Packs the package and has publint and are-the-types-wrong look at it. Both come from the registry, at pinned versions, so that
// they are nobody's dependency; the package is for ES modules only, and a `require` of it is told apart by Node.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "correctover-pack-"));
const run = (command, args) => execFileSync(command, args, { stdio: ["ignore", "inherit", "inherit"] });

try {
  const packed = execFileSync("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", folder], { encoding: "utf8" });
  const [{ filename }] = Object.values(JSON.parse(packed));
  const tarball = join(folder, filename);
  run("npx", ["-y", "publint@0.3.25", "run", tarball, "--strict"]);
  run("npx", ["-y", "-p", "@arethetypeswrong/cli@0.18.5", "attw", tarball, "--profile", "esm-only"]);
} catch (error) {
  if (typeof error.status !== "number") throw error;
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}
