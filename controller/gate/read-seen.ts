/** Run folders as comparisons see them: judged again, from what is in them. */
import { Failure, wholeSentenceOf } from "../../base/failure.ts";
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

export interface ReadOut {
  /** In their order, those that can be read. */
  readonly runs: readonly { readonly folder: string; readonly seen: RunSeen }[];
  /** One sentence for each of the others. */
  readonly problems: readonly string[];
}

/** The same, but a folder that cannot be read does not keep the others from being looked at. */
export async function readAll(folders: readonly string[]): Promise<ReadOut> {
  const runs: ReadOut["runs"][number][] = [];
  const problems: string[] = [];
  for (const folder of folders) {
    try {
      runs.push(...(await readSeen([folder])).map((seen) => ({ folder, seen })));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      problems.push(wholeSentenceOf(error));
    }
  }
  return { runs, problems };
}
