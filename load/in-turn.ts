/** Loads one after another. Not called `then`: a module that exports a `then` is taken for a promise by `import()`. */
import type { OpenLoad } from "./load-model.ts";
import { demand, openLoad } from "./open-load.ts";
import { oneSpacing } from "./sum.ts";

/**
 * The first load, and when its span is over the next.
 * @throws {Failure} `usage` when there is none, or they are spaced differently
 */
export function inTurn(...loads: readonly OpenLoad[]): OpenLoad {
  demand("inTurn", { "number of loads": [loads.length, "a whole number, 1 or more"] });
  const startsS: number[] = [];
  const arrivedBefore: number[] = [];
  let spanS = 0;
  let arrivals = 0;
  for (const load of loads) {
    startsS.push(spanS);
    arrivedBefore.push(arrivals);
    spanS += load.spanS;
    arrivals += load.arrivalsBy(load.spanS);
  }
  return openLoad({
    spanS,
    peakPerS: Math.max(...loads.map((load) => load.peakPerS)),
    spacing: oneSpacing("inTurn", loads),
    arrivalsWithin(atS) {
      let current = loads.length - 1;
      while (startsS[current]! > atS) current--;
      return arrivedBefore[current]! + loads[current]!.arrivalsBy(atS - startsS[current]!);
    },
    describe: () => loads.map((load) => load.describe()).join(", then "),
  });
}
