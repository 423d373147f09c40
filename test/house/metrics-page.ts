/** docs/metrics.md, out of the catalogue of series. */
import { runLabels, type SeriesSpec } from "../../metrics/series/catalog.ts";

const suffixes: Readonly<Record<SeriesSpec["kind"], string>> = {
  counter: "`_total`",
  gauge: "",
  histogram: "`_bucket`, `_sum`, `_count`",
};

export function metricsPage(series: Readonly<Record<string, SeriesSpec>>): string {
  const rows = Object.entries(series).map(([name, { kind, help, labels }]) => {
    const own = labels.map((label) => `\`${label}\``).join(", ");
    return `| \`${name}\` | ${kind} | ${own} | ${help} |`;
  });
  const endings = Object.entries(suffixes).filter(([, suffix]) => suffix !== "");
  return `# Series

What a run is told by, to a Prometheus that asks while it goes on ([dashboards.md](dashboards.md)) and in its export afterwards ([reports.md](reports.md)). Made from
\`metrics/series/catalog.ts\`. Base units: seconds, ratios from 0 to 1. Every series has the labels ${runLabels.map((label) => `\`${label}\``).join(", ")}; no label holds
what a shopper or a target may invent, so a run of so many operations, agents, nodes and faults has so many series, and no more while it goes on.

To a name is added ${endings.map(([kind, suffix]) => `${suffix} of a ${kind}`).join(", ")}.

| series | kind | labels of its own | what |
|---|---|---|---|
${rows.join("\n")}
`;
}
