// The parts of undici that src/connections.ts uses, for the bundle (see the `build:bundle` script): its index would add as much
// again of fetch, caches, mocks and WebSockets, and bundlers cannot shake CommonJS.
module.exports = {
  Client: require("../node_modules/undici/lib/dispatcher/client.js"),
  EnvHttpProxyAgent: require("../node_modules/undici/lib/dispatcher/env-http-proxy-agent.js"),
  buildConnector: require("../node_modules/undici/lib/core/connect.js"),
};
