/** An interval held against a bound. Nothing is called upheld or refuted before the whole interval says so. */
import type { Interval } from "../statistics/effect.ts";
import type { Bound } from "./stage-claim.ts";

export interface Limits {
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** *low*, *high*: all of it is below what it has to be at least, or above what it may be at most. */
export type Stand = "within" | "low" | "high" | "open";

export function standOf({ low, high }: Interval, { atLeast, atMost }: Limits): Stand {
  if (atLeast !== undefined && high < atLeast) return "low";
  if (atMost !== undefined && low > atMost) return "high";
  const isWithin = (atLeast === undefined || low >= atLeast) && (atMost === undefined || high <= atMost);
  return isWithin ? "within" : "open";
}

/** Whether it stays so when the truth may also be anything more, or anything less. */
export function staysSo(stand: Stand, limits: Limits, truth: { readonly mayBe: "more" | "less" }): boolean {
  switch (stand) {
    case "within":
      return truth.mayBe === "more" ? limits.atMost === undefined : limits.atLeast === undefined;
    case "low":
      return truth.mayBe === "less";
    case "high":
      return truth.mayBe === "more";
    case "open":
      return false;
    default:
      return stand satisfies never;
  }
}

export const limitsOf = (bound: Bound): Limits => bound;

/** `at least 1.5`, `between 0.9 and 1.1`. */
export function boundWords({ atLeast, atMost }: Limits, shown: (value: number) => string): string {
  if (atLeast !== undefined && atMost !== undefined)
    return atLeast === atMost
      ? `exactly ${shown(atLeast)}`
      : `between ${shown(atLeast)} and ${shown(atMost)}`;
  return atLeast === undefined ? `at most ${shown(atMost ?? Number.NaN)}` : `at least ${shown(atLeast)}`;
}

/** Three digits that matter, however small: `1,240`, `41.2`, `0.0123`. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? "anything" : "-";
  if (Math.abs(value) >= 1000)
    return Math.round(value)
      .toString()
      .replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return Number(value.toPrecision(3)).toString();
}

export const withUnit =
  (unit: string) =>
  (value: number): string =>
    unit === "" ? digits(value) : `${digits(value)} ${unit}`;
