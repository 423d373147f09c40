/** `bench halt`: every fault of every run is undone, whoever of it still lives. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { systemClock } from "../../base/clock.ts";
import { Failure } from "../../base/failure.ts";
import { haltRun } from "../../chaos/halt.ts";
import { journalName } from "../../chaos/run-journal.ts";
import { type Halted, haltedCode, haltedJson, haltedLines, haltFailure } from "../halt-report.ts";
import { findRunFolder, runIds, runsFolder } from "../results.ts";

/** Returns the exit code: 0 when nothing is left. */
export async function halt(
  words: readonly string[],
  options: { readonly json?: boolean },
  signal: AbortSignal,
): Promise<number> {
  const halted = await haltAll(words, signal);
  const failure = haltFailure(halted);
  // Of what was broken off no document can say how it is.
  if (options.json === true && halted.thrown.length === 0) {
    process.stdout.write(`${JSON.stringify(haltedJson(halted), null, 2)}\n`);
    return haltedCode(halted);
  }
  if (options.json === true) throw failure;
  for (const line of haltedLines(halted)) process.stdout.write(`${line}\n`);
  if (failure !== undefined) throw failure;
  process.stdout.write("no fault of any run is in place\n");
  return 0;
}

/** Side by side, and each whatever becomes of the others: a run that is in a bad way must not keep another's faults on. */
async function haltAll(words: readonly string[], signal: AbortSignal): Promise<Halted> {
  const named = words.map(folderNamed);
  const folders = new Set([
    ...runIds().map((id) => join(runsFolder(), id)),
    ...named.flatMap(({ folder }) => folder ?? []),
  ]);
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const all = await Promise.allSettled(
    [...folders].map((folder) => haltRun(join(folder, journalName), { clock: systemClock, signal, say })),
  );
  return {
    runs: all.flatMap((each) => (each.status === "fulfilled" ? (each.value ?? []) : [])),
    unknown: named.flatMap(({ problem }) => problem ?? []),
    thrown: all.flatMap((each) => (each.status === "rejected" ? [each.reason] : [])),
  };
}

/** A folder of `--out`, or a run by its name. */
function folderNamed(word: string): { readonly folder?: string; readonly problem?: string } {
  if (existsSync(join(word, journalName))) return { folder: resolve(word) };
  try {
    return { folder: findRunFolder(word) };
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== "usage") throw error;
    return { problem: error.message };
  }
}
