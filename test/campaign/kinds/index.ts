import type { Kind } from "../nouns.js";
import { bodyLevel } from "./body.js";
import { contents } from "./content.js";
import { finishes } from "./finish.js";
import { httpLevel } from "./http.js";
import { network } from "./network.js";
import { accepted, rows } from "./rows.js";
import { streamLevel } from "./stream.js";
import { structures } from "./structure.js";
import { good } from "../wires.js";

const none = rows("ab", ["OK", "no defect", accepted, (s) => good(s)]);

/** All kinds. A new one is one row in its chapter. */
export const kinds: readonly Kind[] = [...none, ...network, ...httpLevel, ...bodyLevel, ...streamLevel, ...finishes, ...contents, ...structures];

const names = new Set<string>();
for (const { name, legs } of kinds) {
  const key = `${name} ${legs}`;
  if (names.has(key)) throw new Error(`two kinds are named ${name}`);
  names.add(key);
}

export const kindsOf = (leg: "a" | "b"): Kind[] => kinds.filter((kind) => kind.legs.includes(leg));
export const familyOf = ({ name }: Kind): string => /^M1\/(?:chat|messages)\/(?:body|stream)/.exec(name)?.[0] ?? /^[A-Z]\d*/.exec(name)?.[0] ?? name;
