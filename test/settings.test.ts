import { describe, expect, it } from "vitest";
import { providers, type ProviderId } from "../src/providers/index.js";
import { redact } from "../src/secrets.js";
import { defaultLimits, isLoopback, limitVariables, readSettings, variable, type Env, type ProviderSettings } from "../src/settings.js";
import { joinUrl } from "../src/wire-request.js";

const key = "sk-settings-test-0123456789abcdef";

function settingsOf(provider: ProviderId, env: Env): ProviderSettings {
  return readSettings(env).providers.find((one) => one.provider.id === provider) ?? expect.unreachable("all nine are there");
}

/** Where a chat request of this provider would go. */
function target(provider: ProviderId, env: Env): string {
  const one = settingsOf(provider, env);
  return one.problem ?? joinUrl(one.base_url, one.provider.paths.chat);
}

describe("a variable", () => {
  it("that is empty, blank or a host's literal ${…} is not set; the next of its synonyms is looked at", () => {
    const env = { A: "", B: "   ", C: "${OPENAI_API_KEY}", D: " value \n", E: "later" };
    expect(variable(env, ["A", "B", "C", "Z"])).toBeNull();
    expect(variable(env, ["A", "C", "D", "E"])).toEqual({ name: "D", value: "value" });
    expect(variable({ X: "$HOME${Y}z" }, ["X"])?.value).toBe("$HOME${Y}z");
  });

  it.each(["", " ", "${OPENAI_API_KEY}", "${env:OPENAI_API_KEY}"])(
    "an unset key (%j) leaves the provider out and names the variable",
    (value) => {
      const settings = readSettings({ OPENAI_API_KEY: value });
      expect(settings.order).toEqual([]);
      expect(settings.problems).toEqual([]);
      expect(settings.providers[0]).toMatchObject({ key: null, key_variable: "OPENAI_API_KEY", problem: "Set OPENAI_API_KEY." });
    },
  );
});

describe("keys", () => {
  it("are found under every synonym, the first one wins, and the variable is remembered", () => {
    for (const provider of providers)
      for (const name of provider.env.key)
        expect(settingsOf(provider.id, { [name]: key })).toMatchObject({ key, key_variable: name, problem: null });
    expect(settingsOf("zhipu", { ZHIPUAI_API_KEY: key, ZAI_API_KEY: `${key}2` })).toMatchObject({
      key: `${key}2`,
      key_variable: "ZAI_API_KEY",
    });
    expect(settingsOf("zhipu", { ZAI_API_KEY: "${ZAI_API_KEY}", ZHIPU_API_KEY: key })).toMatchObject({ key_variable: "ZHIPU_API_KEY" });
  });

  it("made for another address go there", () => {
    expect(target("zhipu", { ZHIPUAI_API_KEY: key })).toBe("https://open.bigmodel.cn/api/paas/v4/chat/completions");
    expect(target("zhipu", { ZAI_API_KEY: key })).toBe("https://api.z.ai/api/paas/v4/chat/completions");
    expect(settingsOf("zhipu", { ZHIPUAI_API_KEY: key }).base_url_from).toBe("ZHIPUAI_API_KEY");
    expect(target("zhipu", { ZHIPUAI_API_KEY: key, ZHIPU_BASE_URL: "https://gate.test/v4" })).toBe("https://gate.test/v4/chat/completions");
  });

  it("lose the line end that came along with them", () => {
    expect(settingsOf("openai", { OPENAI_API_KEY: `${key}\r\n` })).toMatchObject({ key, problem: null });
  });

  it.each(["sk-a\r\nx-evil: 1", "sk-a\nb", "sk-a\0b", "sk a b", "sk-ключ", "x".repeat(513)])(
    "that no header can carry (%j) are said to be wrong, not shown",
    (bad) => {
      const settings = readSettings({ OPENAI_API_KEY: bad });
      expect(settings.order).toEqual([]);
      expect(settings.problems).toHaveLength(1);
      expect(settings.problems[0]).toContain("OPENAI_API_KEY holds characters");
      expect(JSON.stringify(settings.problems)).not.toContain(bad);
    },
  );

  it("are secret from the moment they are read, wrong ones too", () => {
    readSettings({ GROQ_API_KEY: "gsk_secret_from_settings_1", OPENAI_API_KEY: "broken secret of settings" });
    expect(redact("gsk_secret_from_settings_1, broken secret of settings")).toBe("[REDACTED], [REDACTED]");
  });
});

