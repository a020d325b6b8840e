// A bridge from HTTP to the server's stdio, for the conformance suite, which speaks HTTP only: node bridge.mjs BIN [PORT]. It passes
// messages as they are: a process per session with `initialize`, a process per request from 2026-07-28 on.
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { createInterface } from "node:readline";

const [bin, port = "0"] = process.argv.slice(2);
const sessions = new Map();
const versionKey = "io.modelcontextprotocol/protocolVersion";

/** One process of the server; whoever listens gets every message it sends. */
function start() {
  const child = spawn(process.execPath, [bin], { stdio: ["pipe", "pipe", "inherit"] });
  const listeners = new Set();
  createInterface({ input: child.stdout }).on("line", (line) => {
    for (const listener of listeners) listener(JSON.parse(line));
  });
  child.stdin.on("error", () => {});
  return { listeners, send: (message) => child.stdin.write(`${JSON.stringify(message)}\n`), stop: () => child.kill("SIGTERM") };
}

const statusOf = { [-32601]: 404, [-32602]: 400, [-32021]: 400, [-32022]: 400 };

/** The answer to a request, and what the server says before it, as a stream of events; an error alone gets its status of HTTP. */
function relay(server, message, response, headers, atEnd) {
  const listener = (said) => {
    const ends = said.id === message.id && !("method" in said);
    const status = statusOf[said.error?.code];
    if (ends && status !== undefined && !response.headersSent) {
      response.writeHead(status, { "content-type": "application/json", ...headers });
      return response.end(JSON.stringify(said));
    }
    if (!response.headersSent) response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store", ...headers });
    response.write(`event: message\ndata: ${JSON.stringify(said)}\n\n`);
    if (ends) response.end();
  };
  server.listeners.add(listener);
  response.on("close", () => {
    server.listeners.delete(listener);
    atEnd();
  });
  server.send(message);
}

function post(request, response, message) {
  const modern = message.params?._meta?.[versionKey] !== undefined || message.method === "server/discover";
  if (modern) {
    const server = start();
    if (message.id !== undefined) return relay(server, message, response, {}, server.stop);
    server.send(message);
    setTimeout(server.stop, 500);
    return response.writeHead(202).end();
  }
  if (message.method === "initialize") {
    const id = randomUUID();
    sessions.set(id, start());
    return relay(sessions.get(id), message, response, { "mcp-session-id": id }, () => {});
  }
  const server = sessions.get(request.headers["mcp-session-id"]);
  if (server === undefined) return refuse(response, request.headers["mcp-session-id"] === undefined ? 400 : 404, "no such session", message.id);
  if (message.id !== undefined && message.method !== undefined) return relay(server, message, response, {}, () => {});
  server.send(message);
  response.writeHead(202).end();
}

function refuse(response, status, message, id = null) {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify({ jsonrpc: "2.0", id, error: { code: -32600, message } }));
}

const isLocal = (host) => /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/.test(host);

createServer((request, response) => {
  const { host = "", origin } = request.headers;
  if (!isLocal(host) || (origin !== undefined && !isLocal(new URL(origin).host))) return refuse(response, 403, "not from this machine");
  const session = sessions.get(request.headers["mcp-session-id"]);
  if (request.method === "DELETE" && session !== undefined) {
    session.stop();
    sessions.delete(request.headers["mcp-session-id"]);
    return response.writeHead(200).end();
  }
  if (request.method !== "POST") return refuse(response, 405, "POST only");
  let body = "";
  request.setEncoding("utf8").on("data", (text) => (body += text));
  request.on("end", () => {
    try {
      post(request, response, JSON.parse(body));
    } catch (error) {
      refuse(response, 400, String(error));
    }
  });
}).listen(Number(port), "127.0.0.1", function () {
  console.log(`http://127.0.0.1:${this.address().port}/mcp`);
});
process.on("SIGTERM", () => {
  for (const session of sessions.values()) session.stop();
  process.exit(0);
});
