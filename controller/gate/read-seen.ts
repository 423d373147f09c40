/** Run folders as comparisons see them: judged again, from what is in them. */

import { type RunSeen, runSeen } from "../../verdict/comparison/run-seen.ts";
import { judge } from "../../verdict/judge.ts";
import { readRun } from "../../verdict/read-run.ts";
import { readFingerprint } from "./fingerprint.ts";

/** @throws {Failure} as `readRun` does, for the first folder that cannot be read */
export async function readSeen(folders: readonly string[]): Promise<readonly RunSeen[]> {
  const seen: RunSeen[] = [];
  // One after the other: a long run is some megabytes.
  for (const folder of folders) {
    const { evidence, tally } = await readRun(folder);
    seen.push(runSeen(evidence, judge(evidence, tally), readFingerprint(folder, evidence)));
  }
  return seen;
}
