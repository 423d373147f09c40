/** One part of the benchmark of one agent: what it is given, and what it hands back for the page. */

export interface PartTools {
  /** A folder of this part's own; gone when the part is over. */
  readonly folder: string;
  /** The product and the programs of this benchmark, compiled. */
  readonly built: string;
  /** Runs of each thing, interleaved. */
  readonly rounds: number;
  /** Measured seconds of each run. */
  readonly spanS: number;
  /** Progress, one line. */
  say(line: string): void;
}

export interface Goal {
  readonly what: string;
  readonly goal: string;
  readonly seen: string;
  readonly isReached: boolean;
}

export interface PartSeen {
  /** How it was measured: what ran where, against what; sentences. */
  readonly how: string;
  readonly goals: readonly Goal[];
  /** Markdown, for the figures behind the goals. */
  readonly table: string;
}

export interface Part {
  /** Also the word that runs this part alone, and the place in the page. */
  readonly name: string;
  readonly title: string;
  measure(tools: PartTools): Promise<PartSeen>;
}

/** A table in Markdown. */
export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}
