/** `bench halt`: every fault of every run is undone, whoever of it still lives. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { systemClock } from "../../base/clock.ts";
import { Failure } from "../../base/failure.ts";
import { type HaltedRun, haltRun } from "../../chaos/halt.ts";
import { journalName } from "../../chaos/run-journal.ts";
import { exitCodeOfFailure } from "../exit-code.ts";
import { findRunFolder, runIds, runsFolder } from "../results.ts";

/** Returns the exit code: 0 when nothing is left. */
export async function halt(
  words: readonly string[],
  options: { readonly json?: boolean },
  signal: AbortSignal,
): Promise<number> {
  const folders = new Set([...runIds().map((id) => join(runsFolder(), id)), ...words.map(folderNamed)]);
  const say = (line: string) => process.stderr.write(`${line}\n`);
  // Side by side: a run that takes its time must not keep another's faults on.
  const all = await Promise.all(
    [...folders].map((folder) => haltRun(join(folder, journalName), { clock: systemClock, signal, say })),
  );
  const halted = all.filter((each) => each !== undefined);
  const problems = halted.flatMap((each) => each.problems);
  const isClean = problems.length === 0;
  const exitCode = isClean ? 0 : exitCodeOfFailure.leaked;
  if (options.json === true) {
    const runs = halted.filter(isTold);
    process.stdout.write(`${JSON.stringify({ schemaVersion: 1, isClean, runs, exitCode }, null, 2)}\n`);
    return exitCode;
  }
  for (const line of halted.filter(isTold).map(lineOf)) process.stdout.write(`${line}\n`);
  if (!isClean) throw new Failure("leaked", "something is still in place", { problems });
  process.stdout.write("no fault of any run is in place\n");
  return 0;
}

/** A run that was over, and left nothing, is no news. */
const isTold = ({ was, mended, ended, problems }: HaltedRun): boolean =>
  was === "living" || was === "undisturbed" || mended.length + ended + problems.length > 0;

const stories: Readonly<Record<HaltedRun["was"], string>> = {
  living: "was running, and was ended",
  guarded: "had died, and its guard cleared up",
  dead: "had died, and so had its guard",
  over: "had ended",
  void: "was of another start of this machine",
  undisturbed: "is running without faults, and was left alone",
};

function lineOf({ folder, was, mended, ended }: HaltedRun): string {
  const taken = mended.length === 0 ? [] : [`taken back: ${mended.join(", ")}`];
  const swept = ended === 0 ? [] : [`${ended} ${ended === 1 ? "process" : "processes or containers"} ended`];
  return [`${folder} ${stories[was]}`, ...taken, ...swept].join("; ");
}

/** A folder of `--out`, or a run by its name. */
function folderNamed(word: string): string {
  return existsSync(join(word, journalName)) ? resolve(word) : findRunFolder(word);
}
