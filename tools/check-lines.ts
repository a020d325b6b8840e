import type { ProbeResult, ProvidersReport } from "../src/index.js";
import type { Mention } from "./client-files.js";
import type { Surroundings } from "./surroundings.js";

/** What `doctor` has found out, judged line by line: what is so, and what to type where it should not be. */

export interface Line {
  status: "ok" | "warning" | "problem" | "unset";
  subject: string;
  says: string;
  next: string | null;
}

export interface Section {
  title: string;
  lines: Line[];
}

export interface Facts {
  machine: Surroundings;
  report: ProvidersReport;
  probes: readonly ProbeResult[];
  mentions: readonly Mention[];
  /** What is wrong with the file that NODE_EXTRA_CA_CERTS names; `null` when nothing is, or none is named. */
  certificates: string | null;
  /** Milliseconds since 1970. */
  now: number;
}

export const line = (status: Line["status"], subject: string, says: string, next: string | null = null): Line => ({
  status,
  subject,
  says,
  next,
});
