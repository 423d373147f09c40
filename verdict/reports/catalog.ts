/** All report formats. */
import { Failure, unknownName } from "../../base/failure.ts";
import { json } from "./json.ts";
import { junit } from "./junit.ts";
import { markdown } from "./markdown.ts";
import type { Report } from "./report.ts";
import { text } from "./text.ts";

export const reports: readonly Report[] = [text, json, markdown, junit];

/** @throws {Failure} `usage` when there is no such format */
export function findReport(format: string): Report {
  const found = reports.find((report) => report.format === format);
  if (found !== undefined) return found;
  const known = reports.map((report) => report.format);
  throw new Failure("usage", unknownName("report format", format, known));
}
