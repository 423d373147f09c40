/** A check holds one kind of statement against the evidence. Pure: the same folder gives the same findings, ever after. */
import type { Evidence } from "./evidence.ts";
import type { Finding, FindingKind } from "./finding.ts";
import type { LedgerTally } from "./tally.ts";

export interface Check {
  /** The name in findings, in `bench list checks`, and of its file. */
  readonly name: string;
  /** What it asks, as one line for people. */
  readonly title: string;
  /** Kind of every finding it makes. */
  readonly kind: FindingKind;
  /** Every figure of ours it decides by. Limits that come from the claim are not here. */
  readonly limits: Readonly<Record<string, Limit>>;
  /**
   * One finding per subject; none when the question does not arise (no books, no claim). Never throws, and never
   * upholds anything that was not seen.
   */
  judge(evidence: Evidence, tally: LedgerTally | undefined): readonly Finding[];
}

export interface Limit {
  readonly value: number;
  readonly unit: string;
  /** Where the figure comes from; "judgement" when we chose it, and why. */
  readonly source: string;
}
