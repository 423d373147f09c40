/** Lines that GitHub Actions shows at the top of a check. It takes ten of a kind from a step, so the worst five are enough. */
import type { Comparison } from "../comparison.ts";
import { comparisonHeadline, figureSentence } from "../telling.ts";

export const mostAnnotations = 5;

/** Empty when everything is well. */
export function comparisonAnnotations(comparison: Comparison): string {
  const { figures, verdict, setAside } = comparison;
  if (verdict.exitCode === 0) return "";
  const byStatus = (status: string) => figures.filter((figure) => figure.status === status);
  const lines = [
    line(verdict.status === "refuted" ? "error" : "warning", "bench", comparisonHeadline(comparison)),
    ...byStatus("regression")
      .toSorted((x, y) => farOf(y.change?.value) - farOf(x.change?.value))
      .map((each) => line("error", `bench: ${each.name}`, figureSentence(each))),
    ...byStatus("undecided").map((each) => line("warning", `bench: ${each.name}`, figureSentence(each))),
    ...setAside.map(({ runId, because }) => line("warning", "bench: run set aside", `${runId}: ${because}`)),
  ];
  return `${lines.slice(0, mostAnnotations).join("\n")}\n`;
}

const farOf = (ratio = 1): number => Math.abs(Math.log(Math.max(ratio, 1e-9)));

/** Source: GitHub Actions, workflow commands: these characters end a property or the line. */
function line(kind: "error" | "warning", title: string, message: string): string {
  const data = (words: string) => words.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
  const property = data(title).replace(/:/g, "%3A").replace(/,/g, "%2C");
  return `::${kind} title=${property}::${data(message)}`;
}
