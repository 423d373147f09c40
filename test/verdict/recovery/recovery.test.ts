/** Made-up runs of which every figure is known: 400 requests a second, bad when the row says so. */
import { describe, expect, test } from "vitest";
import { budgetOf } from "../../../verdict/recovery/error-budget.ts";
import { recoveries } from "../../../verdict/recovery/recovery.ts";
import { badBetween, type Disturbance, disturbed, faultSeen } from "../../fakes/disturbed.ts";
import { evidence, ill } from "../../fakes/evidence.ts";

const recoveryIn = (how: Disturbance) => recoveries(disturbed(how))[0]!;

describe("when it is felt and when it is over", () => {
  test.each([
    {
      why: "it is down from when the fault bites until 2.5 s after it is gone",
      bad: badBetween(10, 16.5),
      times: { toImpactS: 0, afterClearS: 2.5, fellAgain: 0 },
    },
    {
      why: "it is felt late, and it helps itself while the fault is on",
      faults: [faultSeen(10, 24)],
      bad: badBetween(11.2, 14.7),
      times: { toImpactS: 1.2, underFaultS: 4.7, afterClearS: 0, fellAgain: 0 },
    },
    {
      why: "it is felt before anybody saw the fault bite",
      faults: [faultSeen(10, 14, { effectAtS: 10.6 })],
      bad: badBetween(10, 14),
      times: { toImpactS: 0, afterClearS: 0, fellAgain: 0 },
    },
    {
      why: "it was bad while the fault was only made ready, which is not its doing",
      faults: [faultSeen(20, 24, { requestedAtS: 16, injectedAtS: 20 })],
      bad: badBetween(17, 19),
      times: { underFaultS: 0, afterClearS: 0, fellAgain: 0 },
    },
    {
      why: "it is not felt at all",
      bad: badBetween(0, 0),
      times: { underFaultS: 0, afterClearS: 0, fellAgain: 0 },
    },
    {
      why: "two bad tenths of a second are no impact",
      bad: badBetween(11, 11.2),
      times: { underFaultS: 0, afterClearS: 0, fellAgain: 0 },
    },
    {
      why: "it is back, and falls again twice",
      bad: (tenth: number) =>
        badBetween(10, 15)(tenth) + badBetween(25, 26)(tenth) + badBetween(30, 30.5)(tenth),
      times: { toImpactS: 0, afterClearS: 1, fellAgain: 2 },
    },
    {
      why: "the last five seconds are not whole, so nobody knows whether it is back",
      bad: badBetween(10, 35.1),
      times: { toImpactS: 0 },
    },
    {
      why: "three seconds without trouble are not five",
      seconds: 24,
      bad: (tenth: number) => badBetween(10, 15)(tenth) + badBetween(18, 24)(tenth),
      times: { toImpactS: 0 },
    },
    {
      why: "it fails a request in twenty, which is below what is usual",
      bad: badBetween(10, 16, 2),
      times: { toImpactS: 0, afterClearS: 2, fellAgain: 0 },
    },
  ])("$why", ({ why: _, times, ...how }) => {
    expect(recoveryIn(how).times).toEqual(times);
  });

  test("with fewer requests the bins are wider, and the figures coarser", () => {
    const half = { perTenth: 4, faults: [faultSeen(15, 19)], bad: badBetween(15, 21.5) };
    expect(recoveryIn(half).times).toEqual({ toImpactS: 0, afterClearS: 2.5, fellAgain: 0 });
    const whole = { perTenth: 2, faults: [faultSeen(25, 29)], bad: badBetween(25, 31.5), seconds: 60 };
    expect(recoveryIn(whole).times).toEqual({ toImpactS: 0, afterClearS: 3, fellAgain: 0 });
  });
});

