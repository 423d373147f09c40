/** Turns one curve into an open load: what every open model has in common, so that each file holds only its curve. */
import { Failure } from "../base/failure.ts";
import type { OpenLoad } from "./load-model.ts";

export type Spacing = OpenLoad["spacing"];

/** The part that differs from model to model. */
export interface Curve {
  readonly spanS: number;
  readonly peakPerS: number;
  readonly spacing: Spacing;
  /** Mean arrivals in [0, atS) for 0 <= atS <= spanS; must never decrease. */
  arrivalsWithin(atS: number): number;
  describe(): string;
}

/** An open load with that curve, held to its contract at both ends of the span. */
export function openLoad(curve: Curve): OpenLoad {
  return {
    kind: "open",
    spanS: curve.spanS,
    peakPerS: curve.peakPerS,
    spacing: curve.spacing,
    arrivalsBy(atS) {
      if (atS < 0) throw new RangeError(`a load starts at 0 s; nobody can ask about ${atS} s`);
      return curve.arrivalsWithin(Math.min(atS, curve.spanS));
    },
    describe: () => curve.describe(),
  };
}

/** What a figure of a load has to be. */
export type Demand = "above 0" | "0 or more" | "a whole number, 1 or more";

/**
 * Holds the figures a load is made of against what they have to be, all together.
 * @throws {Failure} `usage`, listing every figure that is not sound, and `more` (problems the caller found itself)
 */
export function demand(
  model: string,
  figures: Readonly<Record<string, readonly [value: number, is: Demand]>>,
  more: readonly string[] = [],
): void {
  const unsound = Object.entries(figures).filter(([, [value, is]]) => !isSound(value, is));
  const problems = [...unsound.map(([name, [value, is]]) => `${name} must be ${is}, not ${value}`), ...more];
  if (problems.length > 0) throw new Failure("usage", `no load can be made by ${model}()`, { problems });
}

function isSound(value: number, is: Demand): boolean {
  switch (is) {
    case "above 0":
      return Number.isFinite(value) && value > 0;
    case "0 or more":
      return Number.isFinite(value) && value >= 0;
    case "a whole number, 1 or more":
      return Number.isSafeInteger(value) && value >= 1;
    default:
      return is satisfies never;
  }
}

/** A figure for people: at most three decimals, no trailing zeros. */
export function figure(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}
