/** Results out: the table or one JSON document on stdout, other reports to files. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Failure, unknownName } from "../base/failure.ts";
import { findReport, reports } from "../verdict/reports/catalog.ts";
import type { Judged } from "../verdict/reports/report.ts";

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
    if (!reports.some((each) => each.format === format)) {
      problems.push(
        unknownName(
          "report format",
          format,
          reports.map((each) => each.format),
        ),
      );
    } else if (path === "")
      problems.push(`--report ${word} has no path; write for example --report ${format}=result.${format}`);
    else files.push({ format, path: resolve(path) });
  }
  if (problems.length > 0) throw new Failure("usage", "these reports cannot be written", { problems });
  return { isJson: json === true, files };
}

export function deliver(judged: Judged, wanted: WantedReports): void {
  for (const { format, path } of wanted.files) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, findReport(format).render(judged, { isColoured: false }));
  }
  const isColoured = process.stdout.isTTY === true && process.env["NO_COLOR"] === undefined;
  process.stdout.write(findReport(wanted.isJson ? "json" : "text").render(judged, { isColoured }));
}
