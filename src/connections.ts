import type { buildConnector, Client, Dispatcher, default as Undici } from "undici";
import { isLoopback, type ProxySettings } from "./settings.js";

/** One attempt's own way to its origin. Nobody else uses it until it is given back. */
export interface Lease {
  dispatcher: Dispatcher;
  /** Gives the connection back for the next attempt. */
  release(): void;
  /** Closes it at once, in whatever phase it is, and with it everything under way on it (≤ 10 ms, measured on undici 7.30.2). */
  destroy(): void;
}

export interface Connections {
  lease(origin: string): Promise<Lease>;
  /** Sockets in use or kept for later. */
  open(): number;
  close(): Promise<void>;
}

/** Idle connections kept per origin. */
const keepIdle = 16;

/**
 * Warm keep-alive connections, one attempt each. An undici `Client` is one socket; leasing it whole makes a cut-off attempt
 * destroy exactly its own socket, which undici's abort signal cannot do while it is still connecting. TLS sessions are
 * resumed through the one connector. A proxy gets a dispatcher per attempt, since undici 7 reconnects for ever when a proxy
 * closes CONNECT without a byte. undici is loaded at the first lease: it costs 0.1 s of starting.
 */
export function createConnections(proxy: ProxySettings | null, limits: { connect_ms: number; response_bytes: number }): Connections {
  let parts: Promise<Parts> | undefined;
  const idle = new Map<string, Client[]>();
  const busy = new Set<Dispatcher>();

  function leased(dispatcher: Dispatcher, giveBack: () => void): Lease {
    busy.add(dispatcher);
    const end = (act: () => void) => () => {
      if (busy.delete(dispatcher)) act();
    };
    const destroy = end(() => void dispatcher.destroy());
    return { dispatcher, release: end(giveBack), destroy };
  }

  return {
    async lease(origin) {
      parts ??= loadParts(limits.connect_ms);
      const { undici, connect } = await parts;
      if (proxy !== null && !isLoopback(new URL(origin).hostname)) {
        const agent = new undici.EnvHttpProxyAgent({ ...proxy, connect: { timeout: limits.connect_ms }, ...timeouts });
        return leased(agent, () => void agent.destroy());
      }
      const kept = idle.get(origin) ?? [];
      idle.set(origin, kept);
      let client = kept.pop();
      while (client?.destroyed === true) client = kept.pop();
      const taken = client ?? new undici.Client(origin, { connect, pipelining: 1, keepAliveTimeout: 15_000, allowH2: false, ...timeouts });
      return leased(taken, () => {
        if (kept.length < keepIdle) kept.push(taken);
        else void taken.destroy();
      });
    },
    open: () => busy.size + [...idle.values()].reduce((sum, clients) => sum + clients.length, 0),
    async close() {
      const all = [...busy, ...[...idle.values()].flat()];
      busy.clear();
      idle.clear();
      await Promise.all(all.map((dispatcher) => dispatcher.destroy()));
    },
  };
}

/** undici's own timers are off: they fire up to half a second late. Ours are in `send.ts`. */
const timeouts = { headersTimeout: 0, bodyTimeout: 0 };

interface Parts {
  undici: typeof Undici;
  connect: ReturnType<typeof buildConnector>;
}

async function loadParts(connect_ms: number): Promise<Parts> {
  // A CommonJS module: bundlers put its names on `default` only, Node on both.
  const { default: undici } = await import("undici");
  // Node gives each address 250 ms by default and then aborts it, which fails for distant providers (nodejs/node#54359).
  const connect = undici.buildConnector({
    timeout: connect_ms,
    autoSelectFamilyAttemptTimeout: 2_500,
    keepAlive: true,
    maxCachedSessions: 100,
  });
  return { undici, connect };
}
