import { describe, expect, test } from "vitest";
import { statusOf } from "../../../controller/calibrate/certificate.ts";
import { clocksAndTimers } from "../../../controller/calibrate/checks/clocks-and-timers.ts";
import { conservation } from "../../../controller/calibrate/checks/conservation.ts";
import { freeze, freezeFigures } from "../../../controller/calibrate/checks/freeze.ts";
import { knownFigures, knownLatency } from "../../../controller/calibrate/checks/known-latency.ts";
import { maximumOf, maximumRate } from "../../../controller/calibrate/checks/maximum-rate.ts";
import { sameTwice, sameTwiceFigures } from "../../../controller/calibrate/checks/same-twice.ts";
import { slipCurve } from "../../../controller/calibrate/checks/slip-curve.ts";
import { freezes } from "../../../controller/calibrate/freeze-distribution.ts";
import { knownDelays, quantileMs } from "../../../controller/calibrate/known-distribution.ts";
import { drivenWith, percentilesOf } from "./driven.ts";

const statuses = (checks: readonly { subject: string; status: string }[]) =>
  Object.fromEntries(checks.map(({ subject, status }) => [subject, status]));

describe("known latency", () => {
  const truth = percentilesOf((ratio) => quantileMs(knownDelays, ratio));

  function judged({ toldMs, serverMs = 0 }: { toldMs: number; serverMs?: number }) {
    const shifted = (by: number) => percentilesOf((ratio) => quantileMs(knownDelays, ratio) + by);
    return knownLatency(
      knownFigures({
        delays: knownDelays,
        ratePerS: 1_000,
        requests: 6_000,
        baselineMs: percentilesOf(() => 0.2),
        drives: [0, toldMs].map((by) => ({
          responseMs: shifted(by),
          truth: {
            answered: 6_000,
            drawnMs: truth,
            actualMs: shifted(serverMs),
            lateUs: { p50: 3, p99: 20, max: 100 },
          },
        })),
      }),
    );
  }

  test.each([
    { why: "it is told to the point", toldMs: 0, p50: "upheld", p999: "upheld" },
    { why: "0.3 ms are added by network and server", toldMs: 0.3, p50: "upheld", p999: "upheld" },
    { why: "the server lies by 5 ms", toldMs: 5, p50: "refuted", p999: "refuted" },
    { why: "one of two drives is 1 ms off", toldMs: 1, p50: "refuted", p999: "upheld" },
    { why: "waits vanish", toldMs: -5, p50: "refuted", p999: "refuted" },
    {
      why: "the server says itself that it was late",
      toldMs: 5,
      serverMs: 4.9,
      p50: "inconclusive",
      p999: "inconclusive",
    },
    {
      why: "the server was late, but not by that much",
      toldMs: 9,
      serverMs: 4,
      p50: "refuted",
      p999: "refuted",
    },
  ])("p50 is $p50, p99.9 is $p999 when $why", ({ p50, p999, why: _, ...seen }) => {
    expect(statuses(judged(seen))).toMatchObject({ p50, "p99.9": p999 });
  });

  test("says what was true, told, allowed and added", () => {
    expect(judged({ toldMs: 5 })[0]).toMatchObject({
      because:
        "p50 is 28.9 ms and was told as 28.9 and 33.9 ms: off by 5.00 ms, the limit is 0.58 ms; " +
        "without a delay it is 0.20 ms; the server itself says it took 28.9 ms",
      unit: "ms",
    });
  });
});

describe("freeze", () => {
  function judged(responseMs: (ratio: number) => number) {
    return statuses(
      freeze(
        freezeFigures(
          freezes,
          drivenWith({ responseMs: percentilesOf(responseMs), serviceMs: percentilesOf(() => 0.3) }),
        ),
      ),
    );
  }
  const wait = (ratio: number) => Math.max(0, (ratio - 0.8) * 5_000);

  test("is upheld when the whole wait is in the response time", () => {
    expect(judged((ratio) => wait(ratio) + 4)).toEqual({
      p50: "upheld",
      p90: "upheld",
      p99: "upheld",
      "p99.9": "upheld",
    });
  });

  test("is refuted for a tool that starts its watch when it sends", () => {
    expect(judged(() => 0.3)).toEqual({ p50: "upheld", p90: "refuted", p99: "refuted", "p99.9": "refuted" });
  });

  test("is refuted for a tool that invents samples", () => {
    expect(judged((ratio) => Math.max(0, (ratio - 0.6) * 2_500))["p90"]).toBe("refuted");
  });
});

describe("maximum rate", () => {
  const closed = drivenWith({ scenario: "calibration-closed", completedPerS: 30_000, agentCpuRatio: 0.9 });
  const at = (ratePerS: number, more: Parameters<typeof drivenWith>[0] = {}) =>
    drivenWith({
      ratePerS,
      completedPerS: ratePerS,
      agentCpuRatio: ratePerS / 40_000,
      slipP99Ms: 0.4,
      ...more,
    });

  test("is the highest rate at which everything left on time", () => {
    const maximum = maximumOf(closed, [
      at(15_000),
      at(22_500, { slipP99Ms: 1.2, agentCpuRatio: 0.95 }),
      at(18_400),
    ]);
    expect(maximum).toMatchObject({ ratePerAgentPerS: 18_400, limitedBy: "agent" });
    expect(maximum.cpuUsPerRequest).toBeCloseTo(25, 9);
    expect(maximum.ratePerCorePerS).toBeCloseTo(40_000, 6);
    expect(maximumRate(maximum, 1_000).status).toBe("upheld");
    expect(maximumRate(maximum, 20_000).status).toBe("refuted");
  });

  test.each([
    { why: "requests left late", more: { slipP99Ms: 1.01 } },
    { why: "one was thrown away", more: { dropped: 1 } },
    { why: "one failed", more: { failed: 1 } },
    { why: "answers did not keep up", more: { completedPerS: 9_800 } },
    { why: "an interval was lost", more: { lostIntervals: 1 } },
  ])("a probe does not hold when $why", ({ more }) => {
    expect(maximumOf(closed, [at(10_000, more)]).ratePerAgentPerS).toBe(0);
  });

  test("a rate that failed once and held once holds", () => {
    const late = { slipP99Ms: 3 };
    const maximum = maximumOf(closed, [
      at(10_000, late),
      at(10_000),
      at(15_000, { ...late, serverCpuRatio: 0.97 }),
    ]);
    expect(maximum).toMatchObject({ ratePerAgentPerS: 10_000, limitedBy: "server" });
    expect(maximum.probes).toHaveLength(3);
  });

  test("none at all is said as such", () => {
    const maximum = maximumOf(closed, [at(10_000, { slipP99Ms: 3 })]);
    expect(maximumRate(maximum, 500)).toMatchObject({ status: "refuted", observed: 0 });
    expect(maximum.limitedBy).toBe("pauses");
  });
});

