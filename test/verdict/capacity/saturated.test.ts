import { describe, expect, it } from "vitest";
import { busiestUse, saturatedIn, saturatedUnheld } from "../../../verdict/capacity/saturated.ts";
import type { NodeSeen } from "../../../verdict/evidence.ts";

const node = (name: string, tier: string, cpuUsedRatio: number, more: Partial<NodeSeen> = {}): NodeSeen => ({
  ...{ name, tier, cpuUsedRatio, cpuBudgetMillicores: 200, throttledRatio: cpuUsedRatio },
  ...more,
});

describe("the tier that saturated", () => {
  it("is the one with the busiest node, and sure when it is full and alone", () => {
    const found = saturatedIn([
      [node("shop-1", "app", 0.97), node("shop-2", "app", 0.95), node("db", "db", 0.4)],
    ]);
    expect(found).toMatchObject({ tier: "app", nodes: ["shop-1", "shop-2"], sureness: "sure" });
    expect(found.because).toContain("97.0 %");
  });

  it("is only likely when it is not full, and undecided when another is as busy", () => {
    expect(saturatedIn([[node("db", "db", 0.8), node("shop", "app", 0.4)]]).sureness).toBe("likely");
    expect(saturatedIn([[node("db", "db", 0.9), node("shop", "app", 0.88)]]).sureness).toBe("undecided");
  });

  it("is none when nobody was near its budget", () => {
    const found = saturatedIn([[node("db", "db", 0.3), node("shop", "app", 0.5)]]);
    expect(found.tier).toBeUndefined();
    expect(found.because).toContain("waits for something else");
  });

  it("is told by means over the probes, so that one moment does not decide", () => {
    const found = saturatedIn([
      [node("db", "db", 1), node("shop", "app", 0.9)],
      [node("db", "db", 0.3), node("shop", "app", 0.98)],
    ]);
    expect(found.tier).toBe("app");
  });

  it("is none where nobody holds budgets, whatever share of a core the busiest used", () => {
    const found = saturatedUnheld([[node("db", "db", 0.3), node("shop", "app", 0.97)]]);
    expect(found).toMatchObject({ nodes: [], sureness: "undecided" });
    expect(found.tier).toBeUndefined();
    expect(found.because).toContain("shop with 97.0 % of a core");
  });

  it("uses as much as its busiest machine, and nothing when nothing is known", () => {
    const box = { machine: "box" };
    expect(busiestUse([node("shop", "app", 0.9, box), node("db", "db", 0.5, box)])).toBeCloseTo(0.7, 9);
    expect(busiestUse([])).toBe(0);
  });

  it("counts nodes of one machine together, for the tier that uses most of it", () => {
    const machine = { machine: "host", cpuBudgetMillicores: 200 };
    const found = saturatedIn([
      [node("shop", "app", 1.3, machine), node("db", "db", 0.6, machine), node("lonely", "cache", 0.5)],
    ]);
    expect(found).toMatchObject({ tier: "app", nodes: ["shop"], sureness: "sure" });
    expect(found.because).toContain("95.0 %");
  });
});
