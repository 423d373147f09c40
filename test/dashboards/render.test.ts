/** What Grafana is given: places that do not overlap, ids, the data source people choose. */
import { describe, expect, test } from "vitest";
import { boards } from "../../dashboards/catalog.ts";
import { render } from "../../dashboards/render.ts";

interface Rendered {
  readonly uid: string;
  readonly editable: boolean;
  readonly schemaVersion: number;
  readonly tags: readonly string[];
  readonly panels: readonly RenderedPanel[];
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly type: string; readonly refresh?: number }[];
  };
  readonly annotations: { readonly list: readonly { readonly name: string; readonly expr?: string }[] };
}
interface RenderedPanel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly repeat?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource?: { readonly uid: string };
  readonly targets?: readonly {
    readonly refId: string;
    readonly expr: string;
    readonly datasource: { readonly uid: string };
  }[];
}

describe.each(boards.map((board) => ({ uid: board.uid, board })))("$uid", ({ board }) => {
  const rendered = JSON.parse(render(board)) as Rendered;
  const panels = rendered.panels.filter(({ type }) => type !== "row");

  test("has its name, may not be edited, and is of the model that Grafana 10 to 13 read", () => {
    expect(rendered).toMatchObject({ uid: board.uid, editable: false, schemaVersion: 42 });
    expect(rendered.tags).toContain("bench");
  });

  test("has every panel of the board, with all its queries", () => {
    const meant = board.rows.flatMap(({ panels: ofRow }) => ofRow);
    expect(panels.map(({ title, description }) => [title, description])).toEqual(
      meant.map(({ title, description }) => [title, description]),
    );
    expect(panels.map(({ targets = [] }) => targets.map(({ expr }) => expr))).toEqual(
      meant.map(({ queries }) => queries.map(({ expr }) => expr)),
    );
  });

  test("asks the Prometheus that people choose, everywhere", () => {
    const asked = panels.flatMap(({ datasource, targets = [] }) => [
      datasource?.uid,
      ...targets.map((target) => target.datasource.uid),
    ]);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of Grafana
    expect(new Set(asked)).toEqual(new Set(["${datasource}"]));
    expect(rendered.templating.list[0]).toMatchObject({ name: "datasource", type: "datasource" });
  });

  test("asks anew for what there is to choose when the time changes", () => {
    expect(rendered.templating.list.slice(1).map(({ name, refresh }) => [name, refresh])).toEqual(
      board.variables.map(({ name }) => [name, 2]),
    );
  });

  test("every id is there once", () => {
    const ids = rendered.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("no two panels lie over each other, and none beyond the page", () => {
    const taken = new Set<string>();
    for (const {
      title,
      gridPos: { x, y, w, h },
    } of rendered.panels) {
      expect(x + w, title).toBeLessThanOrEqual(24);
      for (let column = x; column < x + w; column++)
        for (let line = y; line < y + h; line++) {
          const place = `${column},${line}`;
          expect(taken.has(place), `${title} at ${place}`).toBe(false);
          taken.add(place);
        }
    }
  });

  test("marks ask for what they are to show", () => {
    expect(rendered.annotations.list.flatMap(({ expr }) => expr ?? [])).toEqual(
      board.marks.map(({ expr }) => expr),
    );
  });
});
