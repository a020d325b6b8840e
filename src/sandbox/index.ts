export { isSandboxFault, sandboxFaults } from "./faults.js";
export { type Sandbox, type SandboxOptions, type SandboxRequest, startSandbox } from "./server.js";
