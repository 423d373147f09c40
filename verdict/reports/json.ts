/** The result as one JSON document: docs/json-contract.md. */
import { resultOf } from "../result.ts";
import type { Report } from "./report.ts";

export const json: Report = {
  format: "json",
  title: "one JSON document, the same as --json",
  extension: "json",
  tells: "verdict",
  render: ({ evidence, tally, verdict }) =>
    `${JSON.stringify(resultOf(evidence, tally, verdict), null, 2)}\n`,
};
