/** From what was seen in one run to one figure of it. Pure: the same folder gives the same figure, ever after. */
import { isGood, type Outcome } from "../../metrics/outcome.ts";
import type { Evidence, NodeSeen, OperationSeen } from "../evidence.ts";
import type { LedgerTally } from "../tally.ts";
import { count, counted } from "../telling/figures.ts";
import { measureBooks } from "./measure-books.ts";
import { measureFault } from "./measure-fault.ts";
import type { Measured } from "./measured.ts";
import type { RunMeasure } from "./measures.ts";
import { isMember } from "./members.ts";

type Of<F extends RunMeasure["figure"]> = Extract<RunMeasure, { readonly figure: F }>;

/**
 * Requests beyond a percentile without which it is that of single ones. Judgement: half of what a single run takes
 * (docs/how-a-run-goes.md), because how it varies from run to run is in the interval.
 */
const leastBeyond = 5;
const beyondRatio = { p50: 0.5, p90: 0.1, p95: 0.05, p99: 0.01 } as const;

/** Fewer say nothing of how many there are for each. Judgement, as for what reaches a tier (docs/recovery.md). */
const leastRequests = 100;

export function measureRun(
  measure: RunMeasure,
  evidence: Evidence,
  tally: LedgerTally | undefined,
): Measured {
  const seen = figureIn(measure, evidence, tally);
  return "value" in seen && !Number.isFinite(seen.value) ? { missing: "its figure is not a number" } : seen;
}

function figureIn(measure: RunMeasure, evidence: Evidence, tally: LedgerTally | undefined): Measured {
  switch (measure.figure) {
    case "response":
      return response(measure, evidence);
    case "completed-per-s":
      return rated(evidence, evidence.load.completed);
    case "good-per-s":
      return rated(evidence, goodIn(evidence.overall));
    case "orders-per-s":
      return ordersPerS(evidence);
    case "good-ratio":
      return goodRatio(measure, evidence);
    case "good-ratio-during":
    case "operation-good-ratio-during":
    case "good-ratio-of-worst-fault":
    case "effect-s":
    case "worst-second-during":
    case "dark-s":
    case "recovered-s":
    case "p99-during-ratio":
    case "fault":
    case "detected-s":
    case "noticed-ratio":
    case "hit-ratio":
    case "amplification":
      return measureFault(measure, evidence);
    case "oversold":
    case "lost":
    case "duplicates":
    case "phantom":
    case "over-limit":
    case "not-conserved":
    case "accepted-orders":
      return measureBooks(measure.figure, evidence, tally);
    case "pages-differing":
      return pagesDiffering(evidence);
    case "wrong-answers":
      return wrongAnswers(evidence);
    case "broken-looks":
    case "broken-looks-ratio":
      return brokenLooks(measure, evidence);
    case "counted-per-request":
      return countedPerRequest(measure, evidence);
    case "cpu-ms-per-request": {
      const { tier } = measure;
      const asked = evidence.nodes.filter((node) => tier === undefined || node.tier === tier);
      return cpuMsPerRequest(asked, evidence, noNodes(tier));
    }
    case "node-cpu-ms-per-request": {
      const asked = evidence.nodes.filter(({ name }) => measure.nodes.includes(name));
      return cpuMsPerRequest(asked, evidence, { missing: `it has none of ${measure.nodes.join(", ")}` });
    }
    case "busiest-cpu-ms-per-request": {
      const members = evidence.nodes.filter(({ name }) => isMember(name, measure.node));
      const [busiest] = members.toSorted((a, b) => coresOf(b, evidence) - coresOf(a, evidence));
      return cpuMsPerRequest(busiest ? [busiest] : [], evidence, { missing: `it has no ${measure.node}` });
    }
    case "imbalance":
      return imbalance(measure, evidence);
    case "request-imbalance":
      return requestImbalance(measure, evidence);
    case "off-budget":
      return offBudget(measure, evidence);
    case "used-ratio":
      return usedRatio(measure, evidence);
    default:
      return measure satisfies never;
  }
}

