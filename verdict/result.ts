/** Evidence, tally and verdict as the one document of `--json`. */
import { salesOf } from "./books.ts";
import type { Evidence } from "./evidence.ts";
import { markedSeconds } from "./marks.ts";
import type { RunResult } from "./result-schema.ts";
import type { LedgerTally } from "./tally.ts";
import { notes } from "./telling/notes.ts";
import type { Verdict } from "./verdict.ts";

export function resultOf(evidence: Evidence, tally: LedgerTally | undefined, verdict: Verdict): RunResult {
  const { instrument } = evidence;
  const reasons = verdict.findings
    .filter((finding) => finding.kind === "instrument" && finding.status !== "upheld")
    .map((finding) => finding.because);
  return {
    schemaVersion: 1,
    runId: evidence.runId,
    scenario: evidence.scenario,
    target: evidence.target,
    variants: evidence.plan.variants ?? {},
    seed: evidence.seed,
    startedAt: evidence.startedAt,
    durationS: evidence.plan.durationS,
    verdict: { status: verdict.status, exitCode: verdict.exitCode },
    findings: verdict.findings.map(({ kind: _, ...finding }) => finding),
    load: evidence.load,
    operations: Object.fromEntries(
      Object.entries(evidence.operations).map(([name, { count, outcomes, responseMs, serviceMs }]) => [
        name,
        { count, outcomes: { ...outcomes }, responseMs, serviceMs },
      ]),
    ),
    instrument: {
      slipMs: instrument.slipMs,
      agentCpuRatio: instrument.agentCpuRatio,
      spunRatio: instrument.spunRatio,
      eventLoopDelayMs: instrument.eventLoopDelayMs,
      hostPressure: instrument.hostPressure,
      healthy: reasons.length === 0,
      reasons,
      markedSeconds: markedSeconds(evidence).map(({ atS, marks }) => ({ atS, marks: [...marks] })),
    },
    agents: evidence.agents.map(({ id, planned, fired, completed, clockOffsetMs, clockErrorMs }) => ({
      id,
      planned,
      fired,
      completed,
      clockOffsetMs,
      clockErrorMs,
    })),
    correctness: correctnessOf(evidence, tally),
    nodes: Object.fromEntries(
      evidence.nodes.map(({ name, tier, zone, cpuBudgetMillicores, cpuUsedRatio, throttledRatio }) => [
        name,
        { tier, zone: zone ?? null, cpuBudgetMillicores, cpuUsedRatio, throttledRatio },
      ]),
    ),
    faults: [],
    notes: [...notes(evidence)],
    artifacts: { ...evidence.artifacts },
  };
}

/**
 * The books in one line: of the flash sales when there were any, else of the ordinary stock.
 * Undefined attempts count as 0, because without a ledger nothing was attempted that we know of.
 */
export function correctnessOf(
  evidence: Evidence,
  tally: LedgerTally | undefined,
): NonNullable<RunResult["correctness"]> | null {
  const seen = evidence.correctness;
  if (seen === undefined) return null;
  const sales = salesOf(seen);
  const stocks = sales.length > 0 ? sales : seen.stocks;
  const total = (of: (stock: (typeof stocks)[number]) => number) =>
    stocks.reduce((sum, stock) => sum + of(stock), 0);
  return {
    attempts: tally?.attempts ?? 0,
    accepted: tally?.accepted ?? 0,
    rejected: tally?.rejected ?? 0,
    indeterminate: tally?.indeterminate ?? 0,
    stockInitial: total((stock) => stock.initial),
    sold: total((stock) => stock.sold),
    remaining: total((stock) => stock.remaining),
    reserved: total((stock) => stock.reserved ?? 0),
    oversold: total((stock) => Math.max(0, stock.sold - stock.initial)),
    lost: tally?.lost ?? 0,
    phantom: (tally?.phantomRejected ?? 0) + (tally?.phantomNeverSent ?? 0) + seen.foreignOrders,
    duplicates: tally?.duplicates ?? 0,
    conserved: seen.isComplete
      ? seen.stocks.every(
          ({ initial, sold, remaining, cacheRemaining, reserved = 0 }) =>
            initial === sold + remaining &&
            (cacheRemaining ?? remaining) === remaining &&
            reserved >= 0 &&
            reserved <= sold,
        )
      : null,
  };
}