describe("same twice", () => {
  const second = (p50Ms: number) => ({ p50Ms, p99Ms: 60 });

  test("is upheld for two drives that differ by chance only", () => {
    const [a, b] = [
      [24.1, 24.2, 24.0, 24.3, 24.1, 24.2],
      [24.2, 24.1, 24.1, 24.0, 24.3, 24.1],
    ];
    const samples = sameTwiceFigures(
      drivenWith({ seconds: a.map(second) }),
      drivenWith({ seconds: b.map(second) }),
    );
    expect(statuses(sameTwice(samples))).toEqual({ p50: "upheld", p99: "upheld" });
  });

  test("is refuted when every second of the one is above every second of the other", () => {
    const a = [24.1, 24.2, 24.0, 24.3, 24.1, 24.2];
    const samples = sameTwiceFigures(
      drivenWith({ seconds: a.map(second) }),
      drivenWith({ seconds: a.map((each) => second(each + 1)) }),
    );
    expect(statuses(sameTwice(samples))).toEqual({ p50: "refuted", p99: "upheld" });
    expect(samples[0]!.p).toBeCloseTo(2 / 924, 9);
  });
});

describe("conservation", () => {
  const whole = {
    drive: "probe",
    planned: 100,
    fired: 98,
    completed: 95,
    failed: 1,
    dropped: 2,
    inFlightAtEnd: 2,
    owed: 100,
    readByServer: 97,
  };

  test("is upheld when every request is accounted for", () => {
    expect(conservation([whole], [])).toMatchObject({ status: "upheld", observed: 0 });
  });

  test.each([
    { why: "an arrival was never planned", change: { owed: 101 } },
    { why: "a planned one vanished", change: { planned: 101, owed: 101 } },
    { why: "a fired one vanished", change: { inFlightAtEnd: 1 } },
    { why: "the server read more than was fired", change: { readByServer: 99 } },
    { why: "more was answered than the server read", change: { readByServer: 94 } },
  ])("is refuted when $why", ({ change }) => {
    expect(conservation([{ ...whole, ...change }], [])).toMatchObject({ status: "refuted", observed: 1 });
  });

  test("is refuted by a single second that did not add up", () => {
    expect(conservation([whole], ["agent 0, second 3: 5 planned, but 4"])).toMatchObject({
      status: "refuted",
    });
  });

  test("is inconclusive when nothing was driven", () => {
    expect(conservation([], [])).toMatchObject({ status: "inconclusive" });
  });
});

test("slip is held against 1 ms at every point of the curve", () => {
  const point = (ofMaximumRatio: number, p99: number) => ({
    ofMaximumRatio,
    ratePerS: 1_000,
    tries: p99 < 1 ? 1 : 2,
    slipMs: { p50: 0.1, p99, max: 9 },
  });
  const checks = slipCurve([point(0.1, 0.3), point(0.8, 1.2)]);
  expect(statuses(checks)).toEqual({ "10 %": "upheld", "80 %": "refuted" });
  expect(checks.map(({ because }) => because.includes("when tried again"))).toEqual([false, true]);
});

describe("clocks and timers", () => {
  const fine = {
    grainNs: 41,
    readNs: 90,
    timers: 250,
    timerLateMs: { p50: 0.2, p99: 1.4, max: 2 },
    agents: [{ offsetMs: 12, errorMs: 0.1, movedMs: -0.05, errorAgainMs: 0.1, afterS: 50 }],
  };

  test("are upheld when they are finer than what is measured by them", () => {
    expect(statusOf(clocksAndTimers(fine))).toBe("upheld");
  });

  test.each([
    { why: "the clock goes in milliseconds", change: { grainNs: 1_000_000 }, subject: "grain" },
    { why: "reading it takes long", change: { readNs: 1_500 }, subject: "cost" },
    { why: "timers are late", change: { timerLateMs: { p50: 1, p99: 12, max: 20 } }, subject: "controller" },
    {
      why: "an agent's clock is known badly",
      change: { agents: [{ ...fine.agents[0]!, errorMs: 1.5 }] },
      subject: "agent-0",
    },
    {
      why: "an agent's clock runs away",
      change: { agents: [{ ...fine.agents[0]!, movedMs: 0.3 }] },
      subject: "agent-0 again",
    },
  ])("$subject is refuted when $why", ({ change, subject }) => {
    expect(statuses(clocksAndTimers({ ...fine, ...change }))[subject]).toBe("refuted");
  });
});

test("a certificate without checks certifies nothing", () => {
  expect(statusOf([])).toBe("inconclusive");
});
