// Writes dist/THIRD-PARTY-NOTICES.txt: the licences of every package whose code is in the bundle, read from esbuild's metafile.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const { outputs } = JSON.parse(readFileSync("dist/meta.json", "utf8"));
const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs).filter(([, share]) => share.bytesInOutput > 0));
const folders = new Set(inputs.flatMap(([path]) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []));

const notices = [...folders].sort().map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const files = readdirSync(folder).filter((file) => /^(?:licen[cs]e|notice|copying)/i.test(file));
  if (typeof license !== "string") throw new Error(`${name} states no licence: it must not be bundled`);
  const texts = files.map((file) => readFileSync(join(folder, file), "utf8").trim());
  return [`${name} ${version} (${license})`, ...texts].join("\n\n");
});

const rule = `\n\n${"-".repeat(100)}\n\n`;
writeFileSync(
  "dist/THIRD-PARTY-NOTICES.txt",
  ["This package contains code of the packages below, under their licences.", ...notices].join(rule) + "\n",
);
