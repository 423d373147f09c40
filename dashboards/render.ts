/** A board of ours as the JSON that Grafana imports: its classic model, which every Grafana since 10 reads. */
import type * as cog from "@grafana/grafana-foundation-sdk/cog";
import type * as common from "@grafana/grafana-foundation-sdk/common";
import * as grafana from "@grafana/grafana-foundation-sdk/dashboard";
import { DataqueryBuilder, PromQueryFormat } from "@grafana/grafana-foundation-sdk/prometheus";
import type { Board, Mark, Panel, Query, Row, Variable } from "./board.ts";
import { everyS, panelOf } from "./render-panel.ts";

/** The variable by which people choose their Prometheus. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of Grafana
export const source: common.DataSourceRef = { type: "prometheus", uid: "${datasource}" };

const COLUMNS = 24;
const ROW_HEIGHT = 1;

export function render(board: Board): string {
  const builder = new grafana.DashboardBuilder(board.title)
    .uid(board.uid)
    .description(board.description)
    .tags(["bench", "generated"])
    .readonly()
    .timezone("browser")
    .refresh("5s")
    .time({ from: "now-15m", to: "now" })
    .tooltip(grafana.DashboardCursorSync.Crosshair)
    .link(
      new grafana.DashboardLinkBuilder("Bench")
        .type(grafana.DashboardLinkType.Dashboards)
        .tags(["bench"])
        .asDropdown(true)
        .includeVars(true)
        .keepTime(true),
    )
    .variables([sourceVariable(), ...board.variables.map(variableOf)])
    .annotations(board.marks.map(annotationOf));
  const placed = new Places();
  for (const row of board.rows) addRow(builder, row, placed);
  return `${JSON.stringify(builder.build(), null, 2)}\n`;
}

function addRow(builder: grafana.DashboardBuilder, row: Row, places: Places): void {
  const { title, panels, isCollapsed = false, forEach } = row;
  const rowBuilder = new grafana.RowBuilder(title)
    .id(places.nextId())
    .collapsed(isCollapsed)
    .gridPos(places.row());
  if (forEach !== undefined) rowBuilder.repeat(forEach);
  const built = panels.map((panel) =>
    panelOf(panel, source)
      .id(places.nextId())
      .gridPos(places.next(panel.width, panel.height ?? (panel.kind === "tile" ? 4 : 8)))
      .targets(panel.queries.map((query, at) => targetOf(query, at, panel))),
  );
  if (isCollapsed) for (const panel of built) rowBuilder.withPanel(panel);
  builder.withRow(rowBuilder);
  if (!isCollapsed) for (const panel of built) builder.withPanel(panel);
}

/** Left to right, then below the highest of the line; a row begins a line. */
class Places {
  #id = 0;
  #x = 0;
  #y = 0;
  #height = 0;

  nextId(): number {
    return ++this.#id;
  }

  row(): grafana.GridPos {
    this.#down();
    const place = { x: 0, y: this.#y, w: COLUMNS, h: ROW_HEIGHT };
    this.#y += ROW_HEIGHT;
    return place;
  }

  next(w: number, h: number): grafana.GridPos {
    if (this.#x + w > COLUMNS) this.#down();
    const place = { x: this.#x, y: this.#y, w, h };
    this.#x += w;
    this.#height = Math.max(this.#height, h);
    return place;
  }

  #down(): void {
    this.#y += this.#height;
    this.#x = 0;
    this.#height = 0;
  }
}

function targetOf({ expr, legend, isInstant = false }: Query, at: number, panel: Panel): DataqueryBuilder {
  const isRows = panel.kind === "table" || panel.kind === "points" || isOfLabels(panel);
  const format = isRows
    ? PromQueryFormat.Table
    : panel.kind === "heat"
      ? PromQueryFormat.Heatmap
      : PromQueryFormat.TimeSeries;
  const target = new DataqueryBuilder()
    .refId(String.fromCharCode(65 + at))
    .datasource(source)
    .expr(expr)
    .legendFormat(legend)
    .interval(everyS)
    .format(format);
  return isInstant ? target.instant() : target.range();
}

const isOfLabels = (panel: Panel): boolean => panel.kind === "tile" && panel.labels !== undefined;

const sourceVariable = (): cog.Builder<grafana.VariableModel> =>
  new grafana.DatasourceVariableBuilder("datasource").label("Prometheus data source").type("prometheus");

const orders = {
  up: grafana.VariableSort.AlphabeticalAsc,
  down: grafana.VariableSort.AlphabeticalDesc,
} as const;

function variableOf({
  name,
  label,
  query,
  isMany = false,
  regex,
  isHidden = false,
  order = "up",
}: Variable): cog.Builder<grafana.VariableModel> {
  const builder = new grafana.QueryVariableBuilder(name)
    .label(label)
    .datasource(source)
    .query({ query, refId: `${name}-values` })
    .refresh(grafana.VariableRefresh.OnTimeRangeChanged)
    .sort(orders[order]);
  if (isMany) builder.multi(true).includeAll(true).allValue(".*").current({ text: "All", value: "$__all" });
  if (regex !== undefined) builder.regex(regex);
  if (isHidden) builder.hide(grafana.VariableHide.HideVariable);
  return builder;
}

/** Samples one after the other become one region. */
const annotationOf = ({
  name,
  expr,
  title,
  colour,
  isOff = false,
}: Mark): cog.Builder<grafana.AnnotationQuery> =>
  new grafana.AnnotationQueryBuilder()
    .name(name)
    .datasource(source)
    .enable(!isOff)
    .iconColor(colour)
    .expr(expr)
    .titleFormat(title)
    .step(everyS);
