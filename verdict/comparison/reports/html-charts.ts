/** Charts of a comparison, drawn here and not in the browser: intervals against margins, and two sets of runs over each other. Pure. */
import { inXml } from "../../telling/escaped.ts";
import { figure as digits } from "../../telling/figures.ts";
import type { Compared } from "../compared.ts";
import { marginIn, type RunSeen, type SecondSeen } from "../run-seen.ts";
import { changeWords, marginWords } from "../telling.ts";

const WIDTH = 1_080;
const LEFT = 130;
const RIGHT = 190;
const ROW = 34;
const AXIS = 26;

const point = (x: number, y: number) => `${x.toFixed(1)},${y.toFixed(1)}`;
const text = (x: number, y: number, words: string, more = "") =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${more}>${inXml(words)}</text>`;

/** A figure as it is drawn: to the right is worse, 1 is the margin. */
interface Drawn {
  readonly each: Compared;
  readonly low: number;
  readonly high: number;
  readonly value: number;
}

/** Every figure on one scale: how far it changed, as a multiple of its margin, with its interval. Empty without a change. */
export function intervalsChart(figures: readonly Compared[]): string {
  const drawn = figures.flatMap((each) => drawnOf(each) ?? []);
  if (drawn.length === 0) return "";
  const farthest = Math.max(1.5, ...drawn.flatMap(({ low, high }) => [Math.abs(low), Math.abs(high)]));
  const most = Math.min(farthest, 6) * 1.1;
  const x = (at: number) =>
    LEFT + ((Math.max(-most, Math.min(most, at)) + most) / (2 * most)) * (WIDTH - LEFT - RIGHT);
  const height = drawn.length * ROW + AXIS + 8;
  const bottom = drawn.length * ROW + 4;
  const guides = [
    `<rect class="beyond" x="${x(1)}" y="0" width="${x(most) - x(1)}" height="${bottom}"/>`,
    `<line class="grid" x1="${x(0)}" x2="${x(0)}" y1="0" y2="${bottom}"/>`,
    `<line class="limit" x1="${x(1)}" x2="${x(1)}" y1="0" y2="${bottom}"/>`,
    text(x(0), bottom + 18, "no change", 'text-anchor="middle" class="soft"'),
    text(x(1), bottom + 18, "margin", 'text-anchor="middle" class="soft"'),
    text(x(-most), bottom + 18, "better", 'class="soft"'),
    text(x(most), bottom + 18, "worse", 'text-anchor="end" class="soft"'),
  ];
  const rows = drawn.map(({ each, low, high, value }, at) => {
    const y = at * ROW + ROW / 2;
    return [
      `<g class="${each.status}"><title>${inXml(`${each.name}: ${changeWords(each)}, margin ${marginWords(each)}`)}</title>`,
      text(0, y + 4, each.name, 'class="name"'),
      `<line class="interval" x1="${x(low)}" x2="${x(high)}" y1="${y}" y2="${y}"/>`,
      `<circle cx="${x(value)}" cy="${y}" r="5"/>`,
      text(WIDTH - RIGHT + 10, y + 4, changeWords(each)),
      "</g>",
    ].join("");
  });
  return `<svg class="compared" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Change of each figure as a multiple of its margin">${guides.join("")}${rows.join("")}</svg>`;
}

/** As a multiple of the margin, so that all have one scale. */
function drawnOf(each: Compared): Drawn | undefined {
  const { change, kind, rule } = each;
  if (change === undefined) return undefined;
  const isRatio = kind.scale === "ratio";
  const margin = isRatio ? marginIn(rule.margin, kind.worse) : rule.margin;
  const sign = kind.worse === "more" ? 1 : -1;
  const of = (value: number) => (sign * (isRatio ? Math.log(value) : value)) / margin;
  const [one, other] = [of(change.low), of(change.high)];
  return { each, value: of(change.value), low: Math.min(one, other), high: Math.max(one, other) };
}

/** What is drawn of a second. */
export interface Shown {
  readonly title: string;
  readonly unit: string;
  of(second: SecondSeen): number | undefined;
}

interface Band {
  readonly atS: number;
  readonly low: number;
  readonly high: number;
  readonly middle: number;
}

const HEIGHT = 230;
const BOTTOM = HEIGHT - AXIS;

/** Of each side the median run of each second as a line, and all its runs as a band. Empty where neither has seconds. */
export function overTime(
  { title, unit, of }: Shown,
  sides: Readonly<Record<"a" | "b", readonly RunSeen[]>>,
): string {
  const bands = { a: bandsOf(sides.a, of), b: bandsOf(sides.b, of) };
  const all = [...bands.a, ...bands.b];
  if (all.length === 0) return "";
  const mostS = all.reduce((so, { atS }) => Math.max(so, atS), 0) + 1;
  const most = all.reduce((so, { high }) => Math.max(so, high), 0) * 1.08 || 1;
  const x = (atS: number) => 76 + (atS / mostS) * (WIDTH - 90);
  const y = (value: number) => BOTTOM - (value / most) * (BOTTOM - 10);
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const value = (most / 1.08) * share;
    return `<line class="grid" x1="76" x2="${WIDTH - 14}" y1="${y(value)}" y2="${y(value)}"/>${text(70, y(value) + 4, `${digits(value)} ${unit}`, 'text-anchor="end" class="soft"')}`;
  });
  const seconds = [0, 0.25, 0.5, 0.75, 1].map((share) =>
    text(x(mostS * share), HEIGHT - 6, `${Math.round(mostS * share)} s`, 'text-anchor="middle" class="soft"'),
  );
  const drawn = (["a", "b"] as const).map((side) => {
    const shapes = unbroken(bands[side]).map((seen) => {
      const upper = seen.map(({ atS, high }) => point(x(atS + 0.5), y(high)));
      const lower = seen.toReversed().map(({ atS, low }) => point(x(atS + 0.5), y(low)));
      const line = seen.map(({ atS, middle }) => point(x(atS + 0.5), y(middle)));
      return `<polygon points="${[...upper, ...lower].join(" ")}"/><polyline points="${line.join(" ")}"/>`;
    });
    return shapes.length === 0 ? "" : `<g class="side-${side}">${shapes.join("")}</g>`;
  });
  return `<svg class="compared" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${inXml(title)}">${ticks.join("")}${seconds.join("")}${drawn.join("")}</svg>`;
}

/** A second in which nothing was answered parts the line: through it nobody knows what it would have been. */
function unbroken(bands: readonly Band[]): readonly (readonly Band[])[] {
  const parts: Band[][] = [];
  for (const band of bands) {
    const part = parts.at(-1);
    if (part !== undefined && part.at(-1)!.atS === band.atS - 1) part.push(band);
    else parts.push([band]);
  }
  return parts;
}

function bandsOf(runs: readonly RunSeen[], of: Shown["of"]): readonly Band[] {
  const bySecond = new Map<number, number[]>();
  for (const { seconds = [] } of runs)
    for (const second of seconds) {
      const value = of(second);
      if (value === undefined || !Number.isFinite(value)) continue;
      const values = bySecond.get(second.atS);
      if (values === undefined) bySecond.set(second.atS, [value]);
      else values.push(value);
    }
  return [...bySecond]
    .toSorted(([one], [other]) => one - other)
    .map(([atS, values]) => {
      const sorted = values.toSorted((one, other) => one - other);
      const middle = (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
      return { atS, low: sorted[0]!, high: sorted.at(-1)!, middle };
    });
}
