import undici from "undici";
import { createFailover } from "../index.js";
import { startUpstream } from "./upstream.js";
import { model, question, paths } from "./calls-answer.js";
import { percentile } from "../knowledge.js";
import { microseconds } from "../clock.js";
import { openai } from "../providers/openai.js";
import { openaiChat } from "../providers/openai-chat.js";
const up = await startUpstream();
const env = (p: string, more: Record<string, string> = {}) => ({
  OPENAI_API_KEY: "sk-bench-000000000000",
  OPENAI_BASE_URL: up.origin + p + "/v1",
  GROQ_API_KEY: "gsk_bench_0000000000",
  GROQ_BASE_URL: up.origin + "/good/v1",
  ...more,
});
const f = createFailover({ env: env(paths.good) });
const stream = process.argv[2] !== "json";
const body = JSON.stringify(openaiChat.encode({ ...question, stream }, { provider: openai, model, base_url: "", key: "" }));
const pool = new undici.Pool(up.origin);
const opts = {
  method: "POST" as const,
  headers: { authorization: "Bearer sk-bench-000000000000", "content-type": "application/json" },
  body,
};
const bare = async () => {
  const r = await undici.request(up.origin + "/good/v1/chat/completions", opts);
  if (stream) await r.body.text();
  else await r.body.json();
};
const poolr = async () => {
  const r = await pool.request({ ...opts, path: "/good/v1/chat/completions" });
  if (stream) await r.body.text();
  else await r.body.json();
};
const ours = async () => {
  const o = await f.chat({ ...question, stream }, { providers: ["openai"] });
  if (!o.verified) throw new Error(JSON.stringify(o.error));
};
async function block(work: () => Promise<void>, n: number) {
  const t: number[] = [];
  for (let i = 0; i < n; i++) {
    const s = microseconds();
    await work();
    t.push(microseconds() - s);
  }
  return t;
}
for (const w of [bare, poolr, ours]) await block(w, 1500);
const only = process.argv[3];
if (only === "ours") {
  await block(ours, 8000);
  process.exit(0);
}
const rows: number[][] = [[], [], []];
for (let r = 0; r < 40; r++) {
  [bare, poolr, ours].entries();
  let i = 0;
  for (const w of [bare, poolr, ours]) rows[i++]?.push(percentile(await block(w, 50), 0.5) ?? 0);
}
const [b, p, o] = rows.map((x) => percentile(x, 0.5) ?? 0);
const ratio = percentile(
  (rows[2] ?? []).map((x, i) => x / (rows[0]?.[i] ?? 1)),
  0.5,
);
console.log(stream ? "stream" : "json", "bare", b, "pool", p, "ours", o, "ratio", ratio);
process.exit(0);
