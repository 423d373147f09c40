/** The integral of a rate made of straight lines: the one curve behind hold, ramp and spike. */

/** The rate at one instant. Two corners at the same instant make a step. */
export interface Corner {
  readonly atS: number;
  readonly perS: number;
}

/**
 * Mean arrivals in [0, atS) under the straight lines through `corners`, exact to rounding.
 * `corners` are in order of time, the first at 0; beyond the last one nothing more arrives.
 *
 *     rate   b ____
 *           /      \       area of one line = width x mean of its two ends
 *        a /        \ c
 */
export function areaUnder(corners: readonly Corner[]): (atS: number) => number {
  const areaUntil = [0];
  for (let line = 1; line < corners.length; line++) {
    const from = corners[line - 1]!;
    const to = corners[line]!;
    areaUntil.push(areaUntil[line - 1]! + ((to.atS - from.atS) * (from.perS + to.perS)) / 2);
  }
  return (atS) => {
    let line = 1;
    while (line < corners.length && corners[line]!.atS <= atS) line++;
    const from = corners[line - 1]!;
    const to = corners[line];
    if (to === undefined) return areaUntil[line - 1]!;
    const inS = atS - from.atS;
    const risePerS2 = (to.perS - from.perS) / (to.atS - from.atS);
    return areaUntil[line - 1]! + inS * (from.perS + (risePerS2 * inS) / 2);
  };
}
