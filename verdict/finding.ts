/** One check's answer about one subject. */

export type Status = "upheld" | "refuted" | "inconclusive";

/** What kind of statement it is; decides the exit code when refuted. */
export type FindingKind =
  | "instrument"
  | "performance"
  | "correctness"
  | "recovery"
  | "regression"
  | "target"
  | "leaked";

/** Kinds a sick instrument can bring about. What the books say does not depend on it. */
export const measuredKinds: ReadonlySet<FindingKind> = new Set(["performance", "recovery", "regression"]);

export interface Finding {
  /** Name of the check, as `bench list checks` shows it. */
  readonly check: string;
  readonly kind: FindingKind;
  /** What it is about: an operation, a node, a sale, "run". */
  readonly subject: string;
  readonly status: Status;
  /** One sentence with the figures. */
  readonly because: string;
  readonly observed?: number;
  readonly limit?: number;
  readonly unit?: string;
}