/** What was planned and never answered took longer than all that was: where it reaches the percentile, that is a least. */
function response(
  { quantile, operation }: Of<"response">,
  { overall, operations, load }: Evidence,
): Measured {
  const seen = operation === undefined ? overall : operations[operation];
  if (seen === undefined) return { missing: `nobody asked for ${operation} in this run` };
  const beyond = beyondRatio[quantile];
  const needed = Math.ceil(leastBeyond / beyond - 1e-9);
  if (seen.count < needed)
    return {
      missing: `${quantile} takes ${counted(needed, "request")}, and there were ${count(seen.count)}`,
    };
  const missing = Math.max(0, load.planned - overall.count);
  const isLeast = missing > (beyond / 10) * seen.count;
  return { value: seen.responseMs[quantile], ...(isLeast && { isLeast }) };
}

const rated = ({ ending }: Evidence, times: number): Measured =>
  ending.measuredS > 0 ? { value: times / ending.measuredS } : { missing: "nothing was measured" };

/** Operations of our scenarios that are attempts to buy; a test holds them against the scenarios. */
export const buyingOperations: ReadonlySet<string> = new Set(["seckill_try", "order_confirm"]);

/** A yes to whoever tried to buy, in the measured part alone; the ledger knows of those of the warm-up too. */
function ordersPerS(evidence: Evidence): Measured {
  const tries = Object.entries(evidence.operations).filter(([name]) => buyingOperations.has(name));
  if (tries.length === 0)
    return { missing: "nobody tried to buy, in any of the ways that are known to be that" };
  return rated(
    evidence,
    tries.reduce((sum, [, { outcomes }]) => sum + (outcomes.ok ?? 0), 0),
  );
}

/** Of all that was planned; of one operation, whose dropped requests are not told apart, of what was answered or given up. */
function goodRatio({ operation }: Of<"good-ratio">, { load, overall, operations }: Evidence): Measured {
  const seen = operation === undefined ? overall : operations[operation];
  if (seen === undefined) return { missing: `nobody asked for ${operation} in this run` };
  const outOf = operation === undefined ? load.planned : seen.count;
  return outOf > 0
    ? { value: Math.min(1, goodIn(seen) / outOf), outOf }
    : { missing: "nothing was asked for" };
}

const goodIn = ({ outcomes }: OperationSeen): number =>
  (Object.entries(outcomes) as [Outcome, number][]).reduce(
    (sum, [outcome, times]) => sum + (isGood(outcome) ? times : 0),
    0,
  );

function brokenLooks(
  { figure, guarantee }: Of<"broken-looks" | "broken-looks-ratio">,
  { consistency }: Evidence,
): Measured {
  const seen = consistency?.[guarantee];
  if (seen === undefined) return { missing: `nobody looks at ${guarantee} in this scenario` };
  const { checked, broken } = seen;
  if (checked === 0) return { missing: `not one shopper came to look at ${guarantee}` };
  return { value: figure === "broken-looks" ? broken : broken / checked, outOf: checked };
}

function pagesDiffering({ pages }: Evidence): Measured {
  if (pages === undefined || pages.checked === 0)
    return { missing: "nobody held pages against the database in this run" };
  return { value: pages.differedAtFirst, outOf: pages.checked };
}

function wrongAnswers({ overall }: Evidence): Measured {
  return overall.count > 0
    ? { value: overall.outcomes.wrong ?? 0, outOf: overall.count }
    : { missing: "nothing was answered" };
}

/** Between the looks nearest to the two ends of the measured part. */
function countedPerRequest(
  { counter }: Of<"counted-per-request">,
  { watched, timeline, ending }: Evidence,
): Measured {
  const traffic = watched?.traffic ?? [];
  if (traffic.length === 0)
    return { missing: "nobody read the target's own counters, which is done in runs with faults" };
  const nearest = (atS: number) =>
    traffic.reduce((best, sample) => (Math.abs(sample.atS - atS) < Math.abs(best.atS - atS) ? sample : best));
  const [from, to] = [nearest(0), nearest(ending.measuredS)];
  const until = to.counts[counter];
  if (until === undefined) return { missing: `nothing in the target counts ${counter}` };
  const sent = timeline.reduce((sum, { atS, fired }) => {
    const part = Math.min(to.atS, atS + 1) - Math.max(from.atS, atS);
    return sum + fired * Math.max(0, Math.min(1, part));
  }, 0);
  if (sent < leastRequests)
    return { missing: `only ${counted(sent, "request")} came between two looks at the counters` };
  return { value: (until - (from.counts[counter] ?? 0)) / sent };
}

