/** Loads on top of each other. */
import { Failure } from "../base/failure.ts";
import type { OpenLoad } from "./load-model.ts";
import { demand, openLoad, type Spacing } from "./open-load.ts";

/**
 * All loads at once, from the same start; a shorter one is over earlier.
 * `peakPerS` is the sum of the peaks: the highest rate if they fall together, otherwise a bound above it.
 * @throws {Failure} `usage` when there is none, or they are spaced differently
 */
export function sum(...loads: readonly OpenLoad[]): OpenLoad {
  demand("sum", { "number of loads": [loads.length, "a whole number, 1 or more"] });
  return openLoad({
    spanS: Math.max(...loads.map((load) => load.spanS)),
    peakPerS: loads.reduce((total, load) => total + load.peakPerS, 0),
    spacing: oneSpacing("sum", loads),
    arrivalsWithin: (atS) => loads.reduce((total, load) => total + load.arrivalsBy(atS), 0),
    describe: () => loads.map((load) => load.describe()).join(" plus "),
  });
}

/** The spacing all have in common; one schedule cannot lie both evenly and by chance. */
export function oneSpacing(model: string, loads: readonly OpenLoad[]): Spacing {
  const spacings = new Set(loads.map((load) => load.spacing));
  if (spacings.size > 1) {
    throw new Failure("usage", `${model}() was given loads of both spacings, even and poisson`, {
      hint: "give all of them the same `spacing`",
    });
  }
  return loads[0]!.spacing;
}
