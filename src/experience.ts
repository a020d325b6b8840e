import type { Gates, RouteKey } from "./gates.js";
import type { Knowledge } from "./knowledge.js";

/** What the calls so far say about routes. */
export interface Experience {
  /** Why a route should be passed over before it fails; `null` when nothing speaks against it. */
  degraded(gate: RouteKey): string | null;
  /** How likely its next answer is verified. */
  quality: Knowledge["quality"];
}

/** A route that is asked after the others, and why. */
export interface PutLast {
  route: string;
  why: string;
}

/** Failures that do not open a breaker yet, but are reason enough to ask another route first. */
const failing = { attempts: 5, share: 0.3 };

export const experienceOf = (knowledge: Knowledge, gates: Gates): Experience => ({
  degraded(gate) {
    const { failed, of } = gates.recent(gate);
    if (of >= failing.attempts && failed / of >= failing.share) return `${failed} of its last ${of} attempts failed`;
    return knowledge.degraded(gate.route);
  },
  quality: (route) => knowledge.quality(route),
});

/** Fewer answers than this say nothing about a route. */
const weightNeeded = 3;

/**
 * Slow or failing just now goes last; a route whose answers keep being rejected goes behind the next one, but only when the
 * difference exceeds what chance explains.
 */
export function byExperience<Route extends { name: string; gate: RouteKey }>(
  routes: readonly Route[],
  { degraded, quality }: Experience,
): { ordered: readonly Route[]; put_last: PutLast[] } {
  if (routes.length < 2) return { ordered: routes, put_last: [] };
  const sound: Route[] = [];
  const ailing: Route[] = [];
  const put_last: PutLast[] = [];
  for (const route of routes) {
    const why = degraded(route.gate);
    (why === null ? sound : ailing).push(route);
    if (why !== null) put_last.push({ route: route.name, why });
  }
  return { ordered: [...byQuality(sound, quality), ...byQuality(ailing, quality)], put_last: sound.length === 0 ? [] : put_last };
}

function byQuality<Route extends { gate: RouteKey }>(routes: Route[], quality: Experience["quality"]): Route[] {
  const ordered = [...routes];
  for (let pass = 0; pass < ordered.length; pass += 1) {
    for (let at = 0; at + 1 < ordered.length; at += 1) {
      const [left, right] = [ordered[at], ordered[at + 1]];
      if (left === undefined || right === undefined) continue;
      const a = quality(left.gate.route);
      const b = quality(right.gate.route);
      if (a.weight >= weightNeeded && b.mean - a.mean > a.deviation + b.deviation) [ordered[at], ordered[at + 1]] = [right, left];
    }
  }
  return ordered;
}
