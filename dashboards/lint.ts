/** What makes a dashboard unfit for use, sentence by sentence. The ideas of Grafana's dashboard-linter and some of our own. */
import { labelNames, type SeriesName, type SeriesSpec, series } from "../metrics/series/catalog.ts";
import type { Board, Panel, Query } from "./board.ts";

/** Known to Prometheus 2.42, the oldest we answer for; what came later is refused. Source: its querying/functions page. */
export const knownFunctions: ReadonlySet<string> = new Set([
  ...["abs", "absent", "avg_over_time", "ceil", "clamp_max", "clamp_min", "changes", "count_over_time"],
  ...[
    "delta",
    "floor",
    "histogram_quantile",
    "increase",
    "irate",
    "label_replace",
    "last_over_time",
    "max_over_time",
  ],
  ...["min_over_time", "rate", "round", "scalar", "sum_over_time", "time", "vector"],
  // Grafana's own.
  "label_values",
]);
const aggregations: ReadonlySet<string> = new Set([
  ...["sum", "min", "max", "avg", "count", "topk", "bottomk", "quantile"],
]);
const keywords: ReadonlySet<string> = new Set([
  "by",
  "without",
  "on",
  "ignoring",
  "group_left",
  "group_right",
  "and",
  "or",
  "unless",
]);

const recorded = /^bench:/;
const longestUid = 40;

/** @param rules names of recorded series that panels may ask for */
export function problemsOf(board: Board, rules: ReadonlySet<string> = new Set()): readonly string[] {
  const panels = board.rows.flatMap(({ panels: ofRow }) => ofRow);
  const said = (about: string, problems: readonly string[]) => problems.map((each) => `${about}: ${each}`);
  const repeated = duplicatesIn(panels.map(({ title }) => title));
  return [
    ...(/^bench(-[a-z]+)+$/.test(board.uid) && board.uid.length <= longestUid
      ? []
      : [
          `its uid "${board.uid}" is not kebab-case that begins with bench-, of ${longestUid} characters at most`,
        ]),
    ...(board.title.startsWith("Bench / ")
      ? []
      : [`its title "${board.title}" does not begin with "Bench / "`]),
    ...(panels.length === 0 ? ["it has no panels"] : []),
    ...repeated.map((title) => `two panels are called "${title}"`),
    ...board.variables.flatMap(({ name, query }) =>
      said(`variable ${name}`, [
        ...(/^(label_values|query_result)\(.+\)$/s.test(query)
          ? []
          : ["it asks for nothing that Grafana knows"]),
        ...expressionProblems(innerOf(query), rules),
      ]),
    ),
    ...unusedIn(board).map((name) => `variable ${name} is used by nothing`),
    ...board.marks.flatMap(({ name, expr }) => said(`mark ${name}`, expressionProblems(expr, rules))),
    ...board.rows.flatMap(({ title, forEach }) =>
      forEach === undefined || board.variables.some(({ name, isMany }) => name === forEach && isMany)
        ? []
        : [`row ${title} is for each ${forEach}, of which there are not many`],
    ),
    ...panels.flatMap((panel) => said(`panel ${panel.title}`, panelProblems(panel, rules))),
  ];
}

function panelProblems(panel: Panel, rules: ReadonlySet<string>): readonly string[] {
  const { title, description, queries, width, kind } = panel;
  const answersTime = /response|service time|p50|p99/i.test(title) && panel.unit === "s";
  return [
    ...(title.trim() === "" ? ["it has no title"] : []),
    ...(/^[A-Z].{20,}\.$/s.test(description) ? [] : ["its description is no sentence"]),
    ...(answersTime && !/instant a request was|instant it was/.test(description)
      ? ["its description does not say by which clock"]
      : []),
    ...(queries.length === 0 ? ["it asks nothing"] : []),
    ...(width >= 1 && width <= 24 ? [] : [`its width is ${width} of 24 columns`]),
    ...(kind === "table" && panel.columns.length !== queries.length
      ? [`it has ${panel.columns.length} columns for ${queries.length} queries`]
      : []),
    ...((kind === "table" || kind === "points" || (kind === "tile" && panel.labels !== undefined)) &&
    queries.some(({ isInstant }) => isInstant !== true)
      ? ["it is of one instant, and a query of it is not"]
      : []),
    ...queries.flatMap((query) => queryProblems(query, rules)),
  ];
}

