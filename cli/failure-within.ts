/** What is told of something thrown: a failure may be wrapped by clean-ups that failed beside it. */
import { Failure, sentenceOf } from "../base/failure.ts";

export interface FailureSeen {
  readonly failure: Failure;
  /** What else went wrong, one sentence each. */
  readonly beside: readonly string[];
}

/** Undefined when none of it is a failure of the world: then it is a bug of ours. */
export function failureWithin(thrown: unknown): FailureSeen | undefined {
  const all = partsOf(thrown).map((each) => fullDisk(each) ?? each);
  const failures = all.filter((each) => each instanceof Failure);
  // What was left in place comes before all else.
  const failure = failures.find(({ kind }) => kind === "leaked") ?? failures[0];
  return failure && { failure, beside: all.filter((each) => each !== failure).map(sentenceOf) };
}

/** In the order in which they were thrown. */
function partsOf(thrown: unknown): readonly unknown[] {
  if (thrown instanceof AggregateError) return thrown.errors.flatMap(partsOf);
  if (isSuppressing(thrown)) return [...partsOf(thrown.suppressed), ...partsOf(thrown.error)];
  return [thrown];
}

/** What `using` throws when leaving fails after something had failed already. Node 20 has no class of that name. */
const isSuppressing = (
  thrown: unknown,
): thrown is { readonly error: unknown; readonly suppressed: unknown } =>
  thrown instanceof Error && "suppressed" in thrown && "error" in thrown;

const unwritable: ReadonlySet<string | undefined> = new Set(["ENOSPC", "EACCES", "EROFS", "EDQUOT"]);

function fullDisk(thrown: unknown): Failure | undefined {
  if (!(thrown instanceof Error) || thrown instanceof Failure) return undefined;
  const { code, path, message } = thrown as NodeJS.ErrnoException;
  if (!unwritable.has(code)) return undefined;
  return new Failure("environment", `cannot write${path === undefined ? "" : ` ${path}`}: ${message}`, {
    hint: "free some space or choose another folder with --out; the run before it is kept as far as it got",
    cause: thrown,
  });
}
