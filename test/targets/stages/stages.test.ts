import { describe, expect, test } from "vitest";
import { targets } from "../../../targets/catalog.ts";
import { membersOf, problemsOf } from "../../../targets/launch/members.ts";
import { stage01 } from "../../../targets/stages/stage-01-single-machine.ts";
import { stage08 } from "../../../targets/stages/stage-08-l4-failover.ts";

describe.each(targets.map((target) => ({ id: target.id, target })))("$id", ({ target }) => {
  test("can be brought up as it is declared", () => expect(problemsOf(target)).toEqual([]));

  test("has the default among its strategies", () =>
    expect(target.strategies).toContain(target.defaultStrategy));

  test("can always be sold without care, as the control that must oversell", () =>
    expect(target.strategies).toContain("F0"));

  test("only reserves in a cache it has", () => {
    const hasCache = Object.values(target.nodes).some(({ component }) => component === "redis");
    expect(target.strategies.includes("F8")).toBe(hasCache);
  });

  test("claims something for each of the first scenarios, with a source", () => {
    expect(target.claims.map(({ scenario }) => scenario)).toEqual(["browse", "mixed-daily", "flash-sale"]);
    for (const claim of target.claims) {
      expect(claim.source).not.toBe("");
      expect(claim.ratePerS).toBeGreaterThan(0);
      expect(claim.p99Ms).toBeGreaterThan(0);
      expect(claim.errorRatio).toBeLessThan(0.05);
    }
  });

  test("fits on two cores", () => {
    const sum = membersOf(target).reduce((millicores, member) => millicores + member.cpuMillicores, 0);
    expect(sum).toBeLessThanOrEqual(2_000);
  });

  test("gives every app node at least the 200 m below which a Node process mostly measures itself", () => {
    for (const member of membersOf(target).filter(({ tier }) => tier === "app")) {
      expect(member.cpuMillicores).toBeGreaterThanOrEqual(200);
    }
  });
});

test("the shop and the database of stage-01 share one machine", () => {
  expect(new Set(membersOf(stage01).map(({ machine }) => machine))).toEqual(new Set(["box"]));
});

test("stage-08 is entered through both layer-4 balancers, and says what they stand in for", () => {
  const entries = membersOf(stage08).filter(({ node }) => node === stage08.entry);
  expect(entries.map(({ name, component }) => [name, component])).toEqual([
    ["l4-1", "haproxy"],
    ["l4-2", "haproxy"],
  ]);
  expect(stage08.nodes.l4.standInFor).toMatch(/LVS/);
});

test("the shops of stage-08 have the largest budget of its tiers, so that they saturate first", () => {
  const [largest] = Object.entries(sumByTier()).sort(([, a], [, b]) => b - a);
  expect(largest).toEqual(["app", 800]);
});

function sumByTier(): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { tier, cpuMillicores } of membersOf(stage08)) sums[tier] = (sums[tier] ?? 0) + cpuMillicores;
  return sums;
}
