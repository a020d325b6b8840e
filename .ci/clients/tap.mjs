// Stands between a client and the server and writes down what passes, so that it can be told what a client really asked for:
// node tap.mjs LOG BIN
import { spawn } from "node:child_process";
import { appendFileSync } from "node:fs";

const [log, bin] = process.argv.slice(2);
const server = spawn(process.execPath, [bin], { stdio: ["pipe", "pipe", "inherit"] });

function pass(from, to, who) {
  let rest = "";
  from.on("data", (chunk) => {
    to.write(chunk);
    const lines = (rest + chunk).split("\n");
    rest = lines.pop();
    for (const line of lines) appendFileSync(log, `${who} ${line}\n`);
  });
  from.on("end", () => to.end());
  to.on("error", () => {});
}

pass(process.stdin, server.stdin, "client");
pass(server.stdout, process.stdout, "server");
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => server.kill(signal));
server.on("exit", (code) => {
  appendFileSync(log, `exit ${code}\n`);
  process.exitCode = code ?? 1;
});
