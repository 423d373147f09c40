/** The timeline as comma-separated values: a line for each second of the measured part, for spreadsheets and notebooks. */
import { outcomes } from "../../metrics/outcome.ts";
import type { Report } from "./report.ts";

const counts = ["planned", "fired", "completed", "failed", "dropped", "inFlight"] as const;

/** RFC 4180, but for its line ends; words with a comma, a quote or a line break are quoted. */
export const csv: Report = {
  format: "csv",
  title: "the timeline, a line for each second",
  extension: "csv",
  tells: "figures",
  render({ evidence: { timeline } }) {
    const head = [
      ...["atS", "phase", ...counts, "p50Ms", "p99Ms"],
      ...outcomes.map((outcome) => `outcome:${outcome}`),
      ...["slipP99Ms", "eventLoopDelayP99Ms", "agentCpuRatio", "faults"],
    ];
    const lines = timeline.map((second) => [
      ...[second.atS, second.phase, ...counts.map((name) => second[name]), second.p50Ms, second.p99Ms],
      ...outcomes.map((outcome) => second.outcomes[outcome] ?? 0),
      ...[second.health?.slipP99Ms, second.health?.eventLoopDelayP99Ms, second.health?.agentCpuRatio],
      second.faults?.join(" "),
    ]);
    return [head, ...lines].map((cells) => `${cells.map(cell).join(",")}\n`).join("");
  },
};

function cell(value: string | number | undefined): string {
  const word = value === undefined ? "" : String(value);
  return /[",\r\n]/.test(word) ? `"${word.replaceAll('"', '""')}"` : word;
}