describe("what it cost", () => {
  test("an outage of 4 s, and half of all for 2 s more", () => {
    const half = (tenth: number) => badBetween(10, 14)(tenth) + badBetween(14, 16, 20)(tenth);
    const { window, control, duringRatio, afterRatio, lastedS, watchedS } = recoveryIn({ bad: half });
    expect({ lastedS, watchedS, duringRatio }).toEqual({ lastedS: 4, watchedS: 26, duringRatio: 0 });
    expect(afterRatio).toBeCloseTo((26 * 400 - 400) / (26 * 400), 10);
    expect(window).toMatchObject({ fromS: 10, spanS: 30, planned: 12_000, good: 12_000 - 1_600 - 400 });
    expect(window.loss!.lostGood).toBe(2_000);
    expect(window.loss!.areaLostS).toBeCloseTo(5, 10);
    expect(window.loss!.resilienceRatio).toBeCloseTo(1 - 5 / 30, 10);
    expect(window.loss!.depthRatio).toBe(1);
    // The second before the fault is not undisturbed: what was on its way then may have been spoilt.
    expect(control).toMatchObject({ fromS: 0, spanS: 9, planned: 3_600, good: 3_600 });
    expect(control!.loss).toEqual({ depthRatio: 0, areaLostS: 0, resilienceRatio: 1, lostGood: 0 });
  });

  test("depth is about the worst that lasted, not about a single bad tenth", () => {
    const bad = (tenth: number) => (tenth === 110 ? 40 : badBetween(10, 14, 10)(tenth));
    expect(recoveryIn({ bad }).window.loss!.depthRatio).toBe(0.25);
  });

  test("the minute after a fault is all that is added to it", () => {
    const { window } = recoveryIn({ seconds: 120, bad: badBetween(10, 110) });
    expect(window).toMatchObject({ spanS: 64, good: 0 });
  });

  test("a minute of full outage is 2.3 % of what three nines allow in 30 days, at 1,000 times the speed", () => {
    const { window, budget, usual } = recoveryIn({
      seconds: 100,
      faults: [faultSeen(20, 80)],
      bad: badBetween(20, 80),
      more: { plan: { claim: { errorRatio: 0.001 } } },
    });
    expect(budget!.burnedRatio).toBeCloseTo(60 / 2_592, 10);
    expect(budget!.sloRatio).toBeCloseTo(0.999, 10);
    expect(budgetOf({ planned: 24_000, bad: 24_000 }, usual!.plannedPerS, 0.001).burnRate).toBeCloseTo(
      1_000,
      8,
    );
    expect(budget!.burnRate).toBeCloseTo(1_000 * (1 - window.goodRatio!), 8);
  });

  test("burning 14.4 times as fast as allowed for an hour is 2 % of the budget", () => {
    const planned = 3_600 * 100;
    const { burnedRatio, burnRate } = budgetOf({ planned, bad: planned * 0.0144 }, 100, undefined);
    expect(burnRate).toBeCloseTo(14.4, 8);
    expect(burnedRatio).toBeCloseTo(0.02, 8);
  });

  test("a claim of no error at all has no budget, so three nines are taken", () => {
    expect(budgetOf({ planned: 10, bad: 1 }, 1, 0).sloRatio).toBe(0.999);
  });

  test("answers that are only late burn nothing of what may be errors", () => {
    const seen = disturbed({ more: { plan: { claim: { errorRatio: 0.001 } } } });
    // One in forty is later than the claimed p99 allows, and every one of them is answered.
    const timeline = seen.timeline.map((second) =>
      second.atS < 10
        ? second
        : { ...second, tenths: { planned: new Array(10).fill(40), good: new Array(10).fill(39) } },
    );
    const [late] = recoveries({ ...seen, timeline });
    expect(late!.window.goodRatio).toBe(0.975);
    expect(late!.budget).toMatchObject({ burnedRatio: 0, burnRate: 0 });
    const errors = recoveryIn({
      bad: badBetween(10, 14, 1),
      more: { plan: { claim: { errorRatio: 0.001 } } },
    });
    expect(errors.budget!.burnRate).toBeCloseTo((4 * 10) / (30 * 400) / 0.001, 8);
  });

  test("a backlog that is worked off shows in the answers of the seconds after", () => {
    const seen = disturbed({ bad: badBetween(10, 14) });
    const timeline = seen.timeline.map((second) =>
      second.atS === 15 ? { ...second, completed: 1_000 } : second,
    );
    expect(recoveries({ ...seen, timeline })[0]!.overshoot).toEqual({ afterRatio: 2.5, beforeRatio: 1 });
  });
});

