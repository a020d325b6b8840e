import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv } from "ajv";
import fc from "fast-check";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { createFailover } from "../src/create-failover.js";
import { InvalidInput, type Failover, type SettingsInput } from "../src/face.js";
import { isObject, objectOf, stringOf } from "../src/json.js";
import { limitRanges } from "../src/limits.js";
import { providerIds } from "../src/providers/provider.js";
import { redact } from "../src/secrets.js";
import { readSettings, type Settings } from "../src/settings.js";
import { checkSettings } from "../src/settings-check.js";
import { readSettingsFile } from "../src/settings-file.js";
import { settingsJsonSchema } from "../src/settings-schema.js";
import type { Env } from "../src/variables.js";
import { completion, startUpstream, type Upstream } from "./helpers/upstream.js";

const folder = mkdtempSync(join(tmpdir(), "correctover-settings-"));
afterAll(() => rmSync(folder, { recursive: true }));

const upstreams: Upstream[] = [];
const failovers: Failover[] = [];
afterEach(async () => {
  await Promise.all(failovers.splice(0).map((one) => one.close()));
  await Promise.all(upstreams.splice(0).map((one) => one.close()));
});

let count = 0;
function written(content: string | Buffer | object): string {
  count += 1;
  const path = join(folder, `config-${count}.json`);
  writeFileSync(path, typeof content === "string" || Buffer.isBuffer(content) ? content : JSON.stringify(content));
  return path;
}

const key = "sk-settings-file-0123456789abcdef";
const env: Env = { OPENAI_API_KEY: key, GROQ_API_KEY: "gsk_settings-file-0123456789" };
const settingsOf = (settings: SettingsInput, environment: Env = env): Settings => {
  const checked = checkSettings(settings, environment);
  expect(checked.mistakes).toEqual([]);
  return readSettings(environment, { ...checked, file: null });
};
const endpoint = { id: "litellm", base_url: "http://127.0.0.1:4000/v1", model: "fast" };

function failover(settings: SettingsInput, environment: Env = {}): Failover {
  const one = createFailover({ env: environment, settings });
  failovers.push(one);
  return one;
}

async function upstream(served: (asked: string) => string, content = "Blue."): Promise<Upstream & { headers: Record<string, unknown>[] }> {
  const headers: Record<string, unknown>[] = [];
  const one = await startUpstream((request, response, body) => {
    headers.push(request.headers);
    const parsed: unknown = body === "" ? null : JSON.parse(body);
    const asked = stringOf(objectOf(parsed)?.["model"]) ?? "";
    response.setHeader("content-type", "application/json");
    response.end(request.method === "GET" ? JSON.stringify({ data: [{ id: "fast" }] }) : completion(served(asked), content));
  });
  upstreams.push(one);
  return { ...one, headers };
}

describe("where the file is", () => {
  const path = (environment: Env, platform: string, home = "/home/ada") => readSettingsFile(environment, { platform, home }).file?.path;

  test("in the platform's config folder", () => {
    expect(path({}, "linux")).toBe("/home/ada/.config/correctover/config.json");
    expect(path({ XDG_CONFIG_HOME: "/etc/ada" }, "linux")).toBe("/etc/ada/correctover/config.json");
    expect(path({ XDG_CONFIG_HOME: "relative" }, "linux")).toBe("/home/ada/.config/correctover/config.json");
    expect(path({}, "darwin", "/Users/ada")).toBe("/Users/ada/Library/Application Support/correctover/config.json");
    expect(path({ APPDATA: "C:\\Users\\ada\\AppData\\Roaming" }, "win32", "C:\\Users\\ada")).toBe(
      "C:\\Users\\ada\\AppData\\Roaming\\correctover\\config.json",
    );
    expect(path({}, "win32", "C:\\Users\\ada")).toBe("C:\\Users\\ada\\AppData\\Roaming\\correctover\\config.json");
  });

  test("or where CORRECTOVER_CONFIG says, which counts as unset when it is empty or a literal ${…}", () => {
    const file = written({});
    expect(readSettingsFile({ CORRECTOVER_CONFIG: file })).toMatchObject({ file: { path: file, state: "read" }, mistakes: [] });
    expect(readSettingsFile({ CORRECTOVER_CONFIG: "~/x.json" }, { platform: "linux", home: folder }).file?.path).toBe(
      join(folder, "x.json"),
    );
    for (const unset of ["", " ", "${user_config.config}"])
      expect(readSettingsFile({ CORRECTOVER_CONFIG: unset }, { platform: "linux", home: folder })).toMatchObject({
        file: { state: "none" },
        mistakes: [],
      });
  });

  test("is found there by createFailover, but only when it is told to read it", () => {
    const home = mkdtempSync(join(folder, "home-"));
    mkdirSync(join(home, "correctover"));
    writeFileSync(join(home, "correctover", "config.json"), JSON.stringify({ limits: { max_attempts: 2 } }));
    const environment = { XDG_CONFIG_HOME: home, APPDATA: home, HOME: home };
    const read = createFailover({ env: environment, settings_file: true }).providers();
    if (process.platform !== "darwin") expect(read).toMatchObject({ limits: { max_attempts: 2 }, settings_file: { state: "read" } });
    expect(createFailover({ env: environment }).providers()).toMatchObject({ limits: { max_attempts: 6 }, settings_file: null });
  });
});

