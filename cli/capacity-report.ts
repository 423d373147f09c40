/** The knee for people, at most 100 columns: where it is, what stops the target there, and how it answers below and above. */
import type { CapacitySeen, Knee } from "../verdict/capacity/capacity-seen.ts";
import type { CapacityObjective, ProbeSeen } from "../verdict/capacity/probe.ts";
import type { NodeSeen } from "../verdict/evidence.ts";
import { counted, figure, inPercent, ms, percent, perS, seconds } from "../verdict/telling/figures.ts";
import { table, wrapped } from "../verdict/telling/table.ts";
import { exitCodeOfFailure } from "./exit-code.ts";

const width = 100;
/** Busier nodes than these are worth a line. */
const nodesShown = 8;

/**
 * 0: a knee, proven; 11: the books did not agree; 10: the objective is not met at any load; 5: nobody knows. What ended the
 * search after the knee was proven (a node that died) ends it with its own code, for somebody has to look at it.
 */
export function capacityExitCode({ status, cutShort }: CapacitySeen): number {
  if (status === "broken") return 11;
  if (cutShort !== undefined) return exitCodeOfFailure[cutShort.kind];
  const codes = { found: 0, "beyond-most": 5, "below-least": 10, inconclusive: 5 } as const;
  return codes[status];
}

export function capacityLines(seen: CapacitySeen, folder: string): readonly string[] {
  return [
    ...wrapped("", headline(seen), width),
    "",
    ...(seen.knee === undefined ? [] : [...kneeLines(seen), ""]),
    ...curveLines(seen.probes),
    "",
    ...wrapped(
      "",
      `${seen.probes.length} probes in ${seconds(seen.tookS)}; CPU budgets: ${seen.budgets}; seed ${seen.seed}; ${folder}`,
      width,
    ),
  ];
}

function headline({ target, unusual, scenario, knee, because, status, objective }: CapacitySeen): string {
  const what = [target, ...unusual].join(" ");
  const held = objectiveWords(objective);
  if (knee === undefined) {
    const word = status === "broken" || status === "below-least" ? "REFUTED" : "INCONCLUSIVE";
    return `${word}  the knee of ${what} under ${scenario} (${held}) was not found: ${because}`;
  }
  const carries = `${what} carries ${scenario} at ${perS(knee.ratePerS)} arrivals at the peak`;
  return knee.belowPerS === undefined
    ? `INCONCLUSIVE  ${carries}, and may carry more (${held}): ${because}`
    : `KNEE  ${carries}, and not ${perS(knee.belowPerS)} (${held})`;
}

export function objectiveWords({ p99Ms, errorRatio }: CapacityObjective): string {
  const bad = errorRatio === undefined ? "" : `, at most ${percent(errorRatio)} bad`;
  return `99 % within ${ms(p99Ms)}${bad}`;
}

function kneeLines(seen: CapacitySeen): readonly string[] {
  const { knee, cutShort, overloadUnseen, budgets } = seen;
  if (knee === undefined) return [];
  const lines = [
    ...(cutShort === undefined ? [] : [`after the knee was proven the search was over: ${cutShort.because}`]),
    `at the knee: ${perS(knee.offeredPerS)} requests offered, ${perS(knee.completedPerS)} answered, ${perS(knee.goodPerS)} well in time, p99 ${ms(knee.p99Ms)} at most in the probes that prove it${othersThere(seen, knee)}`,
    saturatedWords(seen, knee),
    ...overloadWords(seen),
    ...(overloadUnseen === undefined ? [] : [`nothing is known of an overload: ${overloadUnseen}`]),
  ];
  return [...lines.flatMap((line) => wrapped("", line, width)), "", ...nodeLines(knee.nodes, budgets)];
}

/** Probes at that rate that did not prove it. */
function othersThere({ probes }: CapacitySeen, { ratePerS }: Knee): string {
  const others = probes.filter(
    (probe) => probe.ratePerS === ratePerS && (probe.answer === "bad" || probe.answer === "open"),
  );
  if (others.length === 0) return "";
  const worst = Math.max(...others.map(({ p99Ms }) => p99Ms));
  return `; ${counted(others.length, "other", "others")} there ${others.length === 1 ? "was" : "were"} not good, p99 up to ${ms(worst)}`;
}

function saturatedWords({ saturated }: CapacitySeen, { belowPerS }: Knee): string {
  if (saturated === undefined) {
    return belowPerS === undefined
      ? "nothing was saturated: no load was bad"
      : `what is saturated first is not known: at ${perS(belowPerS)} the objective could not be proven kept, and no load was bad for certain`;
  }
  const { tier = "no tier", nodes, sureness, because } = saturated;
  const members = nodes.length > 0 ? ` (${nodes.join(", ")})` : "";
  return `saturated first: ${tier}${members}, ${sureness}: ${because}`;
}

function overloadWords({ afterOverload }: CapacitySeen): readonly string[] {
  if (afterOverload === undefined) return [];
  const { overloadPerS, afterPerS, goodRatioUnder, goodRatioAfter } = afterOverload;
  const { pauseS, backAfterS, watchedS } = afterOverload;
  const pause = pauseS > 0 ? ` after a pause of ${seconds(pauseS)}` : "";
  const back =
    backAfterS === undefined
      ? `not itself again within ${seconds(pauseS + watchedS)}`
      : `itself again ${seconds(backAfterS)} after the end of that`;
  return [
    `given ${perS(overloadPerS)}: ${percent(goodRatioUnder)} good in time; back to ${perS(afterPerS)}${pause}: ${back} (${percent(goodRatioAfter)} good)`,
  ];
}

function nodeLines(nodes: readonly NodeSeen[], budgets: string): readonly string[] {
  const busiest = nodes.toSorted((a, b) => b.cpuUsedRatio - a.cpuUsedRatio).slice(0, nodesShown);
  if (busiest.length === 0) return [];
  const used = budgets === "none" ? "% of a core" : "used %";
  return table(
    [
      ["busiest nodes at the knee", "tier", "budget m", used, "held back %"],
      ...busiest.map(({ name, tier, cpuBudgetMillicores, cpuUsedRatio, throttledRatio }) => [
        name,
        tier,
        String(cpuBudgetMillicores),
        inPercent(cpuUsedRatio),
        inPercent(throttledRatio),
      ]),
    ],
    2,
  );
}

/** All probes by rate; what they were made for stands beside them. */
function curveLines(probes: readonly ProbeSeen[]): readonly string[] {
  return table(
    [
      ["arrivals/s", "why", "for", "answered/s", "in time/s", "p50 ms", "p90 ms", "p99 ms", "late %", "is"],
      ...probes
        .toSorted((a, b) => a.ratePerS - b.ratePerS)
        .map((probe) => [
          figure(probe.ratePerS),
          probe.aim,
          seconds(probe.spanS),
          figure(probe.completedPerS),
          figure(probe.goodPerS),
          figure(probe.p50Ms),
          figure(probe.p90Ms),
          figure(probe.p99Ms),
          inPercent(probe.late.of === 0 ? 0 : probe.late.missed / probe.late.of),
          probe.answer,
        ]),
    ],
    2,
  );
}
