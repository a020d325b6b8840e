import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";

export async function listening(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

export interface DeafPort {
  port: number;
  accepted(): number;
  close(): Promise<void>;
}

/** A port of its own for one case: nobody listens, everybody is thrown out, or nothing is ever read. */
export async function deafPort(how: "refused" | "closed at accept" | "reset at accept" | "never read"): Promise<DeafPort> {
  let accepted = 0;
  const open = new Set<Socket>();
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    accepted += 1;
    open.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => open.delete(socket));
    if (how === "closed at accept") socket.end();
    if (how === "reset at accept") socket.resetAndDestroy();
  });
  const port = await listening(server);
  const close = async () => {
    for (const socket of open) socket.destroy();
    if (!server.listening) return;
    server.close();
    await once(server, "close");
  };
  if (how === "refused") await close();
  return { port, accepted: () => accepted, close };
}