describe("base URLs", () => {
  const bad: [string, string, RegExp][] = [
    ["not a URL", "api.openai.com/v1", /is not a URL/],
    ["no host", "https://", /is not a URL/],
    ["a file", "file:///etc/passwd", /only https:\/\/.*is allowed/],
    ["another scheme", "ftp://api.openai.com", /only https/],
    ["a script", "javascript:alert(1)", /only https/],
    ["data", "data:text/plain,x", /only https/],
    ["plain http to another machine", "http://api.openai.com/v1", /plain http to another machine.*CORRECTOVER_ALLOW_HTTP=1/],
    ["plain http to a private address", "http://192.168.1.7:8080/v1", /plain http/],
    ["an address that only looks like this machine", "http://127.0.0.1.evil.test/v1", /plain http/],
    ["a name that only looks like this machine", "http://localhost.evil.test/v1", /plain http/],
    ["any address of this machine", "http://0.0.0.0:8080", /plain http/],
    ["user name and password", "https://me:pass@api.openai.com/v1", /user name or password/],
    ["a host hidden behind a user name", "https://api.openai.com@evil.test", /user name or password/],
    ["the same with a port", "https://api.openai.com:443@evil.test/v1", /user name or password/],
    ["a query", "https://api.openai.com/v1?key=1", /query or a fragment/],
    ["a fragment", "https://api.openai.com/v1#top", /query or a fragment/],
  ];
  it.each(bad)("%s is refused, and the provider is not asked", (_what, value, why) => {
    const settings = readSettings({ OPENAI_API_KEY: key, ANTHROPIC_API_KEY: key, OPENAI_BASE_URL: value });
    expect(settings.order).toEqual(["anthropic"]);
    expect(settings.problems).toEqual([expect.stringMatching(why)]);
    expect(settings.problems[0]).toMatch(/^OPENAI_BASE_URL /);
    expect(JSON.stringify(settings.problems)).not.toContain("pass@");
  });

  it.each([
    "http://localhost:8080",
    "http://LOCALHOST:8080/v1",
    "http://api.localhost:8080/v1",
    "http://127.0.0.1:8080/v1",
    "http://127.1:8080/v1",
    "http://127.255.255.254/v1",
    "http://0x7f000001/v1",
    "http://2130706433/v1",
    "http://[::1]:8080/v1",
    "http://[0:0:0:0:0:0:0:1]/v1",
    "http://[::ffff:127.0.0.1]/v1",
  ])("%s is this machine, where plain http does no harm", (value) => {
    expect(settingsOf("openai", { OPENAI_API_KEY: key, OPENAI_BASE_URL: value })).toMatchObject({
      problem: null,
      base_url_from: "OPENAI_BASE_URL",
    });
  });

  it.each(["128.0.0.1", "[::2]", "[::ffff:8.8.8.8]", "[::ffff:8000:1]", "localhost.test", "notlocalhost", "", "127.0.0.1.nip.io"])(
    "%j is another machine",
    (host) => {
      expect(isLoopback(host)).toBe(false);
    },
  );

  it("plain http is allowed where the user says that the network is trusted", () => {
    const env = { OPENAI_API_KEY: key, OPENAI_BASE_URL: "http://gateway.lan/v1" };
    expect(settingsOf("openai", env).problem).not.toBeNull();
    expect(settingsOf("openai", { ...env, CORRECTOVER_ALLOW_HTTP: "1" }).problem).toBeNull();
    expect(settingsOf("openai", { ...env, CORRECTOVER_ALLOW_HTTP: "0" }).problem).not.toBeNull();
  });

  const written: [ProviderId, string, string, string][] = [
    ["groq", "GROQ_BASE_URL", "https://api.groq.com", "https://api.groq.com/openai/v1/chat/completions"],
    ["groq", "GROQ_BASE_URL", "https://api.groq.com/", "https://api.groq.com/openai/v1/chat/completions"],
    ["groq", "GROQ_BASE_URL", "https://api.groq.com/openai/v1", "https://api.groq.com/openai/v1/chat/completions"],
    ["groq", "GROQ_BASE_URL", "https://api.groq.com/openai/v1/", "https://api.groq.com/openai/v1/chat/completions"],
    ["anthropic", "ANTHROPIC_BASE_URL", "https://api.anthropic.com", "https://api.anthropic.com/v1/messages"],
    ["anthropic", "ANTHROPIC_BASE_URL", "https://api.anthropic.com/v1", "https://api.anthropic.com/v1/messages"],
    ["anthropic", "ANTHROPIC_BASE_URL", "https://api.anthropic.com/v1/", "https://api.anthropic.com/v1/messages"],
    ["anthropic", "ANTHROPIC_BASE_URL", "https://gate.test/anthropic", "https://gate.test/anthropic/v1/messages"],
    ["openai", "OPENAI_BASE_URL", "https://api.openai.com", "https://api.openai.com/v1/chat/completions"],
    ["openai", "OPENAI_API_BASE", "https://api.openai.com/v1", "https://api.openai.com/v1/chat/completions"],
    ["openai", "OPENAI_BASE_URL", "https://api.openai.com/v1/chat/completions", "https://api.openai.com/v1/chat/completions"],
    ["openai", "OPENAI_BASE_URL", "https://gate.test", "https://gate.test/chat/completions"],
    ["openai", "OPENAI_BASE_URL", "https://gate.test/openai/v1//", "https://gate.test/openai/v1/chat/completions"],
    ["deepseek", "DEEPSEEK_BASE_URL", "https://api.deepseek.com/v1", "https://api.deepseek.com/v1/chat/completions"],
    ["moonshot", "MOONSHOT_BASE_URL", "https://api.moonshot.cn", "https://api.moonshot.cn/v1/chat/completions"],
    [
      "dashscope",
      "DASHSCOPE_BASE_URL",
      "https://dashscope.aliyuncs.com",
      "https://dashscope.aliyuncs.com/compatible-mode/v1/chat/completions",
    ],
    ["zhipu", "ZHIPU_BASE_URL", "https://open.bigmodel.cn", "https://open.bigmodel.cn/api/paas/v4/chat/completions"],
  ];
  it.each(written)("%s: %s=%s", (provider, name, value, expected) => {
    const keyName = providers.find((one) => one.id === provider)?.env.key[0] ?? "";
    expect(target(provider, { [keyName]: key, [name]: value })).toBe(expected);
  });

  it("every provider has its own, and every region's can be written without its path", () => {
    for (const provider of providers) {
      const keyName = provider.env.key[0] ?? "";
      expect(settingsOf(provider.id, { [keyName]: key })).toMatchObject({
        base_url: provider.base_url,
        base_url_from: "default",
        problem: null,
      });
      for (const name of provider.env.base_url)
        for (const region of new Set(Object.values(provider.regions).map((url) => new URL(url).origin)))
          expect(target(provider.id, { [keyName]: key, [name]: region })).toBe(joinUrl(region + provider.base_path, provider.paths.chat));
    }
  });
});

