import { describe, expect, it } from "vitest";
import type { ProbeSeen } from "../../../verdict/capacity/probe.ts";
import { decidedBy, reliefOf, tiersToRelieve } from "../../../verdict/capacity/relief.ts";
import { saturatedIn } from "../../../verdict/capacity/saturated.ts";
import type { NodeSeen } from "../../../verdict/evidence.ts";

const node = (name: string, tier: string, cpuUsedRatio: number): NodeSeen => ({
  ...{ name, tier, cpuUsedRatio, cpuBudgetMillicores: 200, throttledRatio: cpuUsedRatio },
});
const bothFull = [node("proxy", "proxy", 0.97), node("db", "db", 0.98), node("shop-1", "app", 0.5)];
const probe = (completedPerS: number, nodes = bothFull): ProbeSeen => ({
  ...{ aim: "overload", ratePerS: 300, spanS: 3, offeredPerS: 300, completedPerS, goodPerS: 0 },
  ...{ late: { of: 900, missed: 900 }, errors: { of: 900, missed: 0 }, p50Ms: 1, p90Ms: 1, p99Ms: 900 },
  ...{ answer: "bad", because: "", nodes, agentCpuRatio: 0.1, usedCores: 1, folder: "probes/01" },
});
const undecided = saturatedIn([bothFull]);

describe("the relief of full tiers", () => {
  it("is asked for where use cannot decide between full tiers, the busiest first, and nowhere else", () => {
    expect(undecided.sureness).toBe("undecided");
    expect(tiersToRelieve([probe(200)], undecided)).toEqual(["db", "proxy"]);
    const alone = [node("proxy", "proxy", 0.97), node("db", "db", 0.5)];
    expect(tiersToRelieve([probe(200, alone)], saturatedIn([alone]))).toEqual([]);
    const idle = [node("proxy", "proxy", 0.5), node("db", "db", 0.52)];
    expect(tiersToRelieve([probe(200, idle)], saturatedIn([idle]))).toEqual([]);
    // One is full, and its neighbour is not: use says "likely" or nothing, and there is no rival.
    const near = [node("proxy", "proxy", 0.8), node("db", "db", 0.88)];
    expect(tiersToRelieve([probe(200, near)], saturatedIn([near]))).toEqual([]);
  });

  it("decides for the only tier whose relief was felt", () => {
    const [db, proxy] = [reliefOf("db", probe(200), probe(204)), reliefOf("proxy", probe(200), probe(280))];
    const decided = decidedBy(undecided, [db, proxy]);
    expect(decided).toMatchObject({ tier: "proxy", nodes: ["proxy"], sureness: "sure" });
    expect(decided.because).toMatch(/db \+2.*proxy \+40/);
  });

  it("is only likely when it was felt a little, for it is one pair of probes", () => {
    const little = [reliefOf("db", probe(200), probe(204)), reliefOf("proxy", probe(200), probe(230))];
    expect(decidedBy(undecided, little)).toMatchObject({ tier: "proxy", sureness: "likely" });
  });

  it("knows which tiers were tried without an answer, and does not take the others for all", () => {
    const lost = reliefOf("db", probe(200), { ...probe(210), answer: "unsound", because: "late agents" });
    expect(lost).toEqual({ tier: "db", nodes: ["db"], because: "late agents" });
    const felt = decidedBy(undecided, [lost, reliefOf("proxy", probe(200), probe(280))]);
    expect(felt).toMatchObject({ tier: "proxy", sureness: "likely" });
    const unfelt = decidedBy(undecided, [lost, reliefOf("proxy", probe(200), probe(204))]);
    expect(unfelt.sureness).toBe("undecided");
    expect(unfelt.because).not.toContain("full together");
    expect(unfelt.because).toContain("late agents");
  });

  it("leaves it undecided when no relief alone was felt, or several were", () => {
    const none = decidedBy(undecided, [
      reliefOf("db", probe(200), probe(204)),
      reliefOf("proxy", probe(200), probe(196)),
    ]);
    expect(none.sureness).toBe("undecided");
    expect(none.because).toMatch(/proxy -2.*full together/);
    const both = decidedBy(undecided, [
      reliefOf("db", probe(200), probe(240)),
      reliefOf("proxy", probe(200), probe(250)),
    ]);
    expect(both.sureness).toBe("undecided");
    expect(both.because).toContain("more than one was felt");
  });

  it("is not known when the target was given hardly more than it carried", () => {
    const relief = reliefOf("db", probe(280), probe(298));
    expect(relief).not.toHaveProperty("moreRatio");
    expect(relief.because).toContain("given only 7.14 % more than it carried");
    expect(decidedBy(undecided, [relief, reliefOf("proxy", probe(280), probe(290))])).toMatchObject({
      sureness: "undecided",
      because: expect.stringContaining("none of those that are known was felt"),
    });
  });

  it("of nobody changes nothing", () => {
    expect(decidedBy(undecided, [])).toBe(undecided);
  });
});
