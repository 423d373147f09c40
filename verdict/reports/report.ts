/** A report tells one verdict in one format. Pure: it returns the whole text and writes nothing. */
import type { Evidence } from "../evidence.ts";
import type { LedgerTally } from "../tally.ts";
import type { Verdict } from "../verdict.ts";

export interface Report {
  /** The word after `--report`. */
  readonly format: "text" | "json" | "markdown" | "junit";
  /** One line for `bench list reports`. */
  readonly title: string;
  /** Without the dot. */
  readonly extension: string;
  /** Ends with one line break. */
  render(judged: Judged, look?: Look): string;
}

export interface Judged {
  readonly evidence: Evidence;
  readonly tally: LedgerTally | undefined;
  readonly verdict: Verdict;
  /** Where the run is kept, for people who want to look further. */
  readonly folder?: string;
}

/** How it is shown; only the text report looks. */
export interface Look {
  /** ANSI colours. The caller knows about NO_COLOR and terminals. */
  readonly isColoured: boolean;
}
