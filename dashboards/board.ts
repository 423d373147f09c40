/** What a dashboard is made of, in our words; `render.ts` makes Grafana's of it, `lint.ts` looks whether it is one people can use. */

/** Grafana's own names of units. */
export type Unit = "short" | "reqps" | "s" | "percentunit" | "ops" | "none" | "dateTimeAsIso";

export interface Query {
  readonly expr: string;
  /** With labels in braces: `{{op}}`. */
  readonly legend: string;
  /** The value at the end of the time that is shown; absent: over all of it. */
  readonly isInstant?: boolean;
}

interface PanelBase {
  readonly title: string;
  /** What it shows, by which clock, and what to think of it. */
  readonly description: string;
  readonly unit: Unit;
  readonly queries: readonly Query[];
  /** Of 24 columns. */
  readonly width: number;
  /** In units of 30 pixels or so; eight when absent, four of a tile. */
  readonly height?: number;
  readonly min?: number;
  readonly max?: number;
}

/** Green below the first, then the colour of each from its value on. */
export interface Step {
  readonly from: number;
  readonly colour: "green" | "yellow" | "orange" | "red";
}

export interface Lines extends PanelBase {
  readonly kind: "lines";
  readonly isStacked?: boolean;
  readonly steps?: readonly Step[];
}

/** One value, large. */
export interface Tile extends PanelBase {
  readonly kind: "tile";
  readonly steps?: readonly Step[];
  /** In place of values. */
  readonly words?: Readonly<Record<string, { readonly text: string; readonly colour: Step["colour"] }>>;
  /** Shows what these labels are, and no value; of an instant query. */
  readonly labels?: readonly string[];
  /** Shows the legend beside the value. */
  readonly isNamed?: boolean;
  /** While there is nothing. */
  readonly nothing?: string;
}

/** Where requests were, over time; of one query whose series go by `le`. */
export interface Heat extends PanelBase {
  readonly kind: "heat";
}

/** Series that are 0 or 1, as bars over time. */
export interface States extends PanelBase {
  readonly kind: "states";
  readonly on: string;
  readonly colour: "blue" | "red";
}

/** Instant queries beside each other, a row for each value of the labels they are by. */
export interface Table extends PanelBase {
  readonly kind: "table";
  /** Labels in the order of columns, with their titles. */
  readonly by: Readonly<Record<string, string>>;
  /** Of the queries in order: what their columns are called, and their units. */
  readonly columns: readonly {
    readonly title: string;
    readonly unit: Unit;
    readonly steps?: readonly Step[];
  }[];
}

/** One query against another, a point for each value of the label. */
export interface Points extends PanelBase {
  readonly kind: "points";
  readonly by: string;
  readonly xTitle: string;
  readonly xUnit: Unit;
}

export type Panel = Lines | Tile | Heat | States | Table | Points;

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly isCollapsed?: boolean;
  /** Name of a variable: one such row for each of its values. */
  readonly forEach?: string;
}

export interface Variable {
  readonly name: string;
  readonly label: string;
  /** `label_values(...)` or `query_result(...)`. */
  readonly query: string;
  readonly isMany?: boolean;
  /** What of the answer counts. */
  readonly regex?: string;
  readonly isHidden?: boolean;
  readonly order?: "up" | "down";
}

export interface Mark {
  readonly name: string;
  readonly expr: string;
  /** With labels in braces. */
  readonly title: string;
  readonly colour: "red" | "blue" | "orange";
  readonly isOff?: boolean;
}

export interface Board {
  /** Its name in links and of its file: kebab-case, begins with `bench-`. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  /** Besides the data source. */
  readonly variables: readonly Variable[];
  readonly marks: readonly Mark[];
  readonly rows: readonly Row[];
}
