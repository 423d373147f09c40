/** What runs are compared by: figures of one run, each with what is worse, and how much worse is too much. */
import { isGood, type Outcome } from "../../metrics/outcome.ts";
import type { Evidence, OperationSeen } from "../evidence.ts";

export const figureNames = ["p50", "p95", "p99", "p999", "goodput", "errors"] as const;
export type FigureName = (typeof figureNames)[number];

export interface FigureKind {
  readonly title: string;
  readonly unit: "ms" | "/s" | "ratio";
  /** Whether two of them are held together by their ratio, or by their difference because 0 is among them. */
  readonly scale: "ratio" | "difference";
  readonly worse: "more" | "less";
  /** Of the ratio, or of the difference: 0.1 is 10 %. */
  readonly usualMargin: number;
  /** Whether it is held against a margin without having been asked for. */
  readonly isUsual: boolean;
  /** Share of the requests beyond it, for percentiles. */
  readonly beyondRatio?: number;
}

export const figureKinds: Readonly<Record<FigureName, FigureKind>> = {
  p50: latencyKind("response time of half of all requests", 0.05, { isUsual: true, beyondRatio: 0.5 }),
  p95: latencyKind("response time of 95 % of all requests", 0.05, { isUsual: false, beyondRatio: 0.05 }),
  p99: latencyKind("response time of 99 % of all requests", 0.1, { isUsual: true, beyondRatio: 0.01 }),
  p999: latencyKind("response time of 99.9 % of all requests", 0.2, { isUsual: false, beyondRatio: 0.001 }),
  goodput: {
    title: "good answers in a second",
    ...{ unit: "/s", scale: "ratio", worse: "less", usualMargin: 0.05, isUsual: true },
  },
  errors: {
    title: "share of answers that are not good",
    ...{ unit: "ratio", scale: "difference", worse: "more", usualMargin: 0.005, isUsual: true },
  },
};

/** Requests beyond a percentile without which a run does not tell it. Source: docs/decisions/0020. */
const tailSamples = 100;

/** Requests a run has to have to tell a figure at all: 200 for p50, 10,000 for p99. */
export function requestsFor(figure: FigureName): number {
  const { beyondRatio } = figureKinds[figure];
  return beyondRatio === undefined ? 1 : Math.ceil(tailSamples / beyondRatio - 1e-9);
}

/** A figure held against a margin. */
export interface Rule {
  readonly figure: FigureName;
  /** Of one operation; absent: of all together. */
  readonly operation?: string;
  /** As in `usualMargin`. */
  readonly margin: number;
  /** Whether somebody asked for it by name: then it may not be left undecided for want of requests. */
  readonly isAsked: boolean;
}

/** What is compared when nobody says otherwise. */
export const usualRules: readonly Rule[] = figureNames
  .filter((figure) => figureKinds[figure].isUsual)
  .map((figure) => ({ figure, margin: figureKinds[figure].usualMargin, isAsked: false }));

/** `p99`, or `order.p99` of one operation. */
export const ruleName = ({ figure, operation }: Pick<Rule, "figure" | "operation">): string =>
  operation === undefined ? figure : `${operation}.${figure}`;

/** One figure of one run. */
export interface FigureSeen {
  readonly value: number;
  /** Requests it was made from. */
  readonly requests: number;
}

/** By rule name: of all operations together, and of each. */
export type FiguresSeen = Readonly<Record<string, FigureSeen>>;

export function figuresOf({
  overall,
  operations,
  ending,
}: Pick<Evidence, "overall" | "operations" | "ending">): FiguresSeen {
  const parts: readonly (readonly [string | undefined, OperationSeen])[] = [
    [undefined, overall],
    ...Object.entries(operations),
  ];
  return Object.fromEntries(
    parts.flatMap(([operation, seen]) =>
      figureNames.map((figure): [string, FigureSeen] => [
        ruleName(operation === undefined ? { figure } : { figure, operation }),
        { value: valueIn(figure, seen, ending.measuredS), requests: seen.count },
      ]),
    ),
  );
}

function valueIn(figure: FigureName, seen: OperationSeen, measuredS: number): number {
  switch (figure) {
    case "p50":
    case "p95":
    case "p99":
    case "p999":
      return seen.responseMs[figure];
    case "goodput":
      return measuredS > 0 ? goodOf(seen) / measuredS : 0;
    case "errors":
      return seen.count > 0 ? 1 - goodOf(seen) / seen.count : 0;
    default:
      return figure satisfies never;
  }
}

const goodOf = ({ outcomes }: OperationSeen): number =>
  (Object.entries(outcomes) as [Outcome, number][]).reduce(
    (sum, [outcome, times]) => sum + (isGood(outcome) ? times : 0),
    0,
  );

function latencyKind(
  title: string,
  usualMargin: number,
  more: Pick<FigureKind, "isUsual" | "beyondRatio">,
): FigureKind {
  return { title, unit: "ms", scale: "ratio", worse: "more", usualMargin, ...more };
}
