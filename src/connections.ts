import type { Socket } from "node:net";
import type { buildConnector, Client, Dispatcher, default as Undici } from "undici";
import { isLoopback, type ProxySettings } from "./settings.js";

/** One attempt's own way to its origin. Nobody else uses it until it is given back. */
export interface Lease {
  dispatcher: Dispatcher;
  /** Whether it was kept from an earlier attempt, and its server may have closed it meanwhile. */
  reused?: boolean;
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
  /** And how each is closed. */
  const busy = new Map<Dispatcher, () => Promise<void>>();

  function leased(dispatcher: Dispatcher, reused: boolean, giveBack: () => void, destroy: () => Promise<void>): Lease {
    busy.set(dispatcher, destroy);
    const end = (act: () => void) => () => {
      if (busy.delete(dispatcher)) act();
    };
    return { dispatcher, reused, release: end(giveBack), destroy: end(() => void destroy()) };
  }

  return {
    async lease(origin) {
      parts ??= loadParts(limits.connect_ms);
      const { undici, connect } = await parts;
      if (proxy !== null && !isLoopback(new URL(origin).hostname)) {
        const { agent, destroy } = throughProxy(undici, proxy, connect);
        return leased(agent, false, () => void destroy(), destroy);
      }
      const kept = idle.get(origin) ?? [];
      idle.set(origin, kept);
      let client = kept.pop();
      while (client?.destroyed === true) client = kept.pop();
      const taken = client ?? new undici.Client(origin, { connect, pipelining: 1, keepAliveTimeout: 15_000, allowH2: false, ...timeouts });
      const giveBack = () => {
        if (kept.length < keepIdle) kept.push(taken);
        else void taken.destroy();
      };
      return leased(taken, client !== undefined, giveBack, () => taken.destroy());
    },
    open: () => busy.size + [...idle.values()].reduce((sum, clients) => sum + clients.length, 0),
    async close() {
      const all = [...busy.values(), ...[...idle.values()].flat().map((client) => () => client.destroy())];
      busy.clear();
      idle.clear();
      await Promise.all(all.map((destroy) => destroy()));
    },
  };
}

/**
 * One attempt's way through a proxy. It dials once: left alone, undici 7 dials a proxy that closes CONNECT without a byte
 * thousands of times a second. Its socket is destroyed by hand, since undici lets go of it while TLS is being set up inside.
 */
function throughProxy(
  undici: typeof Undici,
  proxy: ProxySettings,
  connect: Connector,
): { agent: Dispatcher; destroy: () => Promise<void> } {
  let dialled = false;
  let destroyed = false;
  let way: Socket | undefined;
  const dial: Connector = (options, callback) => {
    if (dialled) return callback(new ProxyClosed("the proxy closed the connection"), null);
    dialled = true;
    connect(options, (...result) => {
      way = result[1] ?? undefined;
      if (destroyed) way?.destroy();
      callback(...result);
    });
  };
  // A setting left out would be looked up in this process's environment.
  const settings = { httpProxy: proxy.httpProxy ?? "", httpsProxy: proxy.httpsProxy ?? "", noProxy: proxy.noProxy ?? "" };
  const clientFactory = (origin: URL) => new undici.Client(origin, { connect: dial, ...timeouts });
  const agent = new undici.EnvHttpProxyAgent({ ...settings, connect: dial, clientFactory, ...timeouts });
  const destroy = () => {
    destroyed = true;
    way?.destroy();
    return agent.destroy();
  };
  return { agent, destroy };
}

class ProxyClosed extends Error {
  readonly code = "ECONNRESET"; // at UND_ERR_SOCKET undici would go on dialling
}

/** undici's own timers are off: they fire up to half a second late. Ours are in `send.ts`. */
const timeouts = { headersTimeout: 0, bodyTimeout: 0 };

type Connector = ReturnType<typeof buildConnector>;

interface Parts {
  undici: typeof Undici;
  connect: Connector;
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
