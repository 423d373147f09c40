/** What `bench halt` found and did, as lines, as a document, and as an exit code. Pure. */
import { Failure, sentenceOf } from "../base/failure.ts";
import type { HaltedRun } from "../chaos/halt.ts";
import { exitCodeOfFailure } from "./exit-code.ts";

export interface Halted {
  readonly runs: readonly HaltedRun[];
  /** Words that name no run, one sentence each. */
  readonly unknown: readonly string[];
  /** What kept runs from being halted to the end: an interruption, or a bug of ours. */
  readonly thrown: readonly unknown[];
}

/** A run that was over, and left nothing, is no news. */
const isTold = ({ was, mended, ended, problems }: HaltedRun): boolean =>
  was === "living" || was === "undisturbed" || mended.length + ended + problems.length > 0;

const problemsOf = ({ runs }: Halted): readonly string[] => runs.flatMap(({ problems }) => problems);

export function haltedLines({ runs }: Halted): readonly string[] {
  return runs.filter(isTold).map(lineOf);
}

export function haltedJson(halted: Halted): object {
  const { runs, unknown } = halted;
  return {
    schemaVersion: 1,
    isClean: problemsOf(halted).length === 0,
    runs: runs.filter(isTold),
    ...(unknown.length > 0 && { unknown }),
    exitCode: haltedCode(halted),
  };
}

/** Of what was carried out to its end: 0 when nothing is left and every word was understood. */
export function haltedCode(halted: Halted): number {
  if (problemsOf(halted).length > 0) return exitCodeOfFailure.leaked;
  return halted.unknown.length > 0 ? exitCodeOfFailure.usage : 0;
}

/**
 * What the command ends with instead of an exit code; undefined when all is well. What is still in place goes first, for
 * somebody has to take it back.
 */
export function haltFailure(halted: Halted): unknown {
  const { unknown, thrown } = halted;
  const problems = problemsOf(halted);
  if (problems.length > 0) {
    return new Failure("leaked", "something is still in place, or may be", {
      problems: [...problems, ...thrown.map(sentenceOf), ...unknown],
    });
  }
  if (thrown.length > 0) return thrown[0];
  if (unknown.length === 0) return undefined;
  const which = unknown.length === 1 ? "one word names" : `${unknown.length} words name`;
  return new Failure("usage", `${which} no run`, {
    problems: unknown,
    hint: "of every other run no fault is in place; bench list runs shows them",
  });
}

const stories: Readonly<Record<HaltedRun["was"], string>> = {
  living: "was running, and was ended",
  guarded: "had died, and its guard cleared up",
  dead: "had died, and so had its guard",
  over: "had ended",
  void: "was of another start of this machine",
  elsewhere: "is of another container or machine, or of outside of this one",
  undisturbed: "is running without faults, and was left alone",
  unread: "could not be read",
};

function lineOf({ folder, was, mended, ended }: HaltedRun): string {
  const taken = mended.length === 0 ? [] : [`taken back: ${mended.join(", ")}`];
  const swept = ended === 0 ? [] : [`${ended} ${ended === 1 ? "process" : "processes or containers"} ended`];
  return [`${folder} ${stories[was]}`, ...taken, ...swept].join("; ");
}
