/** What a run has left in place goes before whatever else went wrong with it, for somebody has to take it back. Pure. */
import { Failure, sentenceOf } from "../base/failure.ts";
import type { FaultSeen } from "../metrics/fault-seen.ts";
import { stillInPlace } from "../verdict/telling/still-in-place.ts";

/**
 * What to end with: `error` itself, or, where one of `faults` is still in place, that, with what takes it back.
 * @param folder of the run
 */
export function leftFirst(error: unknown, faults: readonly FaultSeen[], folder: string): unknown {
  const left = faults.filter(({ status }) => status === "leaked");
  if (left.length === 0 || (error instanceof Failure && error.kind === "leaked")) return error;
  return new Failure("leaked", `something is still in place, and the run failed: ${whyOf(error)}`, {
    problems: left.map(stillInPlace),
    hint: `everything that was seen: ${folder}`,
    cause: error,
  });
}

/** Of several clean-ups that failed each says why. */
const whyOf = (error: unknown): string =>
  error instanceof AggregateError ? error.errors.map(whyOf).join("; ") : sentenceOf(error);
