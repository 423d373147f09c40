/** All report formats. */
import { Failure, unknownName } from "../../base/failure.ts";
import { csv } from "./csv.ts";
import { hgrm } from "./hgrm.ts";
import { html } from "./html.ts";
import { json } from "./json.ts";
import { junit } from "./junit.ts";
import { markdown } from "./markdown.ts";
import { openmetrics } from "./openmetrics.ts";
import type { Report } from "./report.ts";
import { text } from "./text.ts";

export const reports: readonly Report[] = [text, json, markdown, junit, html, csv, hgrm, openmetrics];

/** By its name, or by the end of its files: `md` is markdown. */
export const reportNamed = (name: string): Report | undefined =>
  reports.find(({ format }) => format === name) ?? reports.find(({ extension }) => extension === name);

export const formatNames = (): readonly string[] => reports.map(({ format }) => format);

/** @throws {Failure} `usage` when there is no such format */
export function findReport(format: string): Report {
  const found = reportNamed(format);
  if (found !== undefined) return found;
  throw new Failure("usage", unknownName("report format", format, formatNames()));
}
