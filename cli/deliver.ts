/** Results out: the table or one JSON document on stdout, other reports to files. */
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { Failure, unknownName } from "../base/failure.ts";
import { readAbout, readRecorded } from "../verdict/read-run.ts";
import { findReport, formatNames, reportNamed } from "../verdict/reports/catalog.ts";
import type { Judged, Report } from "../verdict/reports/report.ts";

export interface ReportWords {
  readonly json?: boolean;
  readonly advisory?: boolean;
  readonly report?: readonly string[];
}

export interface WantedReports {
  readonly isJson: boolean;
  readonly files: readonly { readonly format: string; readonly path: string }[];
}

/** @throws {Failure} `usage` when a format is unknown or a path is missing, all at once */
export function readReports({ json, report = [] }: ReportWords): WantedReports {
  const problems: string[] = [];
  const files: { format: string; path: string }[] = [];
  for (const word of report) {
    const [format = "", ...rest] = word.split("=");
    const path = rest.join("=");
    if (reportNamed(format) === undefined) problems.push(unknownName("report format", format, formatNames()));
    else if (path === "")
      problems.push(`--report ${word} has no path; write for example --report ${format}=result.${format}`);
    else files.push({ format, path: resolve(path) });
  }
  if (problems.length > 0) throw new Failure("usage", "these reports cannot be written", { problems });
  return { isJson: json === true, files };
}

/**
 * What can be told without the histograms is told first: the result on stdout, and every file that needs none.
 * @throws {Failure} `environment` when histograms that a report cannot do without were not kept, or cannot be read
 */
export async function deliver(judged: Judged, { files, isJson }: WantedReports): Promise<void> {
  const isColoured = process.stdout.isTTY === true && process.env["NO_COLOR"] === undefined;
  process.stdout.write(findReport(isJson ? "json" : "text").render(judged, { isColoured }));
  const wanted = files.map(({ format, path }) => ({ report: findReport(format), path }));
  const isPlain = ({ report }: (typeof wanted)[number]) => report.needsRecorded !== true;
  for (const { report, path } of wanted.filter(isPlain)) write(path, report.render(judged));
  const others = wanted.filter((each) => !isPlain(each));
  if (others.length === 0 || judged.folder === undefined) return;
  const reports = others.map(({ report }) => report);
  const { whole, lacking } = await withRecorded(judged, judged.folder, reports);
  for (const { report, path } of others)
    if (lacking?.formats.includes(report.format) !== true) write(path, report.render(whole));
  if (lacking !== undefined) throw lacking.failure;
}

export interface WithRecorded {
  readonly whole: Judged;
  /** Wanted reports that are of nothing else than what was recorded, and why it is not there. */
  readonly lacking?: { readonly formats: readonly Report["format"][]; readonly failure: Failure };
}

/** With what was recorded second by second, and of what version and where. A page can do without one of its charts, and says why. */
export async function withRecorded(
  judged: Judged,
  folder: string,
  wanted: readonly Report[],
): Promise<WithRecorded> {
  const about = await readAbout(folder);
  const needing = wanted.filter(({ needsRecorded }) => needsRecorded === true);
  if (needing.length === 0) return { whole: { ...judged, about } };
  const { recorded, damage } = await recordedOf(folder, judged);
  const whole = { ...judged, about, recorded, unrecorded: damage?.message };
  const formats = needing.filter(({ tells }) => tells === "figures").map(({ format }) => format);
  if (recorded !== undefined || formats.length === 0) return { whole };
  const failure =
    damage ??
    new Failure("environment", `the histograms of run ${basename(folder)} were not kept`, {
      hint: `without intervals/fleet.hlog of ${folder} there is no ${formats.join(" and no ")}`,
    });
  return { whole, lacking: { formats, failure } };
}

async function recordedOf(
  folder: string,
  { evidence }: Judged,
): Promise<{ readonly recorded?: Judged["recorded"]; readonly damage?: Failure }> {
  try {
    return { recorded: await readRecorded(folder, evidence) };
  } catch (error) {
    if (error instanceof Failure) return { damage: error };
    throw error;
  }
}

function write(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
