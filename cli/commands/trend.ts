/** `bench trend`: where the history of a scenario came to be another. Advisory: it finds, and decides nothing. */
import { join } from "node:path";
import { Failure, unknownName } from "../../base/failure.ts";
import { readJson } from "../../controller/gate/fingerprint.ts";
import { type History, historyOf } from "../../controller/gate/history.ts";
import { readAll } from "../../controller/gate/read-seen.ts";
import { scenarios } from "../../scenarios/catalog.ts";
import { targets } from "../../targets/catalog.ts";
import { type FigureName, figureKinds, figureNames, requestsFor } from "../../verdict/comparison/figure.ts";
import { changePoints } from "../../verdict/statistics/change-points.ts";
import { count, counted, figure as digits } from "../../verdict/telling/figures.ts";
import { runIds, runsFolder } from "../results.ts";

export interface TrendWords {
  readonly target?: string;
  readonly figure?: string;
  readonly json?: boolean;
}

/** With fewer, a change is hard to tell from chance. Source: docs/decisions/0020. */
const fewestRuns = 20;

export async function trend(scenario: string, words: TrendWords): Promise<number> {
  const { series, ...told } = await trendOf(scenario, words);
  process.stdout.write(
    words.json === true
      ? `${JSON.stringify({ schemaVersion: 1, ...told, series }, null, 2)}\n`
      : `${lines(told).join("\n")}\n`,
  );
  return 0;
}

interface Told extends Omit<History, "runs"> {
  readonly scenario: string;
  readonly figure: FigureName;
  readonly runs: number;
  readonly points: readonly {
    readonly runId: string;
    readonly startedAt: string;
    readonly before: number;
    readonly after: number;
    readonly ratio: number;
    readonly p: number;
  }[];
}

export interface Trend extends Told {
  readonly series: readonly { readonly runId: string; readonly startedAt: string; readonly value: number }[];
}

/** @throws {Failure} `usage` with all that is wrong with the words, or when there is no such run */
export async function trendOf(
  scenario: string,
  { target, figure: word = "p99" }: TrendWords,
): Promise<Trend> {
  const made = madeRuns();
  const { figure } = readWords({ scenario, target, word }, made);
  const asked = made.filter(
    (run) => run.scenario === scenario && (target === undefined || run.target === target),
  );
  // A run that broke off has nothing to tell a history.
  const { runs: read } = await readAll(asked.map(({ folder }) => folder));
  if (read.length === 0)
    throw new Failure(
      "usage",
      `there is no finished run of ${scenario}${target === undefined ? "" : ` on ${target}`}`,
      { hint: "bench list runs shows them" },
    );
  const { runs, ...without } = historyOf(
    read.map(({ seen }) => seen),
    figure,
  );
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
  return { scenario, figure, runs: series.length, ...without, points, series };
}

interface MadeRun {
  readonly folder: string;
  readonly scenario: string;
  /** The name of a stage, or where somebody's own system is. */
  readonly target: string;
}

/** Oldest first; by their plans, for an id has room for part of a name only. */
function madeRuns(): readonly MadeRun[] {
  return runIds().flatMap((id) => {
    const folder = join(runsFolder(), id);
    try {
      const { scenario, target } = readJson(folder, "plan.json") as Partial<MadeRun>;
      return scenario === undefined || target === undefined ? [] : [{ folder, scenario, target }];
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return [];
    }
  });
}

/** @throws {Failure} `usage` with every word that is wrong, and the nearest that is not */
function readWords(
  {
    scenario,
    target,
    word,
  }: { readonly scenario: string; readonly target: string | undefined; readonly word: string },
  made: readonly MadeRun[],
): { readonly figure: FigureName } {
  const names = [...new Set([...scenarios.map(({ name }) => name), ...made.map((run) => run.scenario)])];
  const places = [...new Set([...targets.map(({ id }) => id), ...made.map((run) => run.target)])];
  const figure = figureNames.find((each) => each === word);
  const problems = [
    ...(names.includes(scenario) ? [] : [unknownName("scenario", scenario, names)]),
    ...(target === undefined || places.includes(target) ? [] : [unknownName("target", target, places)]),
    ...(figure === undefined ? [unknownName("figure", word, figureNames)] : []),
    ...(figure !== undefined && figureKinds[figure].scale !== "ratio"
      ? [`${figure} is often 0, and a trend goes by ratios; take p50, p99 or goodput`]
      : []),
  ];
  if (problems.length > 0 || figure === undefined)
    throw new Failure("usage", "there is no such trend", {
      problems,
      hint: "bench list runs shows the runs",
    });
  return { figure };
}

function lines({ scenario, figure, runs, others, setAside, tooFew, points }: Told): readonly string[] {
  const { unit } = figureKinds[figure];
  const aside = [
    others === 0 ? "" : `${counted(others, "run")} with another load, target or machine`,
    setAside === 0 ? "" : `${counted(setAside, "run")} that ${setAside === 1 ? "is" : "are"} not valid`,
    tooFew === 0 ? "" : `${counted(tooFew, "run")} of fewer than ${count(requestsFor(figure))} requests`,
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
