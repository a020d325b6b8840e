// Writes the README's tables out of the registries, between `<!-- name -->` and `<!-- /name -->`; with --check it only compares.
import { readFileSync, writeFileSync } from "node:fs";
import { defaultLimits, dimensions, faultClasses, findings, limitVariables, moveWords, providers, reasons, sandboxFaults, settingsJsonSchema } from "../dist/index.js";

const file = new URL("../README.md", import.meta.url);
const table = (head, rows) => [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
const code = (text) => `\`${text}\``;
const until = (model) => (model.retires === null ? "" : ` (until ${model.retires})`);

/** Rows of the properties of a JSON Schema. */
const described = (properties) => Object.entries(properties).map(([name, one]) => [code(name), one.description ?? ""]);

const tables = {
  providers: () =>
    table(
      ["provider", "key", "base URL (other regions)", "default model", "fallback model"],
      providers.map((one) => [
        `${one.name}, ${code(one.id)}`,
        one.env.key.map(code).join(" or "),
        [code(one.base_url), ...Object.keys(one.regions).filter((region) => one.regions[region] !== one.base_url)].join(", "),
        code(one.models.default.id) + until(one.models.default),
        code(one.models.fallback.id) + until(one.models.fallback),
      ]),
    ),
  dimensions: () =>
    table(
      ["dimension", "asks", "fails on", "warns on"],
      Object.values(dimensions).map((one) => [`**${one.name}**`, one.asks, one.fails_on, one.warns_on]),
    ),
  contract: () =>
    table(
      ["key", "meaning"],
      Object.values(dimensions).flatMap((one) =>
        one.name === "schema"
          ? [[code("schema"), one.options.description]]
          : Object.entries(one.options.shape).map(([key, option]) => [code(`${one.name}.${key}`), option.description ?? ""]),
      ),
    ),
  // One row for all reasons that are reacted to in the same way.
  faults: () => {
    const rows = new Map();
    const all = [...Object.entries(reasons), ...Object.entries(findings)];
    for (const name of faultClasses) {
      for (const [key, reaction] of all.filter(([, one]) => one.class === name)) {
        const tried = reaction.moves.map((move) => moveWords[move]).join(", ") || "nothing";
        const breaker = reaction.hold === null ? reaction.breaker : `${reaction.hold.scope} held`;
        const row = rows.get(name + tried + breaker) ?? { name, words: new Set(), tried, breaker };
        rows.set(name + tried + breaker, row);
        row.words.add(code(key));
      }
    }
    return table(
      ["class", "reasons", "what is tried next, in this order", "breaker"],
      [...rows.values()].map((row) => [row.name, [...row.words].join(", "), row.tried, row.breaker]),
    );
  },
  settings: () =>
    table(
      ["variable", "sets", "default", "range"],
      limitVariables.map((one) => [code(one.name), one.what, String(defaultLimits[one.limit] ?? "none"), `${one.min} to ${one.max}`]),
    ),
  "settings-file": () => table(["setting", "meaning"], described(settingsJsonSchema().properties)),
  endpoint: () => table(["key of an endpoint", "meaning"], described(settingsJsonSchema().properties.endpoints.items.properties)),
  simulate: () => sandboxFaults.map((fault) => code(fault.name)).join(", "),
};

const before = readFileSync(file, "utf8");
let after = before;
for (const [name, render] of Object.entries(tables)) {
  const marked = new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- /${name} -->)`);
  if (!marked.test(after)) throw new Error(`README.md has no <!-- ${name} --> … <!-- /${name} -->`);
  after = after.replace(marked, (_, open, close) => `${open}${render()}\n${close}`);
}
if (process.argv.includes("--check")) {
  if (after === before) process.exit(0);
  console.error("README.md is stale. Run: npm run readme");
  process.exit(1);
}
writeFileSync(file, after);
