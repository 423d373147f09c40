/** A comparison as one JSON document; its keys are described in docs/compare-and-gate.md. */
import type { Compared } from "../compared.ts";
import type { Comparison } from "../comparison.ts";
import type { RunSeen } from "../run-seen.ts";

export function comparisonJson(comparison: Comparison): string {
  return `${JSON.stringify(comparisonDocument(comparison), null, 2)}\n`;
}

export function comparisonDocument({ names, a, b, isPaired, isAdvisory, ...rest }: Comparison) {
  return {
    schemaVersion: 1 as const,
    verdict: rest.verdict,
    isPaired,
    isAdvisory,
    a: { name: names[0], runs: a.map(runRow) },
    b: { name: names[1], runs: b.map(runRow) },
    figures: rest.figures.map(figureRow),
    setAside: rest.setAside,
    differences: rest.differences,
  };
}

const runRow = ({ runId, startedAt, seed, figures }: RunSeen) => ({ runId, startedAt, seed, figures });

const figureRow = ({ name, kind, rule, status, because, a, b, change, ...rest }: Compared) => ({
  name,
  status,
  because,
  unit: kind.unit,
  scale: kind.scale,
  worse: kind.worse,
  margin: rule.margin,
  a: a ?? null,
  b: b ?? null,
  change: change ?? null,
  confidence: rest.confidence,
  isImproved: rest.isImproved,
  moreRuns: rest.moreRuns ?? null,
  rankP: rest.rankP ?? null,
});
