/** What a probe says, by the evidence it left: three seconds of 400 requests each. */
import { describe, expect, it } from "vitest";
import type { SecondHealth } from "../../../metrics/second-health.ts";
import { type ProbeAsked, probeSeen } from "../../../verdict/capacity/probe-seen.ts";
import type { Evidence } from "../../../verdict/evidence.ts";
import { judge } from "../../../verdict/judge.ts";
import { evidence, ill, type Spoiling, without } from "../../fakes/evidence.ts";

const asked: ProbeAsked = {
  ...{ aim: "rise", folder: "probes/01", earlier: [], cores: 2 },
  objective: { p99Ms: 250, errorRatio: 0.001 },
};

/** So many of its requests not in time, second by second. */
function probed(late: readonly number[], spoiling: Spoiling<Evidence> = {}): Evidence {
  const base = without(evidence(spoiling), "correctness");
  const planned = new Array<number>(10).fill(40);
  const timeline = base.timeline.slice(0, late.length).map((second, at) => {
    let missed = late[at] ?? 0;
    const good = planned.map((count) => {
      const less = Math.min(count, missed);
      missed -= less;
      return count - less;
    });
    return { ...second, tenths: { planned, good } };
  });
  const requests = 400 * late.length;
  return {
    ...base,
    ...{ timeline, ending: { ...base.ending, measuredS: late.length } },
    plan: { ...base.plan, durationS: late.length, arrivals: requests },
    load: { ...base.load, planned: requests, fired: requests, completed: requests },
    overall: { ...base.overall, count: requests, outcomes: { ok: requests } },
  };
}
const seenIn = (seen: Evidence, more: Partial<ProbeAsked> = {}) =>
  probeSeen({ ...asked, ...more }, seen, judge(seen, undefined));

const busy = { instrument: { hostPressure: { cpuBusyRatio: 0.97 } } };
/** One collection, which is longer than our own lateness may be. */
const sick: Partial<SecondHealth> = { gcPauseMs: 60 };
const full = (cpuUsedRatio: number): Spoiling<Evidence> => ({
  nodes: [{ name: "shop-1", tier: "app", cpuBudgetMillicores: 200, cpuUsedRatio, throttledRatio: 0.5 }],
});

describe("a probe", () => {
  it("tells its rates, its shares and whether it kept the objective", () => {
    expect(seenIn(probed([0, 0, 0]))).toMatchObject({
      ...{ aim: "rise", answer: "good", ratePerS: 400, spanS: 3, goodPerS: 400, folder: "probes/01" },
      ...{ late: { of: 1_200, missed: 0 }, errors: { of: 1_200, missed: 0 } },
    });
    expect(seenIn(probed([50, 50, 50]))).toMatchObject({ answer: "bad", goodPerS: 350 });
    expect(seenIn(probed([4, 4, 4])).answer).toBe("open");
  });

  it("is seen together with earlier ones that proved nothing", () => {
    const earlier = [{ late: { of: 5_000, missed: 90 }, errors: { of: 5_000, missed: 0 } }];
    expect(seenIn(probed([4, 4, 4]), { earlier }).answer).toBe("bad");
  });

  it.each([
    { why: "bad", late: [50, 50, 50] },
    { why: "open, which would count as bad in the end", late: [4, 4, 4] },
  ])("is unsound on a full machine when it is $why", ({ late }) => {
    const seen = seenIn(probed(late, busy));
    expect(seen.answer).toBe("unsound");
    expect(seen.because).toContain("the machine itself was full: of 2 cores");
  });

  it("is good on a full machine, for nothing is easier there", () => {
    expect(seenIn(probed([0, 0, 0], busy)).answer).toBe("good");
  });

  it("tells cores by budgets, and shares of a core where nobody holds any", () => {
    const used: Spoiling<Evidence> = {
      instrument: { hostPressure: { cpuBusyRatio: 0.5 }, agentCpuRatio: 0.2 },
    };
    const held = seenIn(probed([0, 0, 0], { ...full(0.8), ...used, plan: { agents: 1 }, agents: [] }));
    expect(held.usedCores).toBeCloseTo(0.8 * 0.2 + 0.2, 9);
    expect(held.otherCores).toBeCloseTo(1 - 0.36, 9);
    const targetSeen = { budgets: { mechanism: "none" } };
    const free = seenIn(
      probed([0, 0, 0], { ...full(0.8), ...used, targetSeen, plan: { agents: 1 }, agents: [] }),
    );
    expect(free.usedCores).toBeCloseTo(0.8 + 0.2, 9);
  });

  it("is plainly bad by a full machine of the target, but not where nobody holds budgets", () => {
    expect(seenIn(probed([200, 200, 200], full(0.97)))).toMatchObject({ answer: "bad", isPlain: true });
    const targetSeen = { budgets: { mechanism: "none" } };
    expect(seenIn(probed([200, 200, 200], { ...full(0.97), targetSeen }))).not.toHaveProperty("isPlain");
  });
});

