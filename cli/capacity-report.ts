/** The knee for people, at most 100 columns: where it is, what stops the target there, and how it answers below and above. */
import type { CapacitySeen } from "../verdict/capacity/capacity-seen.ts";
import type { ProbeSeen } from "../verdict/capacity/probe.ts";
import type { NodeSeen } from "../verdict/evidence.ts";
import { figure, inPercent, ms, percent, perS, seconds } from "../verdict/telling/figures.ts";
import { table, wrapped } from "../verdict/telling/table.ts";

const width = 100;
/** Busier nodes than these are worth a line. */
const nodesShown = 8;

/** 0: a knee, proven; 11: the books did not agree; 10: the objective is not met at any load; 5: nobody knows. */
export function capacityExitCode({ status }: CapacitySeen): 0 | 5 | 10 | 11 {
  const codes = { found: 0, "beyond-most": 5, "below-least": 10, inconclusive: 5, broken: 11 } as const;
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
  const held = `99 % within ${ms(objective.p99Ms)}, at most ${percent(objective.errorRatio)} bad`;
  if (knee === undefined) {
    const word = status === "broken" || status === "below-least" ? "REFUTED" : "INCONCLUSIVE";
    return `${word}  the knee of ${what} under ${scenario} (${held}) was not found: ${because}`;
  }
  const upTo = knee.belowPerS === undefined ? "" : ` to ${perS(knee.belowPerS)}`;
  return `KNEE  ${what} carries ${scenario} at ${perS(knee.ratePerS)}${upTo} arrivals at the peak (${held})`;
}

function kneeLines({ knee, saturated, afterOverload }: CapacitySeen): readonly string[] {
  if (knee === undefined) return [];
  const lines = [
    `at the knee: ${perS(knee.offeredPerS)} requests offered, ${perS(knee.completedPerS)} answered, ${perS(knee.goodPerS)} well in time, p99 ${ms(knee.p99Ms)} at most`,
    saturated === undefined
      ? "nothing was saturated: no load was bad"
      : `saturated first: ${saturated.tier ?? "no tier"}${saturated.nodes.length > 0 ? ` (${saturated.nodes.join(", ")})` : ""}, ${saturated.sureness}: ${saturated.because}`,
  ];
  if (afterOverload !== undefined) {
    const { overloadPerS, afterPerS, goodRatioUnder, goodRatioAfter, backAfterS, watchedS } = afterOverload;
    const back =
      backAfterS === undefined
        ? `not itself again within ${seconds(watchedS)}`
        : `itself again after ${seconds(backAfterS)}`;
    lines.push(
      `given ${perS(overloadPerS)}: ${percent(goodRatioUnder)} good in time; back to ${perS(afterPerS)}: ${back} (${percent(goodRatioAfter)} good)`,
    );
  }
  return [...lines.flatMap((line) => wrapped("", line, width)), "", ...nodeLines(knee.nodes)];
}

function nodeLines(nodes: readonly NodeSeen[]): readonly string[] {
  const busiest = nodes.toSorted((a, b) => b.cpuUsedRatio - a.cpuUsedRatio).slice(0, nodesShown);
  if (busiest.length === 0) return [];
  return table(
    [
      ["busiest nodes at the knee", "tier", "budget m", "used %", "held back %"],
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
