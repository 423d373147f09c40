/** The report people forward: one file that opens from a disk, with charts, and without a network. */
import { inXml } from "../telling/escaped.ts";
import { statusWord, targetWords } from "../telling/headline.ts";
import { chartDataOf } from "./html/chart-data.ts";
import { chartsScript } from "./html/generated/charts-script.ts";
import { plotScript, plotStyle } from "./html/generated/plot-script.ts";
import {
  correctnessSectionOf,
  faultsOf,
  findingsOf,
  instrumentOf,
  latencyOf,
  loadOf,
  planOf,
  targetOf,
  topOf,
} from "./html/sections.ts";
import { style } from "./html/style.ts";
import type { Judged, Report } from "./report.ts";

export const html: Report = {
  format: "html",
  title: "one page with charts, to be opened in a browser, kept and forwarded",
  extension: "html",
  tells: "verdict",
  needsRecorded: true,
  render(judged: Judged): string {
    const { evidence, verdict, recorded } = judged;
    const sections = [
      findingsOf,
      loadOf,
      latencyOf,
      faultsOf,
      targetOf,
      correctnessSectionOf,
      instrumentOf,
      planOf,
    ]
      .map((section) => section(judged))
      .filter((section) => section !== "");
    const title = `${statusWord[verdict.status]}: ${evidence.scenario} on ${targetWords(evidence)}`;
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<title>${inXml(title)}</title>
<style>${plotStyle}${style}</style>
</head>
<body>
<a class="skip" href="#findings">To the findings</a>
<main id="main">
${topOf(judged)}
<nav aria-label="Sections"><ul>${sections.map(entryOf).join("")}</ul></nav>
${sections.join("\n")}
</main>
<script type="application/json" id="chart-data">${inScript(JSON.stringify(chartDataOf(evidence, recorded?.latencies)))}</script>
<script>${plotScript}</script>
<script type="module">${chartsScript}</script>
</body>
</html>
`;
  },
};

/** By what each section says of itself. */
function entryOf(section: string): string {
  const [, id, title] = /<section id="([^"]+)"[^>]*><h2[^>]*>([^<]+)</.exec(section) ?? [];
  return id === undefined ? "" : `<li><a href="#${id}">${title}</a></li>`;
}

/** Nothing in it can end the element it stands in. */
const inScript = (json: string): string => json.replaceAll("<", "\\u003c");
