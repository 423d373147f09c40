/** Everything a dashboard asks, as Grafana would ask it: variables filled in, of the time that is shown. */
import type { Board, Unit } from "../../dashboards/board.ts";
import type { Answered, RealPrometheus } from "./real-prometheus.ts";

export interface Shown {
  readonly fromS: number;
  readonly toS: number;
  /** What is chosen, by the name of the variable; others are all there is. */
  readonly chosen: Readonly<Record<string, string>>;
}

export interface Asked {
  readonly about: string;
  readonly expr: string;
  readonly unit: Unit;
  /** Where the panel's own axis begins and ends. */
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly answered: readonly Answered[];
}

/** Every query of every panel, in order. */
export async function askPanels(
  board: Board,
  server: RealPrometheus,
  shown: Shown,
): Promise<readonly Asked[]> {
  const filled = filler(await chosenOn(board, server, shown), shown);
  const asked: Asked[] = [];
  for (const { panels } of board.rows)
    for (const { title, unit, queries, ...panel } of panels)
      for (const [at, { expr, legend, isInstant }] of queries.entries()) {
        // The unit of a map is that of its rows; what is answered are requests.
        const whole = panel.kind === "heat" ? "short" : unit;
        const own = panel.kind === "table" ? (panel.columns[at]?.unit ?? unit) : whole;
        const words = filled(expr);
        const answered =
          isInstant === true
            ? await server.instant(words, shown.toS)
            : await server.range(words, { ...shown, stepS: 5 });
        const { min, max } = panel;
        asked.push({ about: `${title}: ${legend}`, expr: words, unit: own, min, max, answered });
      }
  return asked;
}

/** Every mark, likewise. */
export async function askMarks(
  board: Board,
  server: RealPrometheus,
  shown: Shown,
): Promise<readonly Asked[]> {
  const filled = filler(await chosenOn(board, server, shown), shown);
  return Promise.all(
    board.marks.map(async ({ name, expr }) => ({
      ...{ about: name, expr: filled(expr), unit: "none" as const },
      answered: await server.range(filled(expr), { ...shown, stepS: 5 }),
    })),
  );
}

/** What each variable has to choose from. */
export async function choicesOn(
  board: Board,
  server: RealPrometheus,
  shown: Shown,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const choices = new Map<string, readonly string[]>();
  for (const { name, query, regex } of board.variables) {
    const known = {
      ...shown.chosen,
      ...Object.fromEntries([...choices].map(([each, [first]]) => [each, first ?? ""])),
    };
    const words = filler({ ...known, ...shown.chosen }, shown)(query);
    choices.set(name, await valuesOf(server, words, regex, shown));
  }
  return choices;
}

async function chosenOn(
  board: Board,
  server: RealPrometheus,
  shown: Shown,
): Promise<Readonly<Record<string, string>>> {
  const choices = await choicesOn(board, server, shown);
  const all = board.variables.map(
    ({ name, isMany }) => [name, isMany ? ".*" : (choices.get(name)?.[0] ?? "")] as const,
  );
  return { ...Object.fromEntries(all), ...shown.chosen };
}

/** As Grafana does it: labels of what was there in the time that is shown; results as text of which the regex takes a part. */
async function valuesOf(
  server: RealPrometheus,
  query: string,
  regex: string | undefined,
  { fromS, toS }: Shown,
): Promise<readonly string[]> {
  const [, inner, label] = /^label_values\((.+),\s*(\w+)\)$/s.exec(query) ?? [];
  if (inner !== undefined && label !== undefined) {
    const answered = await server.range(`group by (${label}) (${inner})`, { fromS, toS, stepS: 5 });
    return answered.flatMap(({ metric }) => metric[label] ?? []);
  }
  const [, asked] = /^query_result\((.+)\)$/s.exec(query) ?? [];
  if (asked === undefined) throw new Error(`nobody can answer ${query}`);
  const pattern = regex === undefined ? /(.*)/ : new RegExp(regex.replace(/^\/|\/$/g, ""));
  const answered = await server.instant(asked, toS);
  return answered.flatMap(({ metric, values: [value] }) => {
    const labels = Object.entries(metric).map(([name, word]) => `${name}="${word}"`);
    const text = `{${labels.join(",")}} ${value![1]} ${Math.round(value![0] * 1_000)}`;
    return pattern.exec(text)?.[1] ?? [];
  });
}

function filler(chosen: Readonly<Record<string, string>>, { fromS, toS }: Shown): (expr: string) => string {
  const values: Readonly<Record<string, string>> = {
    ...chosen,
    __rate_interval: "20s",
    __interval: "5s",
    __range: `${Math.ceil(toS - fromS)}s`,
  };
  return (expr) =>
    expr.replaceAll(
      /\$\{(\w+)\}|\$(\w+)/g,
      (whole, braced: string | undefined, plain: string | undefined) => {
        const value = values[braced ?? plain ?? ""];
        if (value === undefined) throw new Error(`${whole} is no variable of this dashboard`);
        return value;
      },
    );
}

/** What is wrong with what was answered, one sentence each. A point where nobody knows is no number and no fault of it. */
export function wrongIn({ about, unit, min, max, answered }: Asked): readonly string[] {
  const values = answered.flatMap(({ values: each }) => each.map(([, value]) => value));
  const known = values.filter((value) => !Number.isNaN(value));
  if (known.length === 0) return [`${about}: nothing was answered`];
  const [least, most] = [Math.min(...known), Math.max(...known)];
  return [
    ...(known.every(Number.isFinite) ? [] : [`${about}: infinite`]),
    ...(least < (min ?? lowest[unit] ?? 0) ? [`${about}: ${least} is too little`] : []),
    ...(most > (max ?? highest[unit] ?? Number.MAX_VALUE) ? [`${about}: ${most} is too much`] : []),
  ];
}

/** Changes are shares too, and nothing can lose more than itself. */
const lowest: Readonly<Partial<Record<Unit, number>>> = { percentunit: -1 };
/** A node may use a little more than its budget between two looks; nothing here takes an hour. */
const highest: Readonly<Partial<Record<Unit, number>>> = { percentunit: 2, s: 3_600, reqps: 1e6 };
