import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { isObject, listOf, stringOf } from "../src/json.js";
import type { JsonObject } from "../src/exchange.js";
import { providers } from "../src/providers/index.js";
import { limitVariables } from "../src/settings.js";
import schema from "./helpers/server.schema.json" with { type: "json" };

function readJson(path: string): JsonObject {
  const value: unknown = JSON.parse(readFileSync(path, "utf8"));
  if (!isObject(value)) throw new Error(`${path} is no object`);
  return value;
}

const manifest = readJson("package.json");
const server = readJson("server.json");
const smithery = readFileSync("smithery.yaml", "utf8");
const [npm] = listOf(server["packages"]).filter(isObject);
const variables = listOf(npm?.["environmentVariables"]).filter(isObject);
const variable = (name: string): JsonObject | undefined => variables.find((one) => one["name"] === name);

describe("server.json", () => {
  test("fulfils the registry's schema", () => {
    const validate = new Ajv({ strict: false, formats: { uri: true } }).compile(schema);
    validate(server);
    expect(validate.errors).toBeNull();
  });

  test("names the package and its version as package.json does", () => {
    expect(server["name"]).toBe(manifest["mcpName"]);
    expect(server["version"]).toBe(manifest["version"]);
    expect(npm).toMatchObject({ registryType: "npm", identifier: manifest["name"], version: manifest["version"] });
  });

  test.each(providers.map((one) => [one.id, one] as const))("lists the variables of %s", (_id, { env }) => {
    for (const [first, ...synonyms] of [env.key, env.base_url, env.model]) {
      const listed = variable(first ?? "");
      expect(listed, first).toBeDefined();
      for (const synonym of synonyms) expect(stringOf(listed?.["description"])).toContain(synonym);
    }
    expect(variable(env.key[0] ?? "")).toMatchObject({ isSecret: true, isRequired: false });
  });

  test.each(limitVariables.map((one) => [one.name, one] as const))("lists %s with its range", (name, { min, max }) => {
    expect(stringOf(variable(name)?.["description"])).toContain(`${min} to ${max}`);
  });

  test("marks every key, and nothing else but proxies, as secret", () => {
    const secret = variables.filter((one) => one["isSecret"] === true).map((one) => one["name"]);
    expect(secret).toEqual([...providers.map((one) => one.env.key[0]), "HTTPS_PROXY", "HTTP_PROXY"]);
  });

  test("lists every variable of ours that the code reads, and no other", () => {
    const code = ["src/settings.ts", "tools/main.ts"].map((path) => readFileSync(path, "utf8")).join("\n");
    const read = new Set([...code.matchAll(/"(CORRECTOVER_[A-Z_]+)"/g)].map((found) => found[1]));
    const listed = variables.map((one) => stringOf(one["name"]) ?? "").filter((name) => name.startsWith("CORRECTOVER_"));
    expect(new Set(listed)).toEqual(read);
  });
});

describe("smithery.yaml", () => {
  test("starts this version of this package", () => {
    expect(smithery).toContain(`"${stringOf(manifest["name"])}@${stringOf(manifest["version"])}"`);
  });
  test.each(providers.map((one) => one.env.key[0] ?? ""))("hands on %s", (name) => {
    expect(smithery).toMatch(new RegExp(`^ +${name}: config\\.\\w+,$`, "m"));
  });
});

describe("package.json", () => {
  test("has no runtime dependencies: everything is in the bundle", () => {
    expect(manifest["dependencies"]).toBeUndefined();
  });
  test("runs no script when it is installed", () => {
    const scripts = Object.keys(isObject(manifest["scripts"]) ? manifest["scripts"] : {});
    expect(scripts.filter((name) => /^(?:pre|post)?install$|^prepare$/.test(name))).toEqual([]);
  });
});
