export { isSandboxFault, sandboxFaults } from "./names.js";
export { type Sandbox, type SandboxOptions, type SandboxRequest, startSandbox } from "./server.js";
