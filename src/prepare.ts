import type { Contract } from "./contract/index.js";
import { parseContract } from "./contract/parse.js";
import type { SchemaEngine } from "./contract/schema-engine.js";
import { SchemaError } from "./contract/schema-intake.js";
import { InvalidInput } from "./face.js";
import type { CallOptions, ChatRequest } from "./outcome.js";
import { isBuiltIn, providerIds } from "./providers/index.js";
import { isSandboxFault, sandboxFaults } from "./sandbox/index.js";
import type { Settings } from "./settings.js";

/** Everything that can be wrong with a call is found before a request is made. Returns what its answer must fulfil. */
export async function prepare(settings: Settings, schemas: SchemaEngine, request: ChatRequest, options: CallOptions): Promise<Contract> {
  if (request.messages.length === 0) throw new InvalidInput("invalid_request", "messages is empty.", "Give at least one message.");
  checkNames(settings, options);
  const contract = merged(settings.contract, parseContract(options.contract));
  try {
    if (contract.schema !== undefined) await schemas.prepare(contract.schema);
    for (const tool of request.tools ?? []) if (tool.parameters !== undefined) await schemas.prepare(tool.parameters);
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    const standing = contract.schema !== undefined && contract.schema === settings.contract.schema;
    const next = standing ? "Correct contract.schema in the settings of this server." : "Correct the JSON Schema, or leave it out.";
    throw new InvalidInput(error.code, error.message, next);
  }
  return contract;
}

function checkNames(settings: Settings, options: CallOptions): void {
  const known = settings.providers.map((one) => one.provider.id);
  const simulated = Object.keys(options.simulate ?? {});
  const named = [options.provider, ...(options.providers ?? []), ...simulated].filter((name) => name !== undefined);
  for (const name of named) {
    if (!known.includes(name)) throw new InvalidInput("invalid_request", `${name} is not a provider.`, `Allowed: ${known.join(", ")}.`);
    if ((settings.sandbox || simulated.includes(name)) && !isBuiltIn(name))
      throw new InvalidInput(
        "invalid_request",
        `${name} is an endpoint of the settings and cannot be simulated.`,
        `The sandbox simulates ${providerIds.join(", ")}.`,
      );
  }
  for (const fault of Object.values(options.simulate ?? {}).flat()) {
    if (!isSandboxFault(fault))
      throw new InvalidInput(
        "invalid_request",
        `${fault} is not a fault that can be simulated.`,
        `Allowed: ${sandboxFaults.map((one) => one.name).join(", ")}.`,
      );
  }
}

/** A dimension that the call names counts as the call has it, as a whole. */
function merged(standing: Contract, asked: Contract): Contract {
  const named = Object.entries(asked).filter(([, options]) => options !== undefined);
  return { ...standing, ...Object.fromEntries(named) };
}
