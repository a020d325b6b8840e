import { it } from "vitest";
import net from "node:net";
import { once } from "node:events";
import { systemClock } from "../../src/clock.js";
import { createConnections } from "../../src/connections.js";
import { openaiChat } from "../../src/providers/openai-chat.js";
import { send } from "../../src/send.js";
import * as u from "../helpers/raw-upstream.js";
async function proxy(mode: string, target: number) {
  const log: string[] = []; const open = new Set<net.Socket>();
  const s = net.createServer({allowHalfOpen: true}, (c) => {
    open.add(c); c.on("close", () => open.delete(c)); c.on("error", () => {}); c.on("end", () => c.end());
    if (mode === "rst-accept") { c.resetAndDestroy(); log.push("accept"); return; }
    c.once("data", (d) => {
      const h = d.toString("latin1"); log.push(h.split("\r\n")[0]!);
      if (mode === "close") return c.end();
      if (mode === "rst") return c.resetAndDestroy();
      if (mode === "hang") return;
      if (mode === "407") return c.end("HTTP/1.1 407 Proxy Auth\r\ncontent-length: 0\r\n\r\n");
      if (mode === "502") return c.end("HTTP/1.1 502 Bad\r\ncontent-length: 0\r\n\r\n");
      if (mode === "garbage") return c.end("garbage\r\n\r\n");
      if (mode === "200fin") return c.end("HTTP/1.1 200 OK\r\n\r\n");
      if (mode === "200rst") { c.write("HTTP/1.1 200 OK\r\n\r\n"); setTimeout(()=>c.resetAndDestroy(),20); return; }
      if (mode === "bighead") return c.write("HTTP/1.1 200 OK\r\nx: "+"a".repeat(20480)+"\r\n\r\n");
      if (h.startsWith("CONNECT")) { c.write("HTTP/1.1 200 OK\r\n\r\n"); const t = net.connect(target, "127.0.0.1"); t.on("error",()=>{}); c.pipe(t).pipe(c); }
      else { const t = net.connect(target, "127.0.0.1"); t.write(d); c.pipe(t).pipe(c); }
    });
  });
  s.listen(0, "127.0.0.1"); await once(s, "listening");
  return { url: `http://127.0.0.1:${(s.address() as any).port}`, log, open, close: () => { for (const c of open) c.destroy(); s.close(); } };
}
for (const scheme of ["http", "https"]) for (const mode of ["ok","close","rst","rst-accept","hang","407","502","garbage","200fin","200rst","bighead","noproxy","badurl","badurl2", "refused"]) it(scheme+mode, {timeout: 20000}, async () => {
  const up = await u.rawUpstream(u.good());
  const p = await proxy(mode, up.port);
  const url = mode === "badurl" ? "not a url" : mode === "badurl2" ? "localhost:3128" : mode === "refused" ? "http://127.0.0.1:9" : p.url;
  const c = createConnections({ httpProxy: url, httpsProxy: url, ...(mode === "noproxy" ? {noProxy: ".test"} : {}) }, { connect_ms: 800, response_bytes: 8<<20 });
  const t = performance.now(); let r: any;
  try { r = await send(c, systemClock(), { url: `${scheme}://provider.test:8080/v1/chat/completions`, headers: {authorization:"Bearer k"}, body: JSON.stringify({model:"m",stream:false}) }, { dialect: openaiChat, limits: { total_ms: 1500, first_token_ms: 1200, idle_ms: 1200, response_bytes: 8<<20 }, signal: new AbortController().signal });
  } catch (e) { r = {THROWN: e}; }
  const ms = Math.round(performance.now()-t);
  await new Promise(x=>setTimeout(x,200));
  const { headers, reply, ...rest } = r;
  console.log(scheme, mode, ms+"ms", JSON.stringify(rest), reply ? reply.text.slice(0,10): "", r.THROWN ?? "", "proxylog", p.log.length, p.log[0], "open", p.open.size, "leases", c.open(), "reqs", up.requests.length);
  await c.close(); await up.close(); p.close();
});
