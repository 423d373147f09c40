/** Where runs are, and which one a word means. */
import { existsSync, readdirSync, realpathSync } from "node:fs";
import { join, resolve } from "node:path";
import { Failure, unknownName } from "../base/failure.ts";

export const resultsFolder = (): string => resolve(process.env["BENCH_RESULTS"] ?? ".bench");
export const runsFolder = (): string => join(resultsFolder(), "runs");
/** What `bench calibrate` last found on this machine. */
export const certificatePath = (): string => join(resultsFolder(), "certificate.json");
/** Runs kept to compare with; BENCH_BASELINES puts them where they can be kept with the code. */
export const baselinesFolder = (): string =>
  resolve(process.env["BENCH_BASELINES"] ?? join(resultsFolder(), "baselines"));
export const keptFolder = (): string => join(resultsFolder(), "targets");

/** Ids of all runs, oldest first. */
export function runIds(): string[] {
  return existsSync(runsFolder())
    ? readdirSync(runsFolder())
        .filter((name) => /^\d{8}T/.test(name))
        .sort()
    : [];
}

/**
 * The folder meant by a run id, a unique beginning or end of one, a path, or `latest`.
 * @throws {Failure} `usage` when there is none, or more than one
 */
export function findRunFolder(word: string): string {
  if (existsSync(join(word, "plan.json"))) return realpathSync(word);
  const ids = runIds();
  if (word === "latest") {
    const newest = ids.at(-1);
    if (newest === undefined) throw new Failure("usage", `there is no run in ${runsFolder()} yet`);
    return join(runsFolder(), newest);
  }
  const matching = ids.filter((id) => id === word || id.startsWith(word) || id.endsWith(word));
  if (matching.length === 1) return join(runsFolder(), matching[0] ?? "");
  if (matching.length > 1) throw new Failure("usage", `"${word}" could be ${matching.join(" or ")}`);
  throw new Failure("usage", unknownName("run", word, ids), { hint: "bench list runs shows them" });
}