describe("a file that cannot be used is ignored as a whole, loudly", () => {
  const told = (path: string): string[] => {
    const report = createFailover({ env: { ...env, CORRECTOVER_CONFIG: path }, settings_file: true }).providers();
    expect(report.settings_file).toEqual({ path, state: "ignored" });
    expect(report.problems.at(-1)).toBe(
      `The settings file ${path} is ignored as a whole until that is corrected; what the environment sets counts.`,
    );
    // What the environment sets still counts.
    expect(report.routes[0]).toBe("openai/gpt-6-luna");
    expect(report.limits.max_attempts).toBe(6);
    return report.problems.slice(0, -1);
  };

  test.each<[string, () => string, RegExp]>([
    ["missing", () => join(folder, "not-there.json"), /there is no such file\. Correct CORRECTOVER_CONFIG, or leave it out\.$/],
    ["below a file", () => join(written({}), "config.json"), /there is no such file/],
    ["a folder", () => folder, /it is no ordinary file/],
    ["a device", () => "/dev/zero", /it is no ordinary file/],
    ["huge", () => written(`{"$schema":"${"x".repeat(300_000)}"}`), /it has 3000\d+ bytes; at most 262144 are read/],
    ["empty", () => written(""), /it is not JSON\. Allowed is one JSON object: double quotes, no comments/],
    ["no JSON", () => written("providers: [openai]"), /it is not JSON \(line 1, column 1\)/],
    ["with a comment", () => written('{\n  // first openai\n  "providers": ["openai"]\n}'), /it is not JSON \(line 2, column 3\)/],
    ["with a comma after the last entry", () => written('{\n  "providers": ["openai"],\n}'), /it is not JSON \(line 3, column 1\)/],
    ["with single quotes", () => written("{'providers': ['openai']}"), /it is not JSON \(line 1, column 2\)/],
    ["cut off", () => written('{"providers": ["openai"'), /it is not JSON/],
    ["in UTF-16", () => written(Buffer.from('\ufeff{"limits":{}}', "utf16le")), /it is not UTF-8 text\. Save it as UTF-8\./],
    [
      "with a name twice",
      () => written('{"limits":{"max_attempts":2,"max_attempts":3}}'),
      /a name stands there twice: \/limits\/max_attempts/,
    ],
    ["with two documents", () => written("{}{}"), /it is not JSON/],
    ["a list", () => written([]), /The settings must be an object; it was a list of 0\.$/],
    ["null", () => written("null"), /The settings must be an object; it was null\.$/],
  ])("%s", (_what, path, sentence) => {
    if (process.platform === "win32" && path() === "/dev/zero") return;
    const where = path();
    const problems = told(where);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(sentence);
    expect(problems[0]).toContain(`Settings file ${where}: `);
  });

  test("a byte-order mark does no harm", () => {
    expect(readSettingsFile({ CORRECTOVER_CONFIG: written('\ufeff{"limits":{"max_attempts":2}}') })).toMatchObject({
      mistakes: [],
      settings: { limits: { max_attempts: 2 } },
    });
  });

  const nine = providerIds.join(", ");
  const withEndpoint = (part: object) => ({ endpoints: [{ ...endpoint, ...part }] });
  test.each<[object, string]>([
    [
      { provider: "openai" },
      'There is no setting "provider"; allowed: $schema, providers, models, base_urls, limits, contract, aliases, endpoints.',
    ],
    [{ providers: "openai" }, 'providers must be a list; it was the string "openai".'],
    [{ providers: [] }, "providers must have at least 1 entries; it was a list of 0."],
    [{ providers: ["openia"] }, `providers[0] must be one of ${nine}; it was the string "openia".`],
    [{ ...withEndpoint({}), providers: ["openia"] }, `providers[0] must be one of ${nine}, litellm; it was the string "openia".`],
    [{ models: { openia: "m" } }, `models has no key "openia"; allowed there: ${nine}.`],
    [{ models: { openai: 4 } }, "models.openai must be a string or an object; it was 4."],
    [
      { models: { openai: "gpt 4" } },
      'models.openai must be a model\'s name: up to 128 letters, digits and . : / @ _ -; it was the string "gpt 4".',
    ],
    [{ models: { openai: { primary: "m" } } }, 'models.openai has no key "primary"; allowed there: default, fallback.'],
    [{ models: { litellm: "m" }, ...withEndpoint({}) }, `models has no key "litellm"; allowed there: ${nine}.`],
    [
      { base_urls: { openai: "api.openai.com" } },
      'base_urls.openai is not a URL. It must look like https://host/path. It was the string "api.openai.com".',
    ],
    [
      { base_urls: { openai: "http://gateway.lan/v1" } },
      "base_urls.openai is plain http to another machine, which would send the key readable. Use https, or set CORRECTOVER_ALLOW_HTTP=1",
    ],
    [{ base_urls: { openai: "https://a.test/?x=1" } }, "base_urls.openai holds a query or a fragment."],
    [{ base_urls: { openai: "file:///etc/passwd" } }, "base_urls.openai starts with file:// but only https://"],
    [
      { base_urls: { openai: "https://u:p@a.test" } },
      "base_urls.openai holds a user name or password before the host. Leave them out; the key has its own variable. It was a text of 18 characters, not shown here.",
    ],
    [{ limits: { max_attempts: 0 } }, "limits.max_attempts must be at least 1; it was 0."],
    [{ limits: { max_attempts: 9 } }, "limits.max_attempts must be at most 8; it was 9."],
    [{ limits: { deadline_ms: "50s" } }, 'limits.deadline_ms must be a number; it was the string "50s".'],
    [{ limits: { idle_ms: 700.5 } }, "limits.idle_ms must be a whole number; it was 700.5."],
    [{ limits: { retries: 3 } }, `limits has no key "retries"; allowed there: ${limitRanges.map((one) => one.limit).join(", ")}.`],
    [{ contract: { speed: 1 } }, 'contract has no key "speed"; allowed there: structure, schema, latency, cost, identity, integrity.'],
    [{ contract: { latency: { max_ms: "1s" } } }, 'contract.latency.max_ms must be a number; it was the string "1s".'],
    [
      { contract: { identity: { mode: "strict" } } },
      'contract.identity.mode must be one of exact, family, any; it was the string "strict".',
    ],
    [{ contract: { schema: { typ: "object" } } }, "contract.schema cannot be used: "],
    [{ aliases: { openia: {} } }, `aliases has no key "openia"; allowed there: ${nine}.`],
    [{ aliases: { openai: { "gpt-4": [] } } }, "aliases.openai.gpt-4 must have at least 1 entries; it was a list of 0."],
    [{ aliases: { openai: { "gpt 4": "x" } } }, "aliases.openai.gpt 4 is a name that must be a model's name"],
    [{ endpoints: { litellm: {} } }, "endpoints must be a list; it was an object."],
    [{ endpoints: [{ id: "a", base_url: "https://a.test" }] }, "endpoints[0].model is missing; it must be a string."],
    [
      withEndpoint({ id: "LiteLLM" }),
      'endpoints[0].id must begin with a small letter and hold at most 32 small letters, digits and -; it was the string "LiteLLM".',
    ],
    [withEndpoint({ id: "openai" }), "endpoints[0].id is the id of a built-in provider; choose another"],
    [{ endpoints: [endpoint, endpoint] }, "endpoints[1].id is that of endpoints[0], too; every endpoint needs its own."],
    [withEndpoint({ base_url: "http://10.0.0.7/v1" }), "endpoints[0].base_url is plain http to another machine"],
    [
      withEndpoint({ url: "x" }),
      'endpoints[0] has no key "url"; allowed there: id, name, base_url, key_variable, model, fallback_model, max_tokens_param, prices, headers.',
    ],
    [withEndpoint({ name: "a\u0000b" }), "endpoints[0].name must be 1 to 60 visible characters"],
    [
      withEndpoint({ max_tokens_param: "maxTokens" }),
      'endpoints[0].max_tokens_param must be one of max_tokens, max_completion_tokens; it was the string "maxTokens".',
    ],
    [withEndpoint({ prices: { fast: { input: 1 } } }), 'endpoints[0].prices.fast has no key "input"; allowed there: input_usd, output_usd'],
    [withEndpoint({ prices: { fast: { input_usd: -1 } } }), "endpoints[0].prices.fast.input_usd must be at least 0; it was -1."],
    [withEndpoint({ headers: { "X Team": "a" } }), "endpoints[0].headers.X Team is no name of a header"],
    [withEndpoint({ headers: { Host: "a" } }), "endpoints[0].headers.Host is set by this program itself; leave it out."],
    [
      withEndpoint({ headers: { "x-team": "a\nb" } }),
      "endpoints[0].headers.x-team must be up to 512 printable ASCII characters; it was a text of 3 characters, not shown here.",
    ],
  ])("%j", (settings, sentence) => {
    const path = written(settings);
    const problems = told(path);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.startsWith(`Settings file ${path}: ${sentence}`), problems[0]).toBe(true);
  });

  test("all mistakes are told, and of very many the first twenty", () => {
    const problems = told(written({ limits: { max_attempts: 9, idle_ms: 1 }, providers: ["x"], nothing: 1 }));
    expect(problems).toHaveLength(4);
    const many = told(written(Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`k${at}`, at]))));
    expect(many).toHaveLength(21);
    expect(many.at(-1)).toContain("And 30 more.");
  });

  test("no value whatever makes reading fail", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        expect(Array.isArray(checkSettings(value, {}).mistakes)).toBe(true);
      }),
      { numRuns: 60 },
    );
    const part = fc.constantFrom("providers", "models", "base_urls", "limits", "contract", "aliases", "endpoints");
    fc.assert(
      fc.property(fc.dictionary(part, fc.jsonValue({ maxDepth: 4 })), (value) => {
        expect(Array.isArray(checkSettings(value, {}).mistakes)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

describe("keys never stand in settings", () => {
  const sentinel = "zq-sentinel-42-in-settings";
  test.each<[string, object, RegExp]>([
    [
      "as api_key of an endpoint",
      { endpoints: [{ ...endpoint, api_key: sentinel }] },
      /endpoints\[0\]\.api_key: keys never stand in settings.*"key_variable": "MY_GATEWAY_API_KEY"/,
    ],
    ["as key of an endpoint", { endpoints: [{ ...endpoint, key: sentinel }] }, /endpoints\[0\]\.key: keys never stand/],
    [
      "in place of a variable's name",
      { endpoints: [{ ...endpoint, key_variable: sentinel }] },
      /key_variable must be the name of a variable, such as LITELLM_API_KEY.*not shown here/,
    ],
    [
      "as a header",
      { endpoints: [{ ...endpoint, headers: { Authorization: `Bearer ${sentinel}` } }] },
      /headers\.Authorization looks like a key.*key_variable/,
    ],
    [
      "as a header of another name",
      { endpoints: [{ ...endpoint, headers: { "X-Api-Key": sentinel } }] },
      /headers\.X-Api-Key looks like a key/,
    ],
    [
      "under the name of its variable",
      { OPENAI_API_KEY: sentinel },
      /OPENAI_API_KEY: keys never stand in settings\. Set the provider's own variable/,
    ],
    ["in a list of keys", { keys: { openai: sentinel } }, /keys: keys never stand/],
    ["in a base URL", { base_urls: { openai: `https://${sentinel}@api.openai.com/v1` } }, /user name or password/],
    ["as a model", { models: { openai: `sk-${sentinel} x` } }, /models\.openai must be a model's name.*not shown here/],
    ["as a name", { [`sk-${sentinel}`]: 1 }, /A name in the settings looks like a key/],
  ])("%s: refused, and not repeated", (_what, settings, sentence) => {
    const path = written(settings);
    const { problems } = createFailover({ env: { CORRECTOVER_CONFIG: path }, settings_file: true }).providers();
    expect(problems[0]).toMatch(sentence);
    expect(JSON.stringify(problems)).not.toContain(sentinel);
  });

  test("whatever was written where a key might stand is redacted from then on", () => {
    checkSettings({ endpoints: [{ ...endpoint, api_key: "gateway-master-4711" }], keys: { a: "another-word-1234" } }, {});
    expect(redact("gateway-master-4711, another-word-1234")).toBe("[REDACTED], [REDACTED]");
  });
});

describe("what settings do", () => {
  test("the order, and only those named", () => {
    expect(settingsOf({ providers: ["groq", "openai", "deepseek"] }).order).toEqual(["groq", "openai"]);
    expect(settingsOf({ providers: ["groq"] }).order).toEqual(["groq"]);
    expect(settingsOf({ providers: ["groq"] }, { ...env, CORRECTOVER_PROVIDERS: "openai" }).order).toEqual(["openai"]);
    expect(settingsOf({ endpoints: [endpoint] }).order).toEqual(["openai", "groq", "litellm"]);
    expect(settingsOf({ endpoints: [endpoint], providers: ["litellm", "openai"] }).order).toEqual(["litellm", "openai"]);
    expect(settingsOf({ endpoints: [endpoint] }, { ...env, CORRECTOVER_PROVIDERS: "litellm" }).order).toEqual(["litellm"]);
  });

  test("models: default and fallback, under the variable", () => {
    const routes = (settings: SettingsInput, more: Env = {}) =>
      createFailover({ env: { OPENAI_API_KEY: key, ...more }, settings }).providers().routes;
    expect(routes({ models: { openai: "gpt-x" } })).toEqual(["openai/gpt-x", "openai/gpt-5.4-nano"]);
    expect(routes({ models: { openai: { fallback: "gpt-y" } } })).toEqual(["openai/gpt-6-luna", "openai/gpt-y"]);
    expect(routes({ models: { openai: { default: "gpt-x", fallback: "gpt-y" } } })).toEqual(["openai/gpt-x", "openai/gpt-y"]);
    expect(routes({ models: { openai: "gpt-x" } }, { OPENAI_MODEL: "gpt-z" })[0]).toBe("openai/gpt-z");
  });

  test("base URLs, under the variable and over the one a key implies", () => {
    const zhipu = (settings: SettingsInput, more: Env = {}) =>
      settingsOf(settings, { ZHIPUAI_API_KEY: "id.secret-0123456789", ...more }).providers.find((one) => one.provider.id === "zhipu");
    const base_urls = { zhipu: "https://gate.test/v4/" };
    expect(zhipu({})).toMatchObject({ base_url: "https://open.bigmodel.cn/api/paas/v4", base_url_from: "ZHIPUAI_API_KEY" });
    expect(zhipu({ base_urls })).toMatchObject({ base_url: "https://gate.test/v4", base_url_from: "settings file" });
    expect(zhipu({ base_urls }, { ZAI_BASE_URL: "https://other.test" })).toMatchObject({ base_url: "https://other.test" });
    expect(checkSettings({ base_urls: { openai: "http://gateway.lan/v1" } }, { CORRECTOVER_ALLOW_HTTP: "1" }).mistakes).toEqual([]);
  });

  test("limits, all of them, under the variable", () => {
    for (const { limit, min, max } of limitRanges)
      for (const value of [min, max]) expect(settingsOf({ limits: { [limit]: value } }).limits[limit], limit).toBe(value);
    expect(settingsOf({ limits: { max_cost_usd: null } }).limits.max_cost_usd).toBeNull();
    expect(settingsOf({ limits: { max_cost_usd: 0.25 } }).limits.max_cost_usd).toBe(0.25);
    expect(settingsOf({ limits: { max_attempts: 2 } }, { CORRECTOVER_MAX_ATTEMPTS: "3" }).limits.max_attempts).toBe(3);
    const bad = settingsOf({ limits: { max_attempts: 2 } }, { CORRECTOVER_MAX_ATTEMPTS: "many" });
    expect(bad.limits.max_attempts).toBe(2);
    expect(bad.problems[0]).toContain("the settings' 2 is used");
  });

  test("the contract holds for every call, and a dimension the call names replaces the standing one as a whole", async () => {
    const own = createFailover({
      env: {},
      sandbox: true,
      settings: { contract: { integrity: { must_contain: ["zebra-4711"] }, latency: { max_ms: 60_000 } } },
    });
    failovers.push(own);
    const ask = async (contract?: object) => {
      const { verified, rejected, verdict } = await own.chat(
        { messages: [{ role: "user", content: "Name three primary colours." }] },
        { providers: ["openai"], contract, max_attempts: 1 },
      );
      return { verified, codes: (verdict ?? rejected?.verdict)?.dimensions.integrity.findings.map((one) => one.code) };
    };
    expect(await ask()).toEqual({ verified: false, codes: ["must_contain"] });
    expect(await ask({ latency: { max_ms: 50_000 } })).toEqual({ verified: false, codes: ["must_contain"] });
    expect(await ask({ integrity: { min_chars: 1 } })).toMatchObject({ verified: true });
    expect(await ask({ integrity: {} })).toMatchObject({ verified: true });
  });

  test("a standing schema that cannot be compiled is said to stand in the settings", async () => {
    const own = createFailover({ env: {}, sandbox: true, settings: { contract: { schema: { type: "elephant" } } } });
    failovers.push(own);
    const { error } = await own.chat({ messages: [{ role: "user", content: "Hi" }] });
    expect(error).toMatchObject({ code: "invalid_schema", next: "Correct contract.schema in the settings of this server." });
  });

  test("aliases make two names one model", async () => {
    const provider = await upstream(() => "vendor/quite-another-name");
    const ask = async (aliases: SettingsInput["aliases"]) => {
      const own = failover({ endpoints: [{ ...endpoint, base_url: provider.url }], ...(aliases === undefined ? {} : { aliases }) });
      const { verified, attempts } = await own.chat({ messages: [{ role: "user", content: "Hi" }], stream: false }, { max_attempts: 1 });
      return { verified, identity: attempts[0]?.verdict?.dimensions.identity.status };
    };
    expect(await ask(undefined)).toEqual({ verified: false, identity: "fail" });
    expect(await ask({ litellm: { fast: ["vendor/quite-another-name"] } })).toMatchObject({ verified: true });
    expect(await ask({ litellm: { fast: "vendor/quite-another-name" } })).toMatchObject({ verified: true });
    expect(await ask({ openai: { fast: "vendor/quite-another-name" } })).toEqual({ verified: false, identity: "fail" });
  });
});

describe("an endpoint", () => {
  const question = { messages: [{ role: "user" as const, content: "Name a colour." }], stream: false };

  test("answers like any provider: key, headers, model, price", async () => {
    const provider = await upstream((asked) => asked);
    const prices = { fast: { input_usd: 10, output_usd: 100 }, big: { input_usd: 1 } };
    const described = {
      ...endpoint,
      base_url: provider.url,
      key_variable: "LITELLM_API_KEY",
      fallback_model: "big",
      headers: { "X-Team": "blue" },
    };
    const own = failover({ endpoints: [{ ...described, name: "Our gateway", prices }] }, { LITELLM_API_KEY: key });
    expect(own.providers().routes).toEqual(["litellm/fast", "litellm/big"]);
    expect(own.providerNames()).toEqual([...providerIds, "litellm"]);
    const answer = await own.chat(question, { provider: "litellm" });
    expect(answer).toMatchObject({ verified: true, provider: "litellm", model: { served: "fast" }, cost_usd: (20 * 10 + 9 * 100) / 1e6 });
    expect(provider.headers[0]).toMatchObject({ authorization: `Bearer ${key}`, "x-team": "blue" });
    expect((await own.chat(question, { model: "litellm/other" })).model).toMatchObject({ resolved: "other", served: "other" });
    expect(own.providers().providers.at(-1)).toMatchObject({
      provider: "litellm",
      name: "Our gateway",
      configured: true,
      key_variable: "LITELLM_API_KEY",
      base_url_from: "settings file",
      prices_as_of: null,
      models: [
        { id: "fast", role: "default", input_usd: 10 },
        { id: "big", role: "fallback", output_usd: null },
      ],
    });
    expect(await own.probe()).toMatchObject([{ provider: "litellm", ok: true, models: 1, missing_models: ["big"] }]);
    expect(own.health().routes[0]).toMatchObject({ route: "litellm/fast", calls: { verified: 1 } });
  });

  test("without key_variable gets no key; without prices its cost is not known", async () => {
    const provider = await upstream((asked) => asked);
    const own = failover({ endpoints: [{ ...endpoint, base_url: provider.url }] });
    expect(await own.chat(question)).toMatchObject({ verified: true, cost_usd: null });
    expect(provider.headers[0]).not.toHaveProperty("authorization");
    expect(own.providers().providers.at(-1)).toMatchObject({ configured: true, key_variable: null, missing: [] });
  });

  test("whose variable is not set is left out, and named", async () => {
    const own = failover({ endpoints: [{ ...endpoint, key_variable: "LITELLM_API_KEY" }] });
    expect(own.providers().providers.at(-1)).toMatchObject({
      configured: false,
      missing: ["LITELLM_API_KEY"],
      problem: "Set LITELLM_API_KEY.",
    });
    const { error } = await own.chat(question, { providers: ["litellm"] });
    expect(error).toMatchObject({ code: "not_configured", next: expect.stringContaining("LITELLM_API_KEY") });
  });

  test("takes over when another provider fails", async () => {
    const down = await startUpstream((_request, response) => response.writeHead(503).end("{}"));
    upstreams.push(down);
    const provider = await upstream((asked) => asked);
    const own = failover({ endpoints: [{ ...endpoint, base_url: provider.url }] }, { OPENAI_API_KEY: key, OPENAI_BASE_URL: down.url });
    const answer = await own.chat(question);
    expect(answer).toMatchObject({ verified: true, provider: "litellm" });
    expect(answer.attempts.map((one) => one.provider)).toEqual(["openai", "litellm"]);
  });

  test("cannot be simulated, and the sandbox goes on without it", async () => {
    const own = failover({ endpoints: [endpoint] });
    const { error } = await own.chat(question, { simulate: { litellm: "timeout" } });
    expect(error).toMatchObject({ code: "invalid_request", message: "litellm is an endpoint of the settings and cannot be simulated." });
    const sandbox = createFailover({ env: {}, sandbox: true, settings: { endpoints: [endpoint] } });
    failovers.push(sandbox);
    expect(await sandbox.chat(question)).toMatchObject({ verified: true, simulated: true });
    expect((await sandbox.chat(question, { provider: "litellm" })).error?.message).toContain("cannot be simulated");
    expect(sandbox.providers().providers.at(-1)).toMatchObject({ configured: false });
    expect(await sandbox.probe()).toHaveLength(providerIds.length);
  });

  test("that is not there is not a provider", async () => {
    const { error } = await failover({ endpoints: [endpoint] }).chat(question, { provider: "vllm" });
    expect(error).toMatchObject({ message: "vllm is not a provider.", next: `Allowed: ${providerIds.join(", ")}, litellm.` });
  });
});

test("createFailover refuses settings that are wrong, since nobody would look at its problems", () => {
  expect(() => createFailover({ env: {}, settings: { limits: { max_attempts: 99 } } })).toThrow(InvalidInput);
  expect(() => createFailover({ env: {}, settings: { limits: { max_attempts: 99 } } })).toThrow(
    "limits.max_attempts must be at most 8; it was 99.",
  );
});

describe("settings-schema.json", () => {
  const stored: unknown = JSON.parse(readFileSync("src/settings-schema.json", "utf8"));
  test("is what `npm run settings-schema` makes", () => {
    expect(stored).toEqual(settingsJsonSchema());
  });

  test("accepts what the program accepts and refuses what it refuses, as far as a schema can", () => {
    if (!isObject(stored)) throw new Error("no object");
    const validate = new Ajv({ strict: false }).compile(stored);
    const example = JSON.parse(
      /## Settings file[^]*?```json\n(\{\n {2}"\$schema"[^]*?)```/.exec(readFileSync("README.md", "utf8"))?.[1] ?? "null",
    );
    expect(checkSettings(example, {}).mistakes).toEqual([]);
    expect(validate(example), JSON.stringify(validate.errors)).toBe(true);
    for (const bad of [
      { provider: 1 },
      { limits: { max_attempts: 9 } },
      { endpoints: [{ ...endpoint, api_key: "x" }] },
      { models: { litellm: "m" } },
      { contract: { speed: 1 } },
    ])
      expect(validate(bad), JSON.stringify(bad)).toBe(false);
  });
});
