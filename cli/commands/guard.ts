/** `bench guard`: the body of the guard process. Hidden; started by a run. */
import { runGuard } from "../../chaos/guard-process.ts";
import { runOfWords } from "../../chaos/guarded-run.ts";

/**
 * Returns the exit code: 0 when nothing is left, 15 when something could not be removed (its journal says what).
 * @param who is guarded, in the words of `wordsOfRun`
 */
export async function guard(journalPath: string, who: readonly string[]): Promise<number> {
  const run = runOfWords(who);
  // The guard outlives whoever a signal of the terminal is for; leaving at the second one is for the other commands.
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.removeAllListeners(name);
  // Nor is it over when nobody reads what it says: that is how the death of a run begins.
  process.stdout.removeAllListeners("error");
  const end = await runGuard({ input: process.stdin, journalPath, run });
  return end.status === "swept" && !end.report.isClean ? 15 : 0;
}