describe("a probe in some seconds of which our instrument was not well", () => {
  it("is unsound when only those make it bad", () => {
    const seen = seenIn(ill(probed([60, 0, 0, 0, 0]), { 0: sick }));
    expect(seen.answer).toBe("unsound");
    expect(seen.because).toContain("1 gc");
  });

  it("is unsound when nothing is left without them and those beside them", () => {
    expect(seenIn(ill(probed([20, 20, 20]), { 1: sick })).answer).toBe("unsound");
  });

  it("is bad when the others are bad alone", () => {
    expect(seenIn(ill(probed([60, 0, 40, 40, 40]), { 0: sick })).answer).toBe("bad");
  });

  it("is bad when it is plain, for no bad second of ours fills a machine of the target", () => {
    expect(seenIn(ill(probed([200, 200, 200], full(0.97)), { 1: sick }))).toMatchObject({
      ...{ answer: "bad", isPlain: true },
    });
  });

  it("is good when it is good all the same, and unsound when they alone keep it from that", () => {
    expect(seenIn(ill(probed([0, 0, 0]), { 1: sick })).answer).toBe("good");
    expect(seenIn(ill(probed([12, 0, 0, 0]), { 0: sick })).answer).toBe("unsound");
    expect(seenIn(ill(probed([4, 4, 4, 4, 4]), { 0: sick })).answer).toBe("open");
  });
});

describe("a probe during which a queue grows", () => {
  /** Half of the requests of each second took at most so long. */
  const halves = (p50sMs: readonly number[], spoiling: Spoiling<Evidence> = full(0.97)): Evidence => {
    const seen = probed(
      p50sMs.map(() => 0),
      spoiling,
    );
    return { ...seen, timeline: seen.timeline.map((second, at) => ({ ...second, p50Ms: p50sMs[at] ?? 0 })) };
  };

  it("is bad although nothing is late yet, for a full machine is given more than it can do", () => {
    const seen = seenIn(halves([40, 70, 110]));
    expect(seen).toMatchObject({ answer: "bad", late: { missed: 0 } });
    expect(seen.because).toContain("longer by 35.0 ms each second");
    expect(seen).not.toHaveProperty("isPlain");
    expect(seen).not.toHaveProperty("isCold");
  });

  it.each([
    { why: "it grows by less than the search leaves open", seen: halves([40, 55, 70]) },
    { why: "it goes up and down, as at any load near the end", seen: halves([40, 120, 90]) },
    {
      why: "no machine of the target is full: something stood still",
      seen: halves([40, 70, 110], full(0.6)),
    },
    {
      why: "the load itself grows, as that of a sale does",
      seen: halves([40, 70, 110], { ...full(0.97), plan: { meanPerS: 200 } }),
    },
  ])("is good when $why", ({ seen }) => expect(seenIn(seen).answer).toBe("good"));

  it("is unsound when a second of ours, and those beside it, are all there is to see it by", () => {
    expect(seenIn(ill(halves([40, 70, 110, 110.5, 111]), { 1: sick })).answer).toBe("good");
    expect(seenIn(ill(halves([40, 70, 110, 150, 200]), { 1: sick })).answer).toBe("unsound");
  });
});

describe("a probe that began before the target was warm", () => {
  it("is open, and told as such, when everything after its first second is proven good", () => {
    const seen = seenIn(probed([60, 0, 0]));
    expect(seen).toMatchObject({ answer: "open", isCold: true });
    expect(seen.because).toContain("not warm yet");
  });

  it("is bad when what follows is not proven good, or when it is plain", () => {
    expect(seenIn(probed([60, 6, 6])).answer).toBe("bad");
    expect(seenIn(probed([400, 0, 0], full(0.97))).answer).toBe("bad");
  });

  it("is what is looked for right after an overload", () => {
    expect(seenIn(probed([60, 0, 0]), { aim: "comeback" }).answer).toBe("bad");
  });
});
