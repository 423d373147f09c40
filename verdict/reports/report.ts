/** A report tells one run in one format. Pure: it returns the whole text and writes nothing. */
import type { Evidence } from "../evidence.ts";
import type { Recorded } from "../recorded.ts";
import type { LedgerTally } from "../tally.ts";
import type { Verdict } from "../verdict.ts";

export interface Report {
  /** The word after `--report`. */
  readonly format: "text" | "json" | "markdown" | "junit" | "html" | "hgrm" | "csv" | "openmetrics";
  /** One line for `bench list reports`. */
  readonly title: string;
  /** Without the dot. */
  readonly extension: string;
  /** *verdict*: what was found and why, for people or programs; *figures*: what was measured, and nothing of what it means. */
  readonly tells: "verdict" | "figures";
  /** It tells of what was recorded second by second, which then has to be read. Absent: it does without. */
  readonly needsRecorded?: true;
  /** Ends with one line break. */
  render(judged: Judged, look?: Look): string;
}

export interface Judged {
  readonly evidence: Evidence;
  readonly tally: LedgerTally | undefined;
  readonly verdict: Verdict;
  /** What run.json says of where it was made; absent: not read, or not there. */
  readonly about?: RunAbout | undefined;
  /** Absent: not read, or not kept. */
  readonly recorded?: Recorded | undefined;
  /** Why there is nothing of it where it was to be read, as a sentence; absent: it was not kept. */
  readonly unrecorded?: string | undefined;
  /** Where the run is kept, for people who want to look further. */
  readonly folder?: string;
}

/** Versions and machine. */
export interface RunAbout {
  readonly bench: string;
  readonly node: string;
  readonly host: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryBytes: number;
    readonly kernel: string;
    readonly platform: string;
    /** How long its idle cores stay awake, in ms; absent where nobody tells. */
    readonly haltPollMs?: number | undefined;
  };
}

/** How it is shown; only the text report looks. */
export interface Look {
  /** ANSI colours. The caller knows about NO_COLOR and terminals. */
  readonly isColoured: boolean;
}