describe("tails", () => {
  test("are of whole seconds: before, while it was on, ten seconds after, and the rest", () => {
    const { tails } = recoveryIn({ bad: badBetween(10, 14) });
    const ms = { p50Ms: expect.closeTo(40, 1), p99Ms: expect.closeTo(40, 1), p999Ms: expect.closeTo(40, 1) };
    expect(tails).toEqual({
      before: { seconds: 9, planned: 3_600, bad: 0, timedOut: 0, ...ms },
      during: { seconds: 4, planned: 1_600, bad: 1_600, timedOut: 0, ...ms },
      first10S: { seconds: 10, planned: 4_000, bad: 0, timedOut: 0, ...ms },
      rest: { seconds: 16, planned: 6_400, bad: 0, timedOut: 0, ...ms },
    });
  });

  test("have no end where a hundredth was never answered", () => {
    const seen = disturbed();
    const timeline = seen.timeline.map((second) =>
      second.atS === 12 ? { ...second, outcomes: { ok: 340, timeout: 20 }, planned: 440 } : second,
    );
    const { during } = recoveries({ ...seen, timeline })[0]!.tails;
    expect(during).toMatchObject({ planned: 1_640, bad: 100, timedOut: 20, p99Ms: Number.POSITIVE_INFINITY });
    expect(during!.p50Ms).toBeCloseTo(40, 1);
  });
});

describe("metastable", () => {
  const down = (seconds: number, more: Disturbance = {}) =>
    recoveryIn({ seconds, bad: badBetween(10, seconds), ...more }).metastable;

  test.each([
    {
      why: "it is down for a minute and nobody does anything",
      seconds: 75,
      is: { isMetastable: true, afterS: 60 },
    },
    { why: "it was watched for less", seconds: 73, is: { afterS: 60 } },
    {
      why: "ten times the length of the fault take longer",
      seconds: 90,
      more: { faults: [faultSeen(10, 18)] },
      is: { afterS: 80 },
    },
    {
      why: "it came back",
      seconds: 90,
      more: { bad: badBetween(10, 30) },
      is: { isMetastable: false, afterS: 60 },
    },
    {
      why: "it was up in between, if not for five seconds",
      seconds: 90,
      more: { bad: (tenth: number) => (tenth % 50 < 20 ? 0 : badBetween(10, 90)(tenth)) },
      is: { isMetastable: false, afterS: 60 },
    },
  ])("$why", ({ seconds, more, is }) => {
    // Up in between is also up before: what is usual must not suffer from it.
    const bad = more?.bad;
    const own = bad === undefined ? {} : { bad: (tenth: number) => (tenth < 100 ? 0 : bad(tenth)) };
    expect(down(seconds, { ...more, ...own })).toEqual(is);
  });

  test("is what came back only after it had stayed down for so long", () => {
    expect(down(120, { bad: badBetween(10, 80) })).toEqual({ isMetastable: true, afterS: 60 });
    expect(down(120, { bad: badBetween(10, 73) })).toEqual({ isMetastable: false, afterS: 60 });
  });

  test("cannot be told where the seconds after it were not kept", () => {
    const seen = disturbed({ seconds: 90, bad: badBetween(10, 90) });
    const timeline = seen.timeline.filter(({ atS }) => atS < 14 || atS > 88);
    expect(recoveries({ ...seen, timeline })[0]!.metastable).toEqual({ afterS: 60 });
  });

  test.each([
    { why: "more than chance makes of so many", perTenth: 40, requestsPerVisit: 1, is: { afterS: 60 } },
    {
      why: "no more than chance makes of a tenth as many",
      ...{ perTenth: 4, requestsPerVisit: 1, is: { isMetastable: true, afterS: 60 } },
    },
    {
      why: "no more than chance makes of visits of ten requests each",
      ...{ perTenth: 40, requestsPerVisit: 10, is: { isMetastable: true, afterS: 60 } },
    },
    {
      why: "and nobody knows, of so few visits",
      ...{ perTenth: 40, requestsPerVisit: 100, is: { afterS: 60 } },
    },
  ])("under a twentieth more load than before, $why", ({ perTenth, requestsPerVisit, is }) => {
    const seen = disturbed({ seconds: 90, perTenth, faults: [faultSeen(20, 24)], bad: badBetween(20, 90) });
    const planned = Array.from(
      { length: 10 },
      (_, tenth) => perTenth + (tenth % 2 === 0 ? perTenth / 10 : 0),
    );
    const timeline = seen.timeline.map((second) =>
      second.atS < 24 ? second : { ...second, tenths: { planned, good: new Array(10).fill(0) } },
    );
    const plan = { ...seen.plan, arrivals: seen.load.planned / requestsPerVisit };
    expect(recoveries({ ...seen, plan, timeline })[0]!.metastable).toEqual(is);
  });
});

