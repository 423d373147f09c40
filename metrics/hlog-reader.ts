/** Reads back what `hlog.ts` wrote, and every interval log of that format: one line, one histogram of what its tag names. */

export interface HlogInterval {
  /** Empty where the line has none. */
  readonly tag: string;
  /** Seconds since the log's base time. */
  readonly startS: number;
  readonly lengthS: number;
  /** HDR V2 compressed, base64. */
  readonly encoded: string;
}

/** Unix time that the log's times count from, seconds; undefined where it does not say. */
export function hlogBaseS(log: string): number | undefined {
  const [, base] = /^#\[BaseTime: (\d+(?:\.\d+)?)/m.exec(log) ?? [];
  return base === undefined ? undefined : Number(base);
}

/**
 * In the order of the log; comments and the line with the names of the columns are passed over.
 * @throws when a line is something else, with its number
 */
export function* hlogIntervals(log: string): Generator<HlogInterval> {
  let number = 0;
  for (const line of log.split("\n")) {
    number++;
    if (line === "" || line.startsWith("#") || line.startsWith('"')) continue;
    const cells = line.trimEnd().split(",");
    const tag = cells[0]?.startsWith("Tag=") ? cells.shift()!.slice("Tag=".length) : "";
    const [start, length, , encoded] = cells;
    const [startS, lengthS] = [Number(start), Number(length)];
    if (encoded === undefined || encoded === "" || !Number.isFinite(startS) || !Number.isFinite(lengthS))
      throw new Error(`line ${number} is no interval of a histogram log`);
    yield { tag, startS, lengthS, encoded };
  }
}