/** A node without a budget tells the share of one core. */
const coresOf = ({ cpuBudgetMillicores, cpuUsedRatio }: NodeSeen, { targetSeen }: Evidence): number =>
  cpuUsedRatio * (targetSeen.budgets.mechanism === "none" ? 1 : cpuBudgetMillicores / 1000);

function cpuMsPerRequest(asked: readonly NodeSeen[], evidence: Evidence, none: Measured): Measured {
  const { load, ending } = evidence;
  if (asked.length === 0) return none;
  if (load.completed < leastRequests)
    return { missing: `only ${counted(load.completed, "request")} were answered` };
  const cores = asked.reduce((sum, node) => sum + coresOf(node, evidence), 0);
  if (cores === 0) return { missing: "what CPU its nodes used is not known" };
  return { value: (cores * ending.measuredS * 1000) / load.completed };
}

function imbalance(measure: Of<"imbalance">, evidence: Evidence): Measured {
  const isAsked = ({ name, tier }: NodeSeen) =>
    "tier" in measure ? tier === measure.tier : isMember(name, measure.node);
  const used = evidence.nodes.filter(isAsked).map((node) => coresOf(node, evidence));
  const asked = "tier" in measure ? `node of tier ${measure.tier}` : measure.node;
  if (used.length === 0) return { missing: `it has no ${asked}` };
  if (used.length === 1) return { missing: `there is one ${asked}, and nothing to be uneven` };
  const mean = total(used) / used.length;
  return mean > 0 ? { value: Math.max(...used) / mean } : { missing: "what CPU its nodes used is not known" };
}

function requestImbalance({ tier }: Of<"request-imbalance">, evidence: Evidence): Measured {
  const counted = requestsOf(tier, evidence);
  if ("missing" in counted) return counted;
  const each = counted.nodes.map(({ requests }) => requests);
  return { value: (Math.max(...each) * each.length) / total(each) };
}

function offBudget({ tier }: Of<"off-budget">, evidence: Evidence): Measured {
  const counted = requestsOf(tier, evidence);
  if ("missing" in counted) return counted;
  const { nodes } = counted;
  const all = total(nodes.map(({ requests }) => requests));
  const budget = total(nodes.map(({ budgetMillicores }) => budgetMillicores));
  const errors = nodes.map((node) => Math.abs(node.requests / all - node.budgetMillicores / budget));
  return { value: Math.max(...errors) };
}

interface Counted {
  readonly nodes: readonly { readonly requests: number; readonly budgetMillicores: number }[];
}

/** Of every node of the tier, by its own count. */
function requestsOf(tier: string, { nodes }: Evidence): Counted | { readonly missing: string } {
  const asked = nodes.filter((node) => node.tier === tier);
  if (asked.length === 0) return { missing: `it has no node of tier ${tier}` };
  if (asked.length === 1) return { missing: `there is one node of tier ${tier}, and nothing to share out` };
  const silent = asked.filter(({ requests }) => requests === undefined);
  if (silent.length > 0)
    return { missing: `how many requests reached ${silent.map(({ name }) => name).join(", ")} is not known` };
  const counted = asked.map(({ requests = 0, cpuBudgetMillicores }) => ({
    ...{ requests, budgetMillicores: cpuBudgetMillicores },
  }));
  const all = total(counted.map(({ requests }) => requests));
  return all < leastRequests
    ? { missing: `only ${count(all)} requests reached tier ${tier}` }
    : { nodes: counted };
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

function usedRatio({ tier }: Of<"used-ratio">, { nodes, targetSeen }: Evidence): Measured {
  const asked = nodes.filter((node) => node.tier === tier);
  if (asked.length === 0) return noNodes(tier);
  if (targetSeen.budgets.mechanism === "none") return { missing: "there were no CPU budgets to use" };
  return { value: Math.max(...asked.map(({ cpuUsedRatio }) => cpuUsedRatio)) };
}

const noNodes = (tier: string | undefined): Measured => ({
  missing: tier === undefined ? "nothing is known of its nodes" : `it has no node of tier ${tier}`,
});
