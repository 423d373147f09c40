/** A steady rate with one peak in it. */
import type { OpenLoad } from "./load-model.ts";
import { demand, figure, openLoad, type Spacing } from "./open-load.ts";
import { areaUnder } from "./straight-lines.ts";

/**
 *     peakPerS        ____
 *                    /    \
 *     basePerS _____/      \_________
 *              0   atS             spanS
 *                   rise hold fall
 */
export interface Spike {
  readonly basePerS: number;
  /** >= basePerS */
  readonly peakPerS: number;
  readonly spanS: number;
  /** When the rate begins to leave the base. */
  readonly atS: number;
  /** Seconds at the peak, > 0. */
  readonly holdS: number;
  /** Seconds up; default 0, a step. */
  readonly riseS?: number;
  /** Seconds down; default 0, a step. */
  readonly fallS?: number;
  /** Default "poisson". */
  readonly spacing?: Spacing;
}

/**
 * Holds `basePerS`, but for one peak.
 * @throws {Failure} `usage` when a figure is not sound, or the peak does not fit into the span
 */
export function spike(given: Spike): OpenLoad {
  const { basePerS, peakPerS, spanS, atS, holdS, riseS = 0, fallS = 0, spacing = "poisson" } = given;
  const downS = atS + riseS + holdS + fallS;
  const more: string[] = [];
  if (peakPerS < basePerS) more.push(`peakPerS ${peakPerS} must not be below basePerS ${basePerS}`);
  if (downS > spanS) more.push(`the peak ends at ${figure(downS)} s, after the span of ${figure(spanS)} s`);
  demand(
    "spike",
    {
      basePerS: [basePerS, "0 or more"],
      peakPerS: [peakPerS, "0 or more"],
      spanS: [spanS, "above 0"],
      atS: [atS, "0 or more"],
      holdS: [holdS, "above 0"],
      riseS: [riseS, "0 or more"],
      fallS: [fallS, "0 or more"],
    },
    more,
  );
  return openLoad({
    spanS,
    peakPerS,
    spacing,
    arrivalsWithin: areaUnder([
      { atS: 0, perS: basePerS },
      { atS, perS: basePerS },
      { atS: atS + riseS, perS: peakPerS },
      { atS: atS + riseS + holdS, perS: peakPerS },
      { atS: downS, perS: basePerS },
      { atS: spanS, perS: basePerS },
    ]),
    describe: () =>
      `${figure(basePerS)} /s for ${figure(spanS)} s with ${figure(peakPerS)} /s at ${figure(atS)} s for ${figure(holdS)} s`,
  });
}
