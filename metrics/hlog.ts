/**
 * The standard HdrHistogram interval log (`.hlog`, format 1.3), readable by HistogramLogAnalyzer and the log readers of
 * every HdrHistogram port. Source: HdrHistogram, HistogramLogWriter and HistogramLogReader.
 */
import type { Latency } from "./latency.ts";
import type { ReportedSecond } from "./reported-second.ts";

/** Values in our histograms are microseconds; the log's maximum column is in milliseconds by convention. */
const usPerMs = 1000;

/** The lines before the first interval. Interval times are seconds since the drive's start, which is `startEpochMs`. */
export function hlogHeader(startEpochMs: number, comments: readonly string[] = []): string {
  const startS = (startEpochMs / 1000).toFixed(3);
  return [
    ...comments.map((comment) => `#${comment.replaceAll(/[\r\n]+/g, " ")}`),
    "#[Histogram log format version 1.3]",
    `#[StartTime: ${startS} (seconds since epoch), ${new Date(startEpochMs).toISOString()}]`,
    `#[BaseTime: ${startS} (seconds since epoch)]`,
    '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"',
    "",
  ].join("\n");
}

/** One line: `lengthS` seconds from `startS` of what `tag` names. */
export function hlogLine(tag: string, startS: number, lengthS: number, latency: Latency): string {
  const maxMs = latency.maxUs / usPerMs;
  return `Tag=${hlogTag(tag)},${startS.toFixed(3)},${lengthS.toFixed(3)},${maxMs.toFixed(3)},${latency.encode()}\n`;
}

/**
 * Everything the agents reported of one second. Latencies stand under the second they were *planned* in, so a second may
 * have several lines with the same tag, some of them later in the file; readers add them up. Health stands under its own
 * second.
 */
export function hlogLines(reported: ReportedSecond): string {
  const { second, slip, connectionWait, eventLoopDelay } = reported;
  const lines = reported
    .tallies()
    .flatMap(({ plannedSecond, operation, response, service }) => [
      hlogLine(`${operation}.response`, plannedSecond, 1, response),
      hlogLine(`${operation}.service`, plannedSecond, 1, service),
    ]);
  lines.push(
    hlogLine("slip", second, 1, slip),
    hlogLine("connection-wait", second, 1, connectionWait),
    hlogLine("event-loop-delay", second, 1, eventLoopDelay),
  );
  return lines.join("");
}

/** A name as it stands in the log. The format has no quoting: commas, blanks and line breaks would end the tag. */
export const hlogTag = (name: string): string => name.replaceAll(/[,\s]/g, "_");