function queryProblems({ expr, legend }: Query, rules: ReadonlySet<string>): readonly string[] {
  return [
    ...(legend.trim() === "" ? [`a query has no legend: ${expr}`] : []),
    ...(/run_id=~?"\$run_/.test(expr) ? [] : [`it is about every run there is: ${expr}`]),
    ...expressionProblems(expr, rules),
  ];
}

/** A question for values without the word Grafana has for it; the label that is asked for is looked at as one. */
const innerOf = (query: string): string => {
  const [, inner = "", label = ""] = /^label_values\((.+),\s*(\w+)\)$/s.exec(query) ?? [];
  if (label !== "") return `label_values(${inner}) by (${label})`;
  return /^query_result\((.+)\)$/s.exec(query)?.[1] ?? "";
};

export function expressionProblems(expr: string, rules: ReadonlySet<string>): readonly string[] {
  const bare = expr.replaceAll(/"[^"]*"/g, '""');
  const problems: string[] = [];
  for (const [, name = ""] of bare.matchAll(/\b([a-z_]+)\s*\(/g))
    if (!knownFunctions.has(name) && !aggregations.has(name) && !keywords.has(name))
      problems.push(`${name}() is not known to Prometheus 2.42`);
  for (const [name] of bare.matchAll(/\bbench[a-z0-9_:]+/g))
    if (recorded.test(name) ? !rules.has(name) : seriesOf(name) === undefined)
      problems.push(`there is no series ${name}`);
  for (const [, name = "", window = ""] of bare.matchAll(/\b(rate|increase|irate)\([^[]*\[([^\]]+)\]/g))
    if (window !== "$__rate_interval")
      problems.push(`${name}() over ${window}, which does not follow the zoom`);
  for (const [, name = ""] of bare.matchAll(/\b(bench_[a-z_]+_(?:total|bucket|sum|count))\b(?=\{)/g))
    if (!isCounted(bare, name)) problems.push(`the counter ${name} is shown as it is`);
  for (const [, words = ""] of bare.matchAll(/\b(?:by|on|without|ignoring)\s*\(([^)]*)\)/g))
    for (const label of words.split(",").map((each) => each.trim()))
      if (label !== "" && !isLabel(label)) problems.push(`there is no label ${label}`);
  for (const [, words = ""] of bare.matchAll(/\{([^}]*)\}/g))
    for (const [, label = ""] of words.matchAll(/([a-z_]+)\s*(?:=~|!~|!=|=)/g))
      if (!isLabel(label)) problems.push(`there is no label ${label}`);
  return problems;
}

/** Whether every time it is asked for is inside something that makes a rate or a sum of it. */
const isCounted = (expr: string, name: string): boolean =>
  [...expr.matchAll(new RegExp(`(\\w+)\\(${name}\\b`, "g"))].length ===
    [...expr.matchAll(new RegExp(`\\b${name}\\b`, "g"))].length &&
  [...expr.matchAll(new RegExp(`(\\w+)\\(${name}\\b`, "g"))].every(([, around = ""]) =>
    ["rate", "increase", "irate", "max_over_time", "label_values"].includes(around),
  );

const ofAlerts = ["alertname", "alertstate"];
const isLabel = (name: string): boolean =>
  (labelNames as readonly string[]).includes(name) || ofAlerts.includes(name);

/** With what its kind adds to the name. */
export function seriesOf(name: string): SeriesName | undefined {
  const known: Readonly<Record<string, SeriesSpec>> = series;
  if (known[name]?.kind === "gauge") return name as SeriesName;
  const [, base = "", part] = /^(.*)_(total|bucket|sum|count)$/.exec(name) ?? [];
  const kind = known[base]?.kind;
  return (kind === "counter" && part === "total") ||
    (kind === "histogram" && part !== "total" && part !== undefined)
    ? (base as SeriesName)
    : undefined;
}

function unusedIn({ variables, rows, marks }: Board): readonly string[] {
  const asked = [
    ...rows.flatMap(({ panels, forEach = "" }) => [
      `$${forEach}`,
      ...panels.flatMap(({ queries }) => queries.map(({ expr }) => expr)),
    ]),
    ...marks.map(({ expr }) => expr),
    ...variables.map(({ query }) => query),
  ].join("\n");
  return variables.flatMap(({ name }) => (new RegExp(`\\$\\{?${name}\\b`).test(asked) ? [] : [name]));
}

function duplicatesIn(all: readonly string[]): readonly string[] {
  return [...new Set(all.filter((each, at) => all.indexOf(each) !== at))];
}
