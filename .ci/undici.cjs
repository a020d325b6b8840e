// The parts of undici that src/connections.ts uses, for the bundle (see the `build:bundle` script): its index would add as much
// again of fetch, caches, mocks and WebSockets, and bundlers cannot shake CommonJS.
const Agent = require("../node_modules/undici/lib/dispatcher/agent.js");
const request = require("../node_modules/undici/lib/api/api-request.js");

let agent;

module.exports = {
  Client: require("../node_modules/undici/lib/dispatcher/client.js"),
  EnvHttpProxyAgent: require("../node_modules/undici/lib/dispatcher/env-http-proxy-agent.js"),
  buildConnector: require("../node_modules/undici/lib/core/connect.js"),
  // As the index has it, for src/bench/bare.ts to compare with: through the one global agent.
  request(url, options) {
    const { origin, pathname, search } = new URL(url);
    return request.call((agent ??= new Agent()), { ...options, origin, path: pathname + search });
  },
};
