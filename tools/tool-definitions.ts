import * as z from "zod";
import { advertisedAs } from "./tool.js";
import type { JsonObject, ToolDefinition } from "../src/index.js";

const name = z.string().regex(/^[\w-]{1,64}$/);
/** Arguments are JSON before they get here, so a loose object is a JsonObject; zod cannot say that by itself. */
const parameters = z.looseObject({}) as unknown as z.ZodType<JsonObject>;
const flat = { name, description: z.string().optional(), parameters: parameters.optional() };

/** A function a model may call, as OpenAI writes it or flat. `strict` changes nothing: calls are always checked. */
export const toolDefinitions = z
  .array(
    z.union([
      z.strictObject(flat),
      z
        .strictObject({ type: z.literal("function"), function: z.strictObject({ ...flat, strict: z.boolean().nullish() }) })
        .transform(({ function: { name, description, parameters } }): ToolDefinition => ({ name, description, parameters })),
    ]),
  )
  .min(1)
  .max(128)
  .meta(
    advertisedAs({
      type: "array",
      items: { type: "object", properties: { name: { type: "string" }, description: { type: "string" }, parameters: { type: "object" } } },
    }),
  );
