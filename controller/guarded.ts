/** A process that cleans up if we die is there before anything else, and may leave when all is well. */
import { sentenceOf } from "../base/failure.ts";
import { EndingWatch } from "./ending.ts";
import type { GuardHandle, Parts } from "./run.ts";

/** Does `body` under a guard; what goes wrong is in the record before it is thrown. */
export async function guarded<T>(
  { record, openGuard }: Pick<Parts, "record" | "openGuard">,
  user: AbortSignal,
  body: (guard: GuardHandle, watch: EndingWatch) => Promise<T>,
): Promise<T> {
  const watch = new EndingWatch(user);
  record.onBroken((error) =>
    watch.end({ status: "failed", because: `the run cannot be recorded: ${error.message}` }),
  );
  record.event("started");
  try {
    const guard = await openGuard();
    record.event("guard-up", { pid: guard.pid });
    guard.onDeath((because) => watch.end({ status: "failed", because: `the guard died: ${because}` }));
    const done = await body(guard, watch);
    await guard.allIsWell();
    record.throwIfBroken();
    return done;
  } catch (error) {
    record.event("failed", { because: sentenceOf(error) });
    // Whatever failed after the record broke, failed because of it.
    record.throwIfBroken();
    throw error;
  }
}
