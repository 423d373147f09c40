/** `bench judge`: the same answer again, from the run folder alone. */
import { judge as judgeEvidence } from "../../verdict/judge.ts";
import { readRun } from "../../verdict/read-run.ts";
import { deliver, type ReportWords, readReports } from "../deliver.ts";
import { endingCode } from "../leaked-first.ts";
import { findRunFolder } from "../results.ts";

export async function judge(word: string, options: ReportWords): Promise<number> {
  const wanted = readReports(options);
  const folder = findRunFolder(word);
  const { evidence, tally } = await readRun(folder);
  const verdict = judgeEvidence(evidence, tally);
  await deliver({ evidence, tally, verdict, folder }, wanted);
  return endingCode(verdict.exitCode, { isAdvisory: options.advisory === true });
}
