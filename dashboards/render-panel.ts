/** A panel of ours as Grafana's own of that kind. */
import * as common from "@grafana/grafana-foundation-sdk/common";
import * as grafana from "@grafana/grafana-foundation-sdk/dashboard";
import * as heat from "@grafana/grafana-foundation-sdk/heatmap";
import * as stat from "@grafana/grafana-foundation-sdk/stat";
import * as states from "@grafana/grafana-foundation-sdk/statetimeline";
import * as table from "@grafana/grafana-foundation-sdk/table";
import * as lines from "@grafana/grafana-foundation-sdk/timeseries";
import * as points from "@grafana/grafana-foundation-sdk/xychart";
import type { Heat, Lines, Panel, Points, States, Step, Table, Tile } from "./board.ts";

/** As often as runs are scraped, and as a data source of our own says. */
export const everyS = "5s";

/** What every kind of panel of theirs understands. */
export type AnyPanel =
  | heat.PanelBuilder
  | stat.PanelBuilder
  | states.PanelBuilder
  | table.PanelBuilder
  | lines.PanelBuilder
  | points.PanelBuilder;

export function panelOf(panel: Panel, source: common.DataSourceRef): AnyPanel {
  const built = kindOf(panel).title(panel.title).description(panel.description).datasource(source);
  if (!(built instanceof heat.PanelBuilder)) built.unit(panel.unit);
  if (panel.min !== undefined) built.min(panel.min);
  if (panel.max !== undefined) built.max(panel.max);
  return built;
}

function kindOf(panel: Panel): AnyPanel {
  switch (panel.kind) {
    case "lines":
      return linesOf(panel);
    case "tile":
      return tileOf(panel);
    case "heat":
      return heatOf(panel);
    case "states":
      return statesOf(panel);
    case "table":
      return tableOf(panel);
    case "points":
      return pointsOf(panel);
    default:
      return panel satisfies never;
  }
}

const legend = () =>
  new common.VizLegendOptionsBuilder()
    .displayMode(common.LegendDisplayMode.List)
    .placement(common.LegendPlacement.Bottom)
    .showLegend(true)
    .calcs([]);

function linesOf({ isStacked = false, steps }: Lines): AnyPanel {
  const built = new lines.PanelBuilder()
    .lineWidth(isStacked ? 1 : 2)
    .fillOpacity(isStacked ? 60 : 0)
    .showPoints(common.VisibilityMode.Never)
    .legend(legend())
    .tooltip(
      new common.VizTooltipOptionsBuilder()
        .mode(common.TooltipDisplayMode.Multi)
        .sort(common.SortOrder.Descending),
    );
  if (isStacked) built.stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal));
  if (steps !== undefined)
    built
      .thresholds(thresholds(steps))
      .thresholdsStyle(
        new common.GraphThresholdsStyleConfigBuilder().mode(common.GraphThresholdsStyleMode.Dashed),
      );
  return built;
}

function tileOf({ steps, words, labels, isNamed = false, nothing = "-" }: Tile): AnyPanel {
  const reduced = new common.ReduceDataOptionsBuilder().calcs(["lastNotNull"]).values(false);
  if (labels !== undefined) reduced.fields(`/^(${labels.join("|")})$/`);
  const built = new stat.PanelBuilder()
    .reduceOptions(reduced)
    .graphMode(common.BigValueGraphMode.None)
    .colorMode(
      steps === undefined && words === undefined
        ? common.BigValueColorMode.None
        : common.BigValueColorMode.Value,
    )
    .textMode(
      labels !== undefined
        ? common.BigValueTextMode.Value
        : isNamed
          ? common.BigValueTextMode.ValueAndName
          : common.BigValueTextMode.Auto,
    )
    .noValue(nothing)
    .thresholds(thresholds(steps ?? []));
  if (words !== undefined) built.mappings([wordsOf(words)]);
  return built;
}

const wordsOf = (words: NonNullable<Tile["words"]>): grafana.ValueMapping => ({
  type: grafana.MappingType.ValueToText,
  options: Object.fromEntries(
    Object.entries(words).map(([value, { text, colour }], index) => [value, { text, color: colour, index }]),
  ),
});

