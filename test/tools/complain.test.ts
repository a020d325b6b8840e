import { expect, test } from "vitest";
import * as z from "zod";
import { complain } from "../../tools/complain.js";

const role = z.discriminatedUnion("role", [
  z.strictObject({ role: z.literal("user"), content: z.string() }),
  z.strictObject({ role: z.literal("tool"), id: z.string() }),
]);
const input = z.strictObject({
  count: z.int().min(1).max(8).optional(),
  list: z.array(role).min(1).optional(),
  word: z.enum(["text", "json"]).optional(),
  either: z.union([z.enum(["a", "b"]), z.strictObject({ name: z.string() })]).optional(),
  by: z.partialRecord(z.enum(["x", "y"]), z.union([z.string(), z.array(z.string())])).optional(),
  name: z
    .string()
    .regex(/^\w{1,3}$/)
    .optional(),
  deep: z.strictObject({ structure: z.strictObject({ format: z.enum(["text", "json"]).optional() }).optional() }).optional(),
});
const schema = z.toJSONSchema(input, { io: "input" });

function told(args: unknown): { message: string; next: string } {
  const parsed = input.safeParse(args);
  if (parsed.success) throw new Error("these arguments are right");
  return complain("chat", parsed.error.issues, args, schema);
}

test.each<[unknown, string]>([
  [{ foo: 1 }, 'There is no argument "foo".'],
  [{ count: 9 }, "count must be at most 8; it was 9."],
  [{ count: "9" }, 'count must be a number; it was the string "9".'],
  [{ count: 1.5 }, "count must be a whole number; it was 1.5."],
  [{ list: [] }, "list must have at least 1 entries; it was a list of 0."],
  [{ list: {} }, "list must be a list; it was an object."],
  [{ list: [{ role: "bot", content: "" }] }, 'list[0].role must be one of user, tool; it was the string "bot".'],
  [{ list: [{ role: "user" }] }, "list[0].content is missing; it must be a string."],
  [{ list: [{ role: "user", content: "", x: 1 }] }, 'list[0] has no key "x"; allowed there: role, content, id.'],
  [{ word: "xml" }, 'word must be one of text, json; it was the string "xml".'],
  [{ either: "c" }, 'either must be one of a, b or an object; it was the string "c".'],
  [{ either: { nme: "a" } }, 'either.name is missing; it must be a string. either has no key "nme"; allowed there: name.'],
  [{ by: { z: "a" } }, 'by has no key "z"; allowed there: x, y.'],
  [{ by: { x: 1 } }, "by.x must be a string or a list; it was 1."],
  [{ name: "abcd" }, 'name must match /^\\w{1,3}$/; it was the string "abcd".'],
  [{ deep: { structure: { fmt: 1 } } }, 'deep.structure has no key "fmt"; allowed there: format.'],
  ["text", 'The arguments must be an object; it was the string "text".'],
])("%j", (args, message) => {
  expect(told(args).message).toBe(message);
});

test("an unknown argument is to be removed, and the known ones are listed", () => {
  expect(told({ foo: 1 }).next).toBe("Remove it and retry. chat takes: count, list, word, either, by, name, deep.");
});

test("of many mistakes the first five are told", () => {
  const { message } = told(Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`k${at}`, at])));
  expect(message).toContain('"k4"');
  expect(message).not.toContain('"k5"');
  expect(message).toMatch(/and 3 more\.$/);
});

test("long values are not repeated", () => {
  expect(told({ name: "x".repeat(5_000) }).message.length).toBeLessThan(200);
});
