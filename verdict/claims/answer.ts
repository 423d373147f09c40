/** What repeated experiments say of one question: upheld, refuted, or inconclusive and why. */
import type { Status } from "../finding.ts";

export interface Answer {
  readonly status: Status;
  /** One sentence with the figures. */
  readonly because: string;
  /** Of an inconclusive one. */
  readonly why?: Why;
  readonly effect?: EffectSeen;
  /** Of a side, if they go on as those so far; absent: none are needed, or nobody knows how many would do. */
  readonly moreRuns?: number;
  /** Runs and searches it rests on, in the order they were made. */
  readonly runIds: readonly string[];
  /** Those that say nothing, with the reason. */
  readonly setAside: readonly { readonly runId: string; readonly because: string }[];
}

/**
 * *undecidable*: nothing here could decide it; *unfit*: not enough repetitions that are evidence; *too-few*: they are, and
 * there are too few; *interval*: the interval reaches over the bound; *unseen-end*: it was not over when the watching
 * ended; *leaning*: without the seconds in which our instrument was not well it would be another; *disagreement*: repetitions say different things; *control*: the control was not refuted.
 */
export type Why =
  | "undecidable"
  | "unfit"
  | "too-few"
  | "interval"
  | "unseen-end"
  | "leaning"
  | "disagreement"
  | "control";

export interface EffectSeen {
  /** The ratio, or the figure: geometric mean where the figure is never 0, else the mean; of counts the sum. */
  readonly value: number;
  /** Holds the truth with `confidence`. Absent: nothing was estimated. `high` may be infinite: nothing keeps it below anything. */
  readonly interval?: { readonly low: number; readonly high: number; readonly confidence: number };
  /** Means of the two sides of a ratio. */
  readonly sides?: { readonly of: number; readonly to: number };
  /** Repetitions; of a ratio, of each side. */
  readonly runs: readonly number[];
  /** Requests, attempts or looks a count is of. */
  readonly looks?: number;
  /** Behind the figure, where it has one; a ratio has none. */
  readonly unit: string;
}
