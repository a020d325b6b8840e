import type { Alias } from "../exchange.js";
import { blankFacts } from "./model-facts.js";
import { openaiChat } from "./openai-chat.js";
import type { AnyProvider } from "./provider.js";

/** An OpenAI-compatible server of the user's own, as the settings describe it. */
export interface Endpoint {
  id: string;
  name?: string | undefined;
  base_url: string;
  key_variable?: string | undefined;
  model: string;
  fallback_model?: string | undefined;
  max_tokens_param?: "max_tokens" | "max_completion_tokens" | undefined;
  prices?: Readonly<Record<string, EndpointPrice>> | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
}

/** USD per million tokens, and how much fits. */
export interface EndpointPrice {
  input_usd?: number | undefined;
  output_usd?: number | undefined;
  cached_usd?: number | undefined;
  context_tokens?: number | undefined;
  max_output_tokens?: number | undefined;
}

/** A provider made of an endpoint's description: as careful as one must be with a server of which nothing else is known. */
export function endpointProvider(endpoint: Endpoint, aliases: readonly Alias[] = []): AnyProvider {
  const named = (id: string) => ({ id, retires: null });
  return {
    id: endpoint.id,
    name: endpoint.name ?? endpoint.id,
    dialect: openaiChat,
    base_url: endpoint.base_url,
    regions: {},
    base_path: "",
    env: { key: endpoint.key_variable === undefined ? [] : [endpoint.key_variable], base_url: [], model: [] },
    auth: { header: "authorization", prefix: "Bearer " },
    headers: endpoint.headers ?? {},
    paths: { chat: "/chat/completions", models: "/models" },
    models: { default: named(endpoint.model), fallback: named(endpoint.fallback_model ?? endpoint.model) },
    retired: [],
    request: {
      max_tokens: endpoint.max_tokens_param ?? "max_tokens",
      max_tokens_default: null,
      stream_usage: "stream_options",
      stream_with_schema: true,
      hides_reasoning: false,
      // A server that cannot says so, and is asked again without.
      structured: "json_schema",
      defaults: [],
      no_temperature: null,
      forced_tools: true,
      prefill: null,
    },
    aliases,
    listed: new Map(Object.entries(endpoint.prices ?? {}).map(([id, price]) => [id.toLowerCase(), { ...blankFacts(id), ...known(price) }])),
    faults: [],
    request_id_headers: ["x-request-id", "x-litellm-call-id"],
    unverified: [],
  };
}

const known = ({ input_usd, output_usd, cached_usd, context_tokens, max_output_tokens }: EndpointPrice) => ({
  input_usd: input_usd ?? null,
  output_usd: output_usd ?? null,
  cached_usd: cached_usd ?? null,
  context_tokens: context_tokens ?? null,
  max_output_tokens: max_output_tokens ?? null,
});