describe("several faults", () => {
  const second = faultSeen(24, 28, { id: "freeze:shop-2@24" });

  test("each has its own window, and the next one ends the watching", () => {
    const [first, later] = recoveries(
      disturbed({
        faults: [faultSeen(10, 14), second],
        bad: (tenth) => badBetween(10, 15)(tenth) + badBetween(24, 28)(tenth),
      }),
    );
    expect(first).toMatchObject({
      watchedS: 10,
      endedBy: second.id,
      others: [],
      window: { spanS: 14, good: 3_600 },
    });
    expect(first!.times).toEqual({ toImpactS: 0, afterClearS: 1, fellAgain: 0 });
    expect(later).toMatchObject({ watchedS: 12, others: [], window: { spanS: 16 }, control: { spanS: 9 } });
    expect(later).not.toHaveProperty("endedBy");
  });

  test("what is down until the next one begins was not seen to be back", () => {
    const [first] = recoveries(disturbed({ faults: [faultSeen(10, 14), second], bad: badBetween(10, 24) }));
    expect(first!.times).toEqual({ toImpactS: 0 });
  });

  test("those that were in place at the same time are named by each other", () => {
    const overlapping = faultSeen(12, 20, { id: "freeze:shop-2@12" });
    const seen = recoveries(disturbed({ faults: [faultSeen(10, 14), overlapping] }));
    expect(seen.map(({ others }) => others)).toEqual([["freeze:shop-2@12"], ["kill:shop-1@10"]]);
  });
});

const { undoneAtS: _, ...left } = faultSeen(10, 14);

describe("nothing is said about getting over", () => {
  test.each([
    { why: "one that was left as it was, because the run was broken off", fault: left },
    {
      why: "a fault nobody saw bite",
      fault: faultSeen(10, 14, { status: "vacuous", because: "no effect was seen" }),
    },
    { why: "one that is still in place", fault: faultSeen(10, 14, { status: "leaked" }) },
    { why: "one that could not be carried out", fault: faultSeen(10, 14, { status: "failed" }) },
  ])("$why", ({ fault }) => {
    expect(recoveries(disturbed({ faults: [fault] }))).toEqual([]);
  });

  test("a run whose seconds have no tenths", () => {
    expect(recoveries({ ...evidence(), faults: [faultSeen(2, 3)] })).toEqual([]);
  });
});

test("without anything usual to compare with there are counts and tails, and the reason", () => {
  const seen = recoveryIn({ faults: [faultSeen(2, 6)], bad: badBetween(2, 7) });
  expect(seen.because).toContain("only 1.00 s of load before the first fault");
  expect(seen).toMatchObject({ duringRatio: 0, window: { planned: 15_200, good: 13_200 } });
  for (const absent of ["times", "usual", "budget", "metastable", "overshoot"])
    expect(seen).not.toHaveProperty(absent);
  expect(seen.window).not.toHaveProperty("loss");
});

test("seconds in which our instrument was not well are counted", () => {
  const seen = ill(disturbed({ bad: badBetween(10, 14) }), { 12: { slipP99Ms: 90 }, 5: { slipP99Ms: 90 } });
  expect(recoveries(seen)[0]!.markedSeconds).toBe(3);
});
