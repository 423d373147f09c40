/** Does a server that stands still show in the response times as it must, in full? */
import { figure, ms, percent, seconds } from "../../../verdict/telling/figures.ts";
import type { CalibrationCheck, CalibrationFigures } from "../certificate.ts";
import type { Driven } from "../drives.ts";
import { closedLoopFrozenRatio, type Freezes, freezeWaitMs } from "../freeze-distribution.ts";
import { limitMs, quantiles, type Tolerance } from "../tolerance.ts";

/** What `bench calibrate` promises: 2 % or 10 ms, whichever is more. */
export const freezeTolerance: Tolerance = { ratio: 0.02, leastMs: 10 };

export function freezeFigures(freezes: Freezes, { drive, latency }: Driven): CalibrationFigures["freeze"] {
  const { responseMs, serviceMs } = latency;
  return {
    ...freezes,
    ratePerS: drive.ratePerS,
    requests: latency.count,
    connections: drive.maxConnections,
    quantiles: quantiles.map(({ name, key, ratio }) => {
      const expectedMs = freezeWaitMs(freezes, ratio);
      return {
        quantile: name,
        expectedMs,
        responseMs: responseMs[key],
        serviceMs: serviceMs[key],
        limitMs: limitMs(freezeTolerance, expectedMs),
      };
    }),
    closedLoopFrozenRatio: closedLoopFrozenRatio(freezes, serviceMs.p50),
  };
}

export function freeze({
  everyMs,
  forMs,
  quantiles: told,
}: CalibrationFigures["freeze"]): readonly CalibrationCheck[] {
  return told.map(({ quantile, expectedMs, responseMs, serviceMs, limitMs: limit }) => {
    const off = responseMs - expectedMs;
    return {
      check: "freeze",
      subject: quantile,
      status: Math.abs(off) <= limit ? "upheld" : "refuted",
      because:
        `with ${seconds(forMs / 1000)} of every ${seconds(everyMs / 1000)} frozen, ${quantile} is ${ms(expectedMs)} and was ` +
        `told as ${ms(responseMs)}: off by ${ms(off)}, the limit is ${ms(limit)}; service time alone says ${figure(serviceMs)} ms`,
      observed: Math.abs(off),
      limit,
      unit: "ms",
    };
  });
}

/** Why other tools do not show it, in figures. */
export function closedLoopNote({ closedLoopFrozenRatio: ratio }: CalibrationFigures["freeze"]): string {
  return (
    `a closed loop sends nothing while it waits: one request in ${Math.round(1 / ratio)} of its requests would have met ` +
    `the freeze (${percent(ratio)}), where ${percent(0.2)} of those who come do`
  );
}