describe("the order of providers", () => {
  const env = { OPENAI_API_KEY: key, ANTHROPIC_API_KEY: key, GROQ_API_KEY: key };
  it("is the given one, of those that can be asked", () => {
    expect(readSettings(env).order).toEqual(["openai", "anthropic", "groq"]);
    expect(readSettings({ ...env, CORRECTOVER_PROVIDERS: "groq,openai" }).order).toEqual(["groq", "openai"]);
    expect(readSettings({ ...env, CORRECTOVER_PROVIDERS: " groq ;,deepseek  openai" }).order).toEqual(["groq", "openai"]);
  });
  it("names what is not known, and what is", () => {
    const { order, problems } = readSettings({ ...env, CORRECTOVER_PROVIDERS: "groq, openia, x" });
    expect(order).toEqual(["groq"]);
    expect(problems).toEqual([expect.stringMatching(/^CORRECTOVER_PROVIDERS names openia, x, .*Allowed: openai, anthropic/)]);
  });
});

describe("limits", () => {
  it("have defaults, and each can be set from the least to the most", () => {
    expect(readSettings({}).limits).toEqual(defaultLimits);
    for (const { name, limit, min, max } of limitVariables)
      for (const value of [min, max]) {
        const { limits, problems } = readSettings({ [name]: String(value) });
        expect(limits[limit]).toBe(value);
        expect(problems).toEqual([]);
      }
  });

  it.each(limitVariables.map((one) => [one.name, one] as const))(
    "%s out of range, or no number, is said and left at its default",
    (name, { limit, min, max }) => {
      for (const value of [String(min - 1), String(max + 1), "many", "NaN", "Infinity", "-Infinity", "1e99", "1,000"]) {
        const { limits, problems } = readSettings({ [name]: value });
        expect(limits).toEqual(defaultLimits);
        expect(problems).toHaveLength(1);
        expect(problems[0]).toContain(`${name} must be`);
        expect(problems[0]).toContain(`from ${min} to ${max}; the default ${defaultLimits[limit] ?? "(none)"} is used`);
      }
    },
  );

  it("but for the cost are whole numbers: there is no half an attempt", () => {
    expect(readSettings({ CORRECTOVER_MAX_ATTEMPTS: "2.5" })).toMatchObject({
      limits: defaultLimits,
      problems: [expect.stringContaining("whole number")],
    });
    expect(readSettings({ CORRECTOVER_MAX_COST_USD: "0.025" })).toMatchObject({ limits: { max_cost_usd: 0.025 }, problems: [] });
  });
});

