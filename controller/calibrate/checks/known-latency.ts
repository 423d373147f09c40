/** Does the instrument tell a latency that is known? Nothing is subtracted from what it tells. */
import type { PercentilesMs } from "../../../metrics/percentiles.ts";
import { figure, ms } from "../../../verdict/telling/figures.ts";
import type { CalibrationCheck, CalibrationFigures } from "../certificate.ts";
import { type KnownDelays, quantileMs } from "../known-distribution.ts";
import type { ServerTruth } from "../known-server.ts";
import { limitMs, quantiles, type Tolerance } from "../tolerance.ts";

/** What `bench calibrate` promises: 2 % or 100 µs, whichever is more. */
export const knownTolerance: Tolerance = { ratio: 0.02, leastMs: 0.1 };

export interface KnownSeen {
  readonly delays: KnownDelays;
  readonly ratePerS: number;
  readonly requests: number;
  /** Each drive's response times, and what the server says about exactly its requests. */
  readonly drives: readonly { readonly responseMs: PercentilesMs; readonly truth: ServerTruth }[];
  /** Response times at the same rate from the door that answers at once. */
  readonly baselineMs: PercentilesMs;
}

export function knownFigures(seen: KnownSeen): CalibrationFigures["knownLatency"] {
  const { delays, ratePerS, requests, drives, baselineMs } = seen;
  const worst = (of: (truth: ServerTruth) => number) => Math.max(0, ...drives.map(({ truth }) => of(truth)));
  return {
    ratePerS,
    requests,
    serverLateUs: {
      p50: worst(({ lateUs }) => lateUs.p50),
      p99: worst(({ lateUs }) => lateUs.p99),
      max: worst(({ lateUs }) => lateUs.max),
    },
    quantiles: quantiles.map(({ name, key, ratio }) => {
      const expectedMs = quantileMs(delays, ratio);
      return {
        quantile: name,
        expectedMs,
        drawnMs: worst(({ drawnMs }) => drawnMs[key]),
        serverMs: worst(({ actualMs }) => actualMs[key]),
        recoveredMs: drives.map(({ responseMs }) => responseMs[key]),
        baselineMs: baselineMs[key],
        limitMs: limitMs(knownTolerance, expectedMs),
      };
    }),
  };
}

/**
 * Refuted when a quantile is told wrongly; inconclusive when what was told is what the server itself says it did, and
 * that is not what it was asked to do: then the ruler may be right and the thing measured was not the one we know.
 */
export function knownLatency({
  quantiles: told,
}: CalibrationFigures["knownLatency"]): readonly CalibrationCheck[] {
  return told.map(({ quantile, expectedMs, serverMs, recoveredMs, baselineMs, limitMs: limit }) => {
    const off = recoveredMs.map((each) => each - expectedMs);
    const worst = off.reduce((far, each) => (Math.abs(each) > Math.abs(far) ? each : far), 0);
    const isServersDoing = Math.abs(expectedMs + worst - serverMs) <= limit;
    const status = Math.abs(worst) <= limit ? "upheld" : isServersDoing ? "inconclusive" : "refuted";
    const server = status === "upheld" ? "" : `; the server itself says it took ${ms(serverMs)}`;
    return {
      check: "known-latency",
      subject: quantile,
      status: recoveredMs.length === 0 ? "inconclusive" : status,
      because:
        `${quantile} is ${ms(expectedMs)} and was told as ${recoveredMs.map(figure).join(" and ")} ms: ` +
        `off by ${ms(worst)}, the limit is ${ms(limit)}; without a delay it is ${ms(baselineMs)}${server}`,
      observed: Math.abs(worst),
      limit,
      unit: "ms",
    };
  });
}
