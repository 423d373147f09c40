/** A certificate of a quiet machine, to be spoiled by the test that needs it otherwise. */
import { type Certificate, statusOf } from "../../../controller/calibrate/certificate.ts";
import { conservation, conservationFigures } from "../../../controller/calibrate/checks/conservation.ts";
import { freezeFigures } from "../../../controller/calibrate/checks/freeze.ts";
import { knownFigures, knownLatency } from "../../../controller/calibrate/checks/known-latency.ts";
import { maximumOf } from "../../../controller/calibrate/checks/maximum-rate.ts";
import { sameTwiceFigures } from "../../../controller/calibrate/checks/same-twice.ts";
import { freezes, freezeWaitMs } from "../../../controller/calibrate/freeze-distribution.ts";
import { knownDelays, quantileMs } from "../../../controller/calibrate/known-distribution.ts";
import { drivenWith, percentilesOf } from "./driven.ts";

export function certificate(): Certificate {
  const truthMs = percentilesOf((ratio) => quantileMs(knownDelays, ratio));
  const driven = drivenWith({
    responseMs: percentilesOf((ratio) => freezeWaitMs(freezes, ratio) + 1),
    serviceMs: percentilesOf(() => 0.2),
    seconds: [29.1, 29.3, 29.2, 29.0, 29.1, 29.3].map((p50Ms) => ({ p50Ms, p99Ms: 60.2 })),
  });
  const closed = drivenWith({ scenario: "calibration-closed", ratePerS: 64, completedPerS: 30_000 });
  const open = drivenWith({ ratePerS: 18_400, slipP99Ms: 0.6 });
  const figures: Certificate["figures"] = {
    maximum: maximumOf(closed, [open]),
    slipCurve: [{ ofMaximumRatio: 0.8, ratePerS: 14_720, tries: 1, slipMs: { p50: 0.1, p99: 0.4, max: 2 } }],
    clocks: { grainNs: 36, readNs: 61, timers: 250, timerLateMs: { p50: 0.1, p99: 0.4, max: 1 }, agents: [] },
    knownLatency: knownFigures({
      delays: knownDelays,
      ratePerS: 1_000,
      requests: 6_000,
      baselineMs: percentilesOf(() => 0.2),
      drives: [
        {
          responseMs: truthMs,
          truth: {
            answered: 6_000,
            drawnMs: truthMs,
            actualMs: truthMs,
            lateUs: { p50: 2, p99: 30, max: 90 },
          },
        },
      ],
    }),
    freeze: freezeFigures(freezes, driven),
    sameTwice: sameTwiceFigures(driven, driven),
    conservation: conservationFigures([driven]),
  };
  const checks = [...knownLatency(figures.knownLatency), conservation(figures.conservation, [])];
  return {
    schemaVersion: 1,
    date: "2026-07-31T09:00:00.000Z",
    tookS: 54.2,
    host: {
      cpu: "Made Up",
      cores: 2,
      memoryBytes: 2 ** 33,
      kernel: "6.1",
      platform: "linux",
      node: "v20.20.2",
      bench: "0.1.0",
    },
    sender: "http",
    status: statusOf(checks),
    hostPressure: { cpuSomeRatio: 0.1, stealRatio: 0 },
    figures,
    checks,
  };
}