function heatOf({ unit, min }: Heat): AnyPanel {
  return new heat.PanelBuilder()
    .calculate(false)
    .yAxis(
      new heat.YAxisConfigBuilder()
        .unit(unit)
        .axisPlacement(common.AxisPlacement.Left)
        .min(min ?? 0),
    )
    .color(
      new heat.HeatmapColorOptionsBuilder()
        .mode(heat.HeatmapColorMode.Scheme)
        .scheme("Oranges")
        .scale(heat.HeatmapColorScale.Exponential)
        .exponent(0.5)
        .steps(64),
    )
    .cellGap(1)
    .filterValues(new heat.FilterValueRangeBuilder().le(1e-9))
    .showLegend();
}

function statesOf({ on, colour }: States): AnyPanel {
  return new states.PanelBuilder()
    .interval(everyS)
    .mappings([
      {
        type: grafana.MappingType.ValueToText,
        options: {
          "0": { text: " ", color: "transparent", index: 0 },
          "1": { text: on, color: colour, index: 1 },
        },
      },
    ])
    .colorScheme(new grafana.FieldColorBuilder().mode(grafana.FieldColorModeId.Thresholds))
    .mergeValues(true)
    .showValue(common.VisibilityMode.Auto)
    .rowHeight(0.8)
    .fillOpacity(80)
    .legend(
      new common.VizLegendOptionsBuilder()
        .displayMode(common.LegendDisplayMode.List)
        .placement(common.LegendPlacement.Bottom)
        .showLegend(false)
        .calcs([]),
    );
}

/** What Grafana calls the value of a query among several. */
const valueField = (at: number, of: number) =>
  of === 1 ? "Value" : `Value #${String.fromCharCode(65 + at)}`;

/** Instant queries, brought together by their labels. */
function tableOf({ by, columns, queries }: Table): AnyPanel {
  const labels = Object.keys(by);
  const fields = columns.map((_, at) => valueField(at, queries.length));
  const built = new table.PanelBuilder()
    .withTransformation({ id: "merge", options: {} })
    .withTransformation({
      id: "organize",
      options: {
        excludeByName: { Time: true },
        indexByName: Object.fromEntries([...labels, ...fields].map((name, place) => [name, place])),
        renameByName: {
          ...by,
          ...Object.fromEntries(columns.map(({ title }, at) => [fields[at]!, title])),
        },
      },
    })
    .filterable(true);
  for (const { title, unit, steps } of columns)
    built.overrideByName(title, [
      { id: "unit", value: unit },
      ...(steps === undefined
        ? []
        : [
            { id: "thresholds", value: { mode: "absolute", steps: stepsOf(steps) } },
            { id: "custom.cellOptions", value: { type: "color-text" } },
          ]),
    ]);
  return built;
}

function pointsOf({ by, xTitle, xUnit, title, queries }: Points): AnyPanel {
  const [x, y] = [valueField(0, queries.length), valueField(1, queries.length)];
  return new points.PanelBuilder()
    .withTransformation({ id: "merge", options: {} })
    .withTransformation({
      id: "organize",
      options: {
        excludeByName: { Time: true },
        indexByName: { [by]: 0, [x]: 1, [y]: 2 },
        renameByName: { [x]: xTitle, [y]: title },
      },
    })
    .mapping(points.SeriesMapping.Manual)
    .series([
      new points.XYSeriesConfigBuilder()
        .name({ fixed: title })
        .frame({ matcher: { id: "byIndex", options: 0 } })
        .x({ matcher: { id: "byName", options: xTitle } })
        .y({ matcher: { id: "byName", options: title } }),
    ])
    .show(points.XYShowMode.Points)
    .overrideByName(xTitle, [{ id: "unit", value: xUnit }])
    .legend(legend());
}

const thresholds = (steps: readonly Step[]) =>
  new grafana.ThresholdsConfigBuilder()
    .mode(grafana.ThresholdsMode.Absolute)
    .steps(stepsOf(steps).map(({ value, color }) => ({ value, color })));

const stepsOf = (steps: readonly Step[]): grafana.Threshold[] => [
  { value: null, color: "green" },
  ...steps.map(({ from, colour }) => ({ value: from, color: colour })),
];
