/** `bench trend`: where the history of a scenario came to be another. Advisory: it finds, and decides nothing. */
import { join } from "node:path";
import { Failure, unknownName } from "../../base/failure.ts";
import { partDigest } from "../../controller/gate/fingerprint.ts";
import { readSeen } from "../../controller/gate/read-seen.ts";
import { type FigureName, figureKinds, figureNames, usualRules } from "../../verdict/comparison/figure.ts";
import { type RunSeen, whySetAside } from "../../verdict/comparison/run-seen.ts";
import { changePoints } from "../../verdict/statistics/change-points.ts";
import { counted, figure as digits } from "../../verdict/telling/figures.ts";
import { runIds, runsFolder } from "../results.ts";

export interface TrendWords {
  readonly target?: string;
  readonly figure?: string;
  readonly json?: boolean;
}

/** With fewer, a change is hard to tell from chance. Source: docs/decisions/0020. */
const fewestRuns = 20;

export async function trend(scenario: string, words: TrendWords): Promise<number> {
  const name = words.figure ?? "p99";
  const figure = figureNames.find((each) => each === name);
  if (figure === undefined) throw new Failure("usage", unknownName("figure", name, figureNames));
  if (figureKinds[figure].scale !== "ratio")
    throw new Failure("usage", `${figure} is often 0, and a trend goes by ratios; take p50, p99 or goodput`);
  const { runs, others, setAside } = await historyOf(scenario, words.target);
  const series = runs.flatMap((run) => {
    const value = run.figures[figure]?.value ?? 0;
    return value > 0 ? [{ runId: run.runId, startedAt: run.startedAt, value }] : [];
  });
  const points =
    series.length < fewestRuns
      ? []
      : changePoints(series.map(({ value }) => Math.log(value))).map(({ at, before, after, p }) => ({
          ...series[at]!,
          before: Math.exp(before),
          after: Math.exp(after),
          ratio: Math.exp(after - before),
          p,
        }));
  const told = { scenario, figure, runs: series.length, others, setAside, points };
  process.stdout.write(
    words.json === true
      ? `${JSON.stringify({ schemaVersion: 1, ...told, series }, null, 2)}\n`
      : `${lines(told).join("\n")}\n`,
  );
  return 0;
}

/** Runs like the newest one, oldest first; how many were not like it, and how many are not valid. */
async function historyOf(scenario: string, target: string | undefined) {
  const seen: RunSeen[] = [];
  for (const id of runIds().filter((each) => each.includes(`-${scenario}-`))) {
    try {
      seen.push(...(await readSeen([join(runsFolder(), id)])));
    } catch (error) {
      // A run that broke off has nothing to tell a history.
      if (!(error instanceof Failure)) throw error;
    }
  }
  const asked = seen.filter(
    ({ fingerprint }) =>
      fingerprint.plan["scenario"] === scenario &&
      (target === undefined || fingerprint.target["target"] === target),
  );
  const newest = asked.at(-1);
  if (newest === undefined)
    throw new Failure(
      "usage",
      `there is no finished run of ${scenario}${target === undefined ? "" : ` on ${target}`}`,
      {
        hint: "bench list runs shows them",
      },
    );
  const alike = asked.filter((run) => keyOf(run) === keyOf(newest));
  const runs = alike.filter((run) => whySetAside(run, usualRules) === undefined);
  return { runs, others: asked.length - alike.length, setAside: alike.length - runs.length };
}

/** The same load on the same target and machine; program and versions are what a history is about. */
const keyOf = ({ fingerprint: { plan, target, host } }: RunSeen): string => {
  // The declaration changes with the program.
  const { declaration: _, ...chosen } = target;
  return [plan, chosen, host].map(partDigest).join(" ");
};

interface Told {
  readonly scenario: string;
  readonly figure: FigureName;
  readonly runs: number;
  readonly others: number;
  readonly setAside: number;
  readonly points: readonly {
    readonly runId: string;
    readonly startedAt: string;
    readonly before: number;
    readonly after: number;
    readonly ratio: number;
    readonly p: number;
  }[];
}

function lines({ scenario, figure, runs, others, setAside, points }: Told): readonly string[] {
  const { unit } = figureKinds[figure];
  const aside = [
    others === 0 ? "" : `${counted(others, "run")} with another load, target or machine`,
    setAside === 0 ? "" : `${counted(setAside, "run")} that ${setAside === 1 ? "is" : "are"} not valid`,
  ].filter((part) => part !== "");
  const head = `${figure} of ${scenario}: ${counted(runs, "run")} like the newest${aside.length === 0 ? "" : `, without ${aside.join(" and ")}`}`;
  if (runs < fewestRuns) return [head, `too few to tell a change from chance; ${fewestRuns} are the fewest`];
  if (points.length === 0) return [head, "no change"];
  return [
    head,
    ...points.map(
      ({ runId, startedAt, before, after, ratio, p }) =>
        `  ${startedAt}  ${digits(before)} -> ${digits(after)} ${unit}  x ${ratio.toFixed(2)}  p ${p.toExponential(0)}  from ${runId} on`,
    ),
  ];
}
