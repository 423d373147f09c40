/** "What to look at": at most two concrete places, chosen from the evidence by what the verdict rests on. */
import type { SettledSecond } from "../../metrics/timeline-second.ts";
import type { Evidence } from "../evidence.ts";
import { type Finding, measuredKinds } from "../finding.ts";
import { markedSeconds } from "../marks.ts";
import type { LedgerBreak, LedgerTally } from "../tally.ts";
import { decidingFindings, type Verdict } from "../verdict.ts";
import { count, instant, ms, percent } from "./figures.ts";
import { type TierSeen, tiersBySaturation } from "./saturation.ts";

const pointersShown = 2;

export function pointers(
  evidence: Evidence,
  tally: LedgerTally | undefined,
  verdict: Verdict,
): readonly string[] {
  const checks = new Set(decidingFindings(verdict).map((finding) => finding.check));
  const found = [
    ...deadNodes(evidence, verdict.findings),
    ...strategyPointer(evidence, checks),
    ...examplesPointer(tally, checks),
    ...instrumentPointer(evidence, verdict, checks),
    ...saturationPointer(evidence),
    ...worstSecond(evidence),
  ];
  return found.slice(0, pointersShown);
}

function deadNodes(evidence: Evidence, findings: readonly Finding[]): readonly string[] {
  if (!findings.some((finding) => finding.kind === "target" && finding.status === "refuted")) return [];
  return evidence.targetSeen.deaths.slice(0, 1).map(({ node, lastLines }) => {
    const last = lastLines.at(-1);
    return `target/${node}.log${last === undefined ? "" : `, which ends with: ${last}`}`;
  });
}

function strategyPointer({ plan }: Evidence, checks: ReadonlySet<string>): readonly string[] {
  if (!checks.has("no-oversell") || plan.strategy !== "F0") return [];
  return [
    "strategy F0 reads the stock first and writes it afterwards, so shoppers between the two read the same units; F2 and F8 decide and take in one step",
  ];
}

/** Which check's examples are which break of the ledger. */
const breaksOf: Readonly<Record<string, readonly LedgerBreak[]>> = {
  "no-lost-acknowledgement": ["lost"],
  "no-phantom": ["phantomRejected", "phantomNeverSent"],
  "no-duplicate": ["duplicates"],
};

function examplesPointer(tally: LedgerTally | undefined, checks: ReadonlySet<string>): readonly string[] {
  for (const [check, kinds] of Object.entries(breaksOf)) {
    if (!checks.has(check)) continue;
    const attempt = kinds.flatMap((kind) => tally?.examples[kind] ?? [])[0];
    if (attempt !== undefined)
      return [`the order whose idempotency key ends in .${attempt}, the first example of ${check}`];
  }
  return [];
}

function instrumentPointer(
  evidence: Evidence,
  verdict: Verdict,
  checks: ReadonlySet<string>,
): readonly string[] {
  if (checks.has("agents-present")) return ["events.ndjson, which has the coming and going of the agents"];
  if (!checks.has("own-health")) return markedPointer(evidence, verdict);
  const { agentCpuRatio } = evidence.instrument;
  return agentCpuRatio > 0.5
    ? [
        `--agents: more agents than ${count(evidence.plan.agents)} share the work, the busiest used ${percent(agentCpuRatio)} of a core`,
      ]
    : ["what else ran on this machine: our agents were late without being busy themselves"];
}

/** Where to begin when the verdict rests on doubt about single seconds. */
function markedPointer(evidence: Evidence, { status, findings }: Verdict): readonly string[] {
  const [first] = markedSeconds(evidence);
  const isDoubted = findings.some(({ kind, status: of }) => measuredKinds.has(kind) && of === "inconclusive");
  if (first === undefined || status !== "inconclusive" || !isDoubted) return [];
  const names = first.marks.map(({ mark }) => mark).join(", ");
  return [`the first marked second: ${instant(first.atS)} (${names})`];
}

function saturationPointer(evidence: Evidence): readonly string[] {
  const top = tiersBySaturation(evidence)[0];
  if (top === undefined) return [];
  const { tier, isSaturated, throttledRatio } = top;
  const hasBudgets = evidence.targetSeen.budgets.mechanism !== "none";
  const used = usedBy(top, hasBudgets ? "its CPU budget" : "a core");
  if (!isSaturated) return [`no tier is at its limit; the ${tier} tier is the busiest: ${used}`];
  const heldBack = hasBudgets ? ` and was held back in ${percent(throttledRatio)} of its periods` : "";
  return [`the ${tier} tier is at its limit: ${used}${heldBack}`];
}

function usedBy({ busiest, together, usedRatio, ownRatio }: TierSeen, what: string): string {
  if (together.length === 1) return `${busiest.name} used ${percent(usedRatio)} of ${what}`;
  return `machine ${busiest.machine} used ${percent(usedRatio)} of ${what} (${busiest.name} alone ${percent(ownRatio)})`;
}

function worstSecond({ timeline }: Evidence): readonly string[] {
  const worst = timeline.reduce<SettledSecond | undefined>(
    (most, second) => (most === undefined || second.p99Ms > most.p99Ms ? second : most),
    undefined,
  );
  if (worst === undefined || worst.p99Ms === 0) return [];
  const bad = worst.bad > 0 ? `, ${count(worst.bad)} bad answers` : "";
  const on = worst.faults === undefined ? "" : `, while ${worst.faults.join(" and ")} was in place`;
  return [`the slowest second: ${instant(worst.atS)} (${worst.phase}), p99 ${ms(worst.p99Ms)}${bad}${on}`];
}
