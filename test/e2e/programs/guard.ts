/** The guard alone: `guard.ts <journal>`, and the words by which it is told whom it guards. */
import { runGuard } from "../../../chaos/guard-process.ts";
import { runOfWords } from "../../../chaos/guarded-run.ts";

const [journalPath = "", ...who] = process.argv.slice(2);
await runGuard({ input: process.stdin, journalPath, run: runOfWords(who) });
