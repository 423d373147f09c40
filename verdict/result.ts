/** Evidence, tally and verdict as the one document of `--json`. */
import type { FaultSeen } from "../metrics/fault-seen.ts";
import { salesOf } from "./books.ts";
import type { Evidence } from "./evidence.ts";
import { markedSeconds } from "./marks.ts";
import { type Recovery, recoveries } from "./recovery/recovery.ts";
import { recoveryRow } from "./result-recovery.ts";
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
    consistency: Object.fromEntries(
      Object.entries(evidence.consistency ?? {}).map(([name, seen]) => [
        name,
        {
          checked: seen.checked,
          broken: seen.broken,
          firstBrokenAtS: seen.firstBrokenAtS ?? null,
          lastBrokenAtS: seen.lastBrokenAtS ?? null,
        },
      ]),
    ),
    nodes: Object.fromEntries(
      evidence.nodes.map(({ name, tier, zone, cpuBudgetMillicores, cpuUsedRatio, throttledRatio }) => [
        name,
        { tier, zone: zone ?? null, cpuBudgetMillicores, cpuUsedRatio, throttledRatio },
      ]),
    ),
    faults: faultRows(evidence),
    notes: [...notes(evidence)],
    artifacts: { ...evidence.artifacts },
  };
}

function faultRows(evidence: Evidence): RunResult["faults"] {
  const seen = new Map(recoveries(evidence).map((recovery) => [recovery.fault, recovery]));
  return (evidence.faults ?? []).map((fault) => faultRow(fault, seen.get(fault.id)));
}

function faultRow(seen: FaultSeen, recovery: Recovery | undefined): RunResult["faults"][number] {
  return {
    id: seen.id,
    fault: seen.fault,
    value: seen.value ?? null,
    node: seen.zone ?? seen.nodes.join(","),
    edges: [...seen.edges],
    plannedAtS: seen.plannedAtS,
    plannedForS: seen.plannedForS ?? null,
    injectedAtS: seen.injectedAtS ?? null,
    effectAtS: seen.effectAtS ?? null,
    effect: seen.effect ?? null,
    figures: { ...seen.figures },
    undoneAtS: seen.undoneAtS ?? null,
    status: seen.status,
    because: seen.because ?? null,
    mechanism: seen.mechanism,
    recovery: recovery === undefined ? null : recoveryRow(recovery),
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
