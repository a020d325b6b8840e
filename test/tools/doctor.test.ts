import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { isObject, listOf, objectOf, stringOf } from "../../src/json.js";
import { startSandbox, type Sandbox } from "../../src/sandbox/index.js";
import { doctor } from "../../tools/commands/doctor.js";
import type { Terminal } from "../../tools/stdio.js";
import type { Surroundings } from "../../tools/surroundings.js";
import { runBin } from "../helpers/process.js";
import { head, rawUpstream, raw, silence, type RawUpstream } from "../helpers/raw-upstream.js";

vi.setConfig({ testTimeout: 60_000 });

const folder = mkdtempSync(join(tmpdir(), "correctover-doctor-"));
afterAll(() => rmSync(folder, { recursive: true }));

const closing: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((one) => one.close()));
});

const key = "sk-doctor-sentinel-0123456789abcdef";

function file(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

interface Line {
  status: string;
  subject: string;
  says: string;
  next: string | null;
}

interface Told {
  code: number;
  lines: Line[];
  text: string;
}

let homes = 0;
const emptyHome = (): string => {
  homes += 1;
  const home = join(folder, `home-${homes}`);
  mkdirSync(home);
  return home;
};

/** Runs the command in this process, on a machine of the test's own. */
async function examined(env: Record<string, string>, more: Partial<Surroundings> & { args?: object; shown?: boolean } = {}): Promise<Told> {
  const { args = { json: true }, shown = false, ...machine } = more;
  const home = machine.home ?? emptyHome();
  let text = "";
  let code = -1;
  const terminal: Terminal = {
    interactive: false,
    shown,
    out: (part) => void (text += part),
    err: (part) => void (text += part),
    readStdin: () => Promise.resolve(""),
    exitWith: (given) => void (code = given),
  };
  await doctor(args, terminal, { env: { HOME: home, ...env }, platform: "linux", home, cwd: home, node: "24.1.0", ...machine });
  const parsed: unknown = text.startsWith("{") ? JSON.parse(text) : null;
  const lines = isObject(parsed)
    ? listOf(parsed["sections"]).flatMap((section) =>
        listOf(objectOf(section)?.["lines"]).map((line) => {
          const one = objectOf(line) ?? {};
          const word = (name: string): string => stringOf(one[name]) ?? "";
          return { status: word("status"), subject: word("subject"), says: word("says"), next: stringOf(one["next"]) };
        }),
      )
    : [];
  return { code, lines, text };
}

const lineOf = ({ lines }: Told, subject: string, says = /./): Line | undefined =>
  lines.find((one) => one.subject === subject && says.test(one.says));

async function sandbox(): Promise<Sandbox> {
  const one = await startSandbox();
  closing.push(one);
  return one;
}

async function list(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push({
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return `http://127.0.0.1:${address.port}/v1`;
}

const models = (...ids: string[]): string => JSON.stringify({ data: ids.map((id) => ({ id })) });
const openai = (url: string, more: Record<string, string> = {}) => ({ OPENAI_API_KEY: key, OPENAI_BASE_URL: url, ...more });
const both = models("gpt-6-luna", "gpt-5.4-nano");

test("without any key: exit 2, what to type, and nothing is a problem", async () => {
  const told = await examined({});
  expect(told.code).toBe(2);
  expect(told.lines.filter((one) => one.status === "problem")).toEqual([]);
  expect(lineOf(told, "none", /No provider's key/)?.next).toContain("export OPENAI_API_KEY='your key'");
  expect(lineOf(told, "not set")?.says).toContain("openai (OPENAI_API_KEY), anthropic (ANTHROPIC_API_KEY)");
  expect(lineOf(told, "Settings file")).toMatchObject({ status: "unset", says: expect.stringContaining("correctover/config.json") });
  expect((await examined({}, { platform: "win32" })).lines.find((one) => one.subject === "none")?.next).toContain(
    'setx OPENAI_API_KEY "your key"',
  );
});

describe("providers", () => {
  test("all nine, well: exit 0, one line each", async () => {
    const { baseUrl } = await sandbox();
    const told = await examined({
      OPENAI_API_KEY: key,
      OPENAI_BASE_URL: baseUrl("openai"),
      ANTHROPIC_API_KEY: key,
      ANTHROPIC_BASE_URL: baseUrl("anthropic"),
      GROQ_API_KEY: "gsk_doctor-0123456789",
      GROQ_BASE_URL: baseUrl("groq"),
    });
    expect(told.code).toBe(0);
    for (const [name, variable] of [
      ["openai", "OPENAI_API_KEY"],
      ["anthropic", "ANTHROPIC_API_KEY"],
      ["groq", "GROQ_API_KEY"],
    ] as const) {
      expect(lineOf(told, name)).toMatchObject({ status: "ok" });
      expect(lineOf(told, name)?.says).toMatch(new RegExp(`^${variable}, http://127.*answered in \\d+ ms, \\d+ models; .* listed\\.$`));
    }
    expect(lineOf(told, "Clock")).toMatchObject({ status: "ok" });
  });

  test.each<[string, () => Promise<RawUpstream | string>, RegExp, RegExp]>([
    [
      "refuses the key",
      () =>
        list((_r, response) =>
          response.writeHead(401).end('{"error":{"code":"invalid_api_key","message":"Incorrect API key provided: sk-doct****cdef"}}'),
        ),
      /does not accept the key\. \(HTTP 401\)$/,
      /Check OPENAI_API_KEY\./,
    ],
    ["forbids", () => list((_r, response) => response.writeHead(403).end("{}")), /HTTP 403/, /OPENAI_API_KEY/],
    ["has no such address", () => list((_r, response) => response.writeHead(404).end("<html>Not found</html>")), /HTTP 404/, /./],
    ["is out of order", () => list((_r, response) => response.writeHead(503).end("")), /HTTP 503/, /./],
    ["redirects", () => list((_r, response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end()), /HTTP 302/, /./],
    [
      "shows a page",
      () => list((_r, response) => response.end("<html>Welcome</html>")),
      /models list could not be read/,
      /is the address of OpenAI/,
    ],
    ["sends no list", () => list((_r, response) => response.end('{"data":"none"}')), /models list could not be read/, /./],
    ["sends too much", () => list((_r, response) => response.end("x".repeat(5_000_000))), /./, /./],
    ["hangs up", () => rawUpstream(({ rst }) => rst()), /connection to OpenAI broke off/, /./],
    ["speaks no HTTP", () => rawUpstream(raw("SSH-2.0-OpenSSH\r\n")), /./, /./],
    ["keeps silent", () => rawUpstream(silence), /No answer within 400 ms\./, /network, the proxy/],
    [
      "refuses the connection",
      () => Promise.resolve("http://127.0.0.1:1/v1"),
      /refused the connection/,
      /Check http:\/\/127\.0\.0\.1:1\/v1/,
    ],
    [
      "is not known by name",
      () => Promise.resolve("https://no-such-host.invalid/v1"),
      /name of OpenAI's host could not be resolved/,
      /for a typo/,
    ],
  ])("one that %s is a problem: exit 1", async (_what, start, says, next) => {
    const started = await start();
    if (typeof started !== "string") closing.push(started);
    const told = await examined(openai(typeof started === "string" ? started : `${started.url}/v1`), {
      args: { json: true, limitMs: 400 },
    });
    expect(told.code).toBe(1);
    const line = lineOf(told, "openai");
    expect(line).toMatchObject({ status: "problem" });
    expect(line?.says).toMatch(says);
    expect(line?.next ?? "").toMatch(next);
    expect(told.text).not.toContain("sk-doct");
  });

  test("https where plain http answers is told as such", async () => {
    const plain = await list((_request, response) => response.end(both));
    const told = await examined(openai(plain.replace("http:", "https:")));
    expect(told.code).toBe(1);
    expect(lineOf(told, "openai")).toMatchObject({ status: "problem", says: expect.stringContaining("secure connection") });
  });

  test("they are asked side by side, and slow ones do not add up", async () => {
    const slow = await list((_request, response) => void setTimeout(() => response.end(both), 400));
    const began = performance.now();
    const names = ["OPENAI", "DEEPSEEK", "MOONSHOT", "GROQ", "TOGETHER"];
    await examined(
      Object.fromEntries(
        names.flatMap((name) => [
          [`${name}_API_KEY`, key],
          [`${name}_BASE_URL`, slow],
        ]),
      ),
    );
    expect(performance.now() - began).toBeLessThan(1_500);
  });

  test("a model that is not listed, was retired, or soon will be, is a warning with the way out", async () => {
    const url = await list((_request, response) => response.end(models("gpt-6-luna")));
    const told = await examined(openai(url, { OPENAI_MODEL: "o1-mini" }));
    expect(told.code).toBe(0);
    expect(lineOf(told, "openai", /not listed/)).toMatchObject({
      status: "warning",
      says: expect.stringContaining("o1-mini and gpt-5.4-nano not listed"),
      next: "Name another one in OPENAI_MODEL, or in the settings file under models.openai.",
    });
    expect(lineOf(told, "openai", /retired/)).toMatchObject({
      status: "warning",
      says: "The default model o1-mini was retired on 2025-10-27.",
      next: expect.stringContaining("Use gpt-5.6-terra."),
    });
  });

  test.each<[string, Record<string, string>, string, RegExp]>([
    ["quotes left in", { OPENAI_API_KEY: `"${key}"` }, "openai", /OPENAI_API_KEY begins or ends with a quotation mark/],
    ["a placeholder", { OPENAI_API_KEY: "your-key-here" }, "openai", /looks like a placeholder/],
    ["another placeholder", { OPENAI_API_KEY: "sk-..." }, "openai", /looks like a placeholder/],
    ["the block's own placeholder", { OPENAI_API_KEY: "<your-openai-api-key>" }, "openai", /looks like a placeholder/],
    ["the word Bearer", { OPENAI_API_KEY: "Bearer" }, "openai", /begins with the word Bearer/],
    [
      "another provider's key",
      { OPENAI_API_KEY: "gsk_0123456789abcdefghijklmn" },
      "openai",
      /does not look like a key of OpenAI: they begin with sk-\. It looks like one of Groq, which belongs into GROQ_API_KEY/,
    ],
    ["a key of another service", { MOONSHOT_API_KEY: "sk-kimi-0123456789abcdefghij" }, "moonshot", /for the coding plan, another service/],
    ["half a key", { ZAI_API_KEY: "0123456789abcdef0123456789abcdef" }, "zhipu", /an id, a dot and a secret/],
    ["a few characters", { OPENAI_API_KEY: "sk-abc" }, "openai", /has 6 characters, fewer than a key of OpenAI/],
  ])("a key that looks wrong: %s", async (_what, env, provider, says) => {
    const told = await examined(env, { args: { json: true, limitMs: 100 } });
    expect(lineOf(told, provider, says)).toMatchObject({ status: "warning" });
    for (const value of Object.values(env)) if (value !== "Bearer") expect(told.text).not.toContain(value);
  });

  test("a key that no header can carry, a base URL that is none: problems, and nobody is asked", async () => {
    const told = await examined({ OPENAI_API_KEY: "two words here", GROQ_API_KEY: "gsk_doctor-0123456789", GROQ_BASE_URL: "api.groq.com" });
    expect(told.code).toBe(1);
    expect(lineOf(told, "openai")).toMatchObject({ status: "problem", says: expect.stringContaining("Copy the key again") });
    expect(lineOf(told, "groq")).toMatchObject({ status: "problem", says: expect.stringContaining("GROQ_BASE_URL is not a URL") });
    expect(told.text).not.toContain("two words");
  });

  test("a gateway's key may look like anything", async () => {
    const url = await list((_request, response) => response.end(both));
    const told = await examined({ ...openai(url), OPENAI_API_KEY: "master-key" });
    expect(told.lines.filter((one) => one.subject === "openai")).toMatchObject([{ status: "ok" }]);
  });
});

describe("the machine", () => {
  const node = async (version: string) => lineOf(await examined({}, { node: version }), "Node.js");
  test("Node's version", async () => {
    expect(await node("18.19.0")).toMatchObject({ status: "problem", next: expect.stringContaining("https://nodejs.org") });
    expect(await node("20.17.0")).toMatchObject({ status: "problem" });
    expect(await node("20.18.1")).toMatchObject({ status: "warning", says: expect.stringContaining("2026-04-30") });
    expect(await node("24.21.0")).toMatchObject({ status: "ok" });
  });

  test("a clock that is wrong by the providers' dates", async () => {
    const dated = async (ms: number) => {
      const body = both;
      const date = new Date(Date.now() + ms).toUTCString();
      const one = await rawUpstream(raw(head(200, { date, "content-length": body.length }), body));
      closing.push(one);
      return lineOf(await examined(openai(`${one.url}/v1`)), "Clock");
    };
    expect(await dated(0)).toMatchObject({ status: "ok" });
    expect(await dated(50_000)).toMatchObject({ status: "ok" });
    expect(await dated(-3_600_000)).toMatchObject({
      status: "warning",
      says: expect.stringMatching(/^is (?:59 min \d+ s|60 min|1 h).* ahead of/),
    });
    expect(await dated(3_600_000)).toMatchObject({ status: "warning", says: expect.stringContaining("behind the providers' dates") });
  });

  test("certificates: checks that are off, a file that is not there", async () => {
    const off = await examined({ OPENAI_API_KEY: key, NODE_TLS_REJECT_UNAUTHORIZED: "0" });
    expect(off.code).toBe(1);
    expect(lineOf(off, "Certificates")).toMatchObject({
      status: "problem",
      next: expect.stringContaining("Unset NODE_TLS_REJECT_UNAUTHORIZED"),
    });
    const own = async (path: string) => lineOf(await examined({ NODE_EXTRA_CA_CERTS: path }), "Own certificates");
    expect(await own(join(folder, "nothing.pem"))).toMatchObject({ status: "problem", says: expect.stringContaining("ENOENT") });
    expect(await own(file("text.pem", "hello"))).toMatchObject({ status: "problem", says: expect.stringContaining("no certificate") });
    expect(await own(file("ca.pem", "-----BEGIN CERTIFICATE-----\n"))).toMatchObject({ status: "ok" });
  });

  test("a proxy: named, never shown; a bad one is a problem", async () => {
    const set = await examined({ HTTPS_PROXY: "http://me:proxy-password@proxy.test:8080" });
    expect(lineOf(set, "Proxy")).toMatchObject({ status: "ok", says: expect.stringContaining("HTTPS_PROXY") });
    expect(set.text).not.toContain("proxy-password");
    const bad = await examined({ OPENAI_API_KEY: key, HTTPS_PROXY: "ftp://me:proxy-password@proxy.test" });
    expect(bad.code).toBe(1);
    expect(lineOf(bad, "Proxy")).toMatchObject({
      status: "problem",
      says: expect.stringContaining("HTTPS_PROXY is not the address of a proxy"),
    });
    expect(bad.text).not.toContain("proxy-password");
  });
});

describe("settings", () => {
  test("a file that was read, its endpoint asked like any provider", async () => {
    const url = await list((_request, response) => response.end(models("fast")));
    const settings = { endpoints: [{ id: "litellm", base_url: url, key_variable: "LITELLM_API_KEY", model: "fast" }] };
    const path = file("good.json", JSON.stringify(settings));
    const told = await examined({ CORRECTOVER_CONFIG: path, LITELLM_API_KEY: key });
    expect(told.code).toBe(0);
    expect(lineOf(told, "Settings file")).toMatchObject({ status: "ok", says: path });
    expect(lineOf(told, "litellm")).toMatchObject({
      status: "ok",
      says: expect.stringMatching(/^LITELLM_API_KEY, http.*1 model; fast listed\.$/),
    });
    expect((await examined({ CORRECTOVER_CONFIG: path })).lines.find((one) => one.subject === "not set")?.says).toContain(
      "litellm (LITELLM_API_KEY)",
    );
  });

  test("a file with a mistake, with every mistake on its own line", async () => {
    const path = file("bad.json", JSON.stringify({ limits: { max_attempts: 99 }, nothing: 1 }));
    const told = await examined({ CORRECTOVER_CONFIG: path });
    expect(told.code).toBe(1);
    expect(lineOf(told, "Settings file")).toMatchObject({ status: "problem", says: `${path} is ignored as a whole.` });
    expect(told.lines.filter((one) => one.subject === "Settings").map((one) => one.says)).toEqual([
      `Settings file ${path}: limits.max_attempts must be at most 8; it was 99.`,
      expect.stringContaining('There is no setting "nothing"'),
    ]);
  });

  test("variables that are wrong, or not known", async () => {
    const told = await examined({
      CORRECTOVER_MAX_ATTEMPTS: "many",
      CORRECTOVER_DEADLINE: "1",
      CORRECTOVER_SANDBOX: "1",
      CORRECTOVER_PROVIDERS: "opena",
    });
    expect(told.code).toBe(1);
    expect(lineOf(told, "Settings", /CORRECTOVER_MAX_ATTEMPTS must be a whole number/)).toMatchObject({ status: "problem" });
    expect(lineOf(told, "Settings", /CORRECTOVER_PROVIDERS names opena/)).toMatchObject({ status: "problem" });
    expect(lineOf(told, "Environment", /CORRECTOVER_DEADLINE is no variable of this program/)).toMatchObject({
      status: "warning",
      next: expect.stringContaining("CORRECTOVER_DEADLINE_MS"),
    });
    expect(lineOf(told, "Sandbox")).toMatchObject({ status: "warning" });
  });
});

describe("clients", () => {
  const block = { command: "npx", args: ["-y", "correctover-mcp-server"], env: { OPENAI_API_KEY: key } };
  const homeWith = (files: Record<string, string>): string => {
    const home = emptyHome();
    for (const [name, text] of Object.entries(files)) file(join(home.slice(folder.length + 1), name), text);
    return home;
  };

  test("whose configuration has this server, by file and name alone", async () => {
    const home = homeWith({
      ".cursor/mcp.json": JSON.stringify({ mcpServers: { failover: block, other: { command: "npx", args: ["other"] } } }),
      ".config/Claude/claude_desktop_config.json": JSON.stringify({
        mcpServers: { correctover: { command: "node", args: ["/x/correctover-mcp-server/dist/bin.js"] } },
      }),
      ".claude.json": JSON.stringify({ projects: { "/p": { mcpServers: { deep: block } } }, history: ["correctover"] }),
      ".config/Code/User/mcp.json":
        '{\n  // servers\n  "servers": { "vs": { "command": "npx", "args": ["-y", "correctover-mcp-server",], "url": "http://x//y" } },\n}',
      ".codeium/windsurf/mcp_config.json": JSON.stringify({
        mcpServers: { w: { command: "cmd", args: ["/c", "npx", "-y", "correctover-mcp-server"] } },
      }),
      ".config/zed/settings.json": `/* Zed */ {"context_servers":{"z":${JSON.stringify(block)}},}`,
      ".codex/config.toml": `model = "x"\n[mcp_servers.other]\ncommand = "npx"\n[mcp_servers."my failover"]\ncommand = "npx"\nargs = ["-y", "correctover-mcp-server"]\n[mcp_servers."my failover".env]\nOPENAI_API_KEY = "${key}"\n`,
      ".gemini/settings.json": JSON.stringify({ mcpServers: { g: block } }),
      ".config/opencode/opencode.json": JSON.stringify({
        mcp: { o: { type: "local", command: ["npx", "-y", "correctover-mcp-server"], environment: { OPENAI_API_KEY: key } } },
      }),
    });
    const told = await examined({}, { home, cwd: join(home, "elsewhere") });
    const found = told.lines.filter((one) => one.says.startsWith(home));
    expect(found.map((one) => [one.status, one.subject, one.says.slice(home.length + 1)])).toEqual([
      ["ok", "Claude Desktop", ".config/Claude/claude_desktop_config.json: correctover"],
      ["ok", "Claude Code", ".claude.json: deep"],
      ["ok", "Cursor", ".cursor/mcp.json: failover"],
      ["ok", "VS Code", ".config/Code/User/mcp.json: vs"],
      ["ok", "Windsurf", ".codeium/windsurf/mcp_config.json: w"],
      ["ok", "Zed", ".config/zed/settings.json: z"],
      ["ok", "Codex", ".codex/config.toml: my failover"],
      ["ok", "Gemini CLI", ".gemini/settings.json: g"],
      ["ok", "opencode", ".config/opencode/opencode.json: o"],
    ]);
    expect(told.text).not.toContain(key);
  });

  test("those that only speak of it are passed over; a broken file is said to be broken", async () => {
    const home = homeWith({
      ".cursor/mcp.json": JSON.stringify({ mcpServers: { a: { command: "npx", args: ["other"], env: { NOTE: "correctover" } } } }),
      ".gemini/settings.json": `{"mcpServers": {"correctover": {"command": "npx", "env": {"K": "${key}"}`,
    });
    mkdirSync(join(home, ".codeium", "windsurf", "mcp_config.json"), { recursive: true });
    const told = await examined({}, { home });
    const found = told.lines.filter((one) => one.says.includes(home) && one.subject !== "Settings file");
    expect(found).toMatchObject([{ status: "warning", subject: "Gemini CLI", says: expect.stringContaining("cannot be read as JSON") }]);
    expect(told.text).not.toContain(key);
  });

  test("a server's name cannot write on the terminal", async () => {
    const home = homeWith({ ".cursor/mcp.json": JSON.stringify({ mcpServers: { "a\u001b[2Jb\nc\u202e": block } }) });
    const told = await examined({}, { home, args: {} });
    expect(told.text).toContain("a [2Jb c");
    expect(told.text).not.toMatch(/[\u001b\u202e]/);
  });
});

describe("what is printed", () => {
  test("plain in a pipe; colours and a spinner on a terminal", async () => {
    const url = await list((_request, response) => void setTimeout(() => response.end(both), 250));
    const plain = await examined(openai(url), { args: {} });
    expect(plain.text).not.toMatch(/\u001b|\r/);
    expect(plain.text).toMatch(/^Machine\n {2}ok {7}Node\.js/);
    expect(plain.text).toMatch(/Ready\.\n$/);
    const shown = await examined(openai(url), { args: {}, shown: true });
    expect(shown.text).toMatch(/\r⠋ asking 1 provider for the list of models/);
    expect(shown.text).toContain("\r\u001b[2K");
    expect(shown.text.split("\u001b[2K").at(-1)).not.toContain("⠋");
    expect((await examined(openai(url), { shown: true })).text).toMatch(/^\{/);
  });

  test("--limit-ms is checked", async () => {
    for (const limitMs of [5, Number.NaN, 1e9, 1.5])
      expect(await examined({}, { args: { limitMs } })).toMatchObject({
        code: 2,
        text: "--limit-ms must be a whole number of milliseconds from 100 to 60000.\n",
      });
  });

  test("the built bin: text, JSON, exit codes, and the key in no byte", async () => {
    const { baseUrl, requests } = await sandbox();
    const env = { ...openai(baseUrl("openai")), GROQ_API_KEY: `gsk_${key}`, GROQ_BASE_URL: baseUrl("groq", "echo-key") };
    const text = await runBin(["doctor"], { env: { ...env, FORCE_COLOR: "1" } });
    const json = await runBin(["doctor", "--json", "--limit-ms", "3000"], { env });
    const none = await runBin(["doctor"]);
    expect([text.code, json.code, none.code]).toEqual([1, 1, 2]);
    expect(requests.filter((one) => one.path.endsWith("/models"))).toHaveLength(4);
    expect(JSON.parse(json.stdout)).toMatchObject({
      ok: false,
      exit_code: 1,
      problems: 1,
      probes: [
        { provider: "openai", ok: true },
        { provider: "groq", ok: false },
      ],
    });
    for (const { stdout, stderr } of [text, json, none]) {
      expect(stderr).toBe("");
      expect(stdout).not.toMatch(/\u001b|null: null|undefined|NaN/);
      expect(stdout).not.toContain("sentinel");
    }
    const { code, stdout, stderr } = await runBin(["doctor", "--limit-ms", "soon"]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("--limit-ms must be a whole number");
  });
});