describe("NODE_TLS_REJECT_UNAUTHORIZED=0", () => {
  it("has nobody asked, since keys could be read on the way, unless that is meant", () => {
    const env = { OPENAI_API_KEY: key, NODE_TLS_REJECT_UNAUTHORIZED: "0" };
    const settings = readSettings(env);
    expect(settings.order).toEqual([]);
    expect(settings.problems).toEqual([expect.stringContaining("NODE_EXTRA_CA_CERTS")]);
    expect(readSettings({ ...env, CORRECTOVER_ALLOW_INSECURE_TLS: "1" }).order).toEqual(["openai"]);
    expect(readSettings({ ...env, NODE_TLS_REJECT_UNAUTHORIZED: "1" }).order).toEqual(["openai"]);
  });
});

describe("proxies", () => {
  const proxyOf = (env: Env) => readSettings({ OPENAI_API_KEY: key, ...env }).proxy;
  it("are read in either case, the lower one first, and not looked for elsewhere", () => {
    expect(proxyOf({})).toBeNull();
    expect(proxyOf({ NO_PROXY: "*" })).toBeNull();
    expect(proxyOf({ HTTPS_PROXY: "http://proxy.test:3128", NO_PROXY: ".lan" })).toEqual({
      httpsProxy: "http://proxy.test:3128",
      noProxy: ".lan",
    });
    expect(proxyOf({ http_proxy: "http://a.test", HTTP_PROXY: "http://b.test" })).toEqual({ httpProxy: "http://a.test" });
    expect(proxyOf({ HTTPS_PROXY: "${HTTPS_PROXY}" })).toBeNull();
  });

  it("may be written without a scheme", () => {
    expect(proxyOf({ HTTPS_PROXY: "localhost:3128" })).toEqual({ httpsProxy: "http://localhost:3128" });
    expect(proxyOf({ HTTPS_PROXY: "proxy.test:3128" })).toEqual({ httpsProxy: "http://proxy.test:3128" });
  });

  it.each(["not a url", "http://", "ftp://proxy.test", "file:///x", "http://proxy.test:99999"])(
    "that are none (%j) are said, and nobody is asked round them",
    (value) => {
      const settings = readSettings({ OPENAI_API_KEY: key, HTTPS_PROXY: value });
      expect(settings.order).toEqual([]);
      expect(settings.proxy).toBeNull();
      expect(settings.problems).toEqual([expect.stringMatching(/^HTTPS_PROXY is not the address of a proxy/)]);
    },
  );

  it("may have passwords that are no good URL encoding, and those are secret", () => {
    expect(proxyOf({ HTTPS_PROXY: "http://me:pass%zzword@proxy.test" })).toEqual({ httpsProxy: "http://me:pass%zzword@proxy.test" });
    proxyOf({ HTTPS_PROXY: "http://me:s3cret%2Fproxy@proxy.test" });
    expect(redact("s3cret/proxy s3cret%2Fproxy pass%zzword")).toBe("[REDACTED] [REDACTED] [REDACTED]");
  });
});

it("everything wrong at once is still read, and said one by one", () => {
  const { problems, providers: all } = readSettings({
    OPENAI_API_KEY: "a b c d e f",
    GROQ_API_KEY: key,
    GROQ_BASE_URL: "nonsense",
    CORRECTOVER_MAX_ATTEMPTS: "99",
    CORRECTOVER_PROVIDERS: "nobody",
  });
  expect(problems).toHaveLength(4);
  expect(all).toHaveLength(9);
});
