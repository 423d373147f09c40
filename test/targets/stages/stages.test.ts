import { describe, expect, test } from "vitest";
import { targets } from "../../../targets/catalog.ts";
import { membersOf, problemsOf } from "../../../targets/launch/members.ts";
import { shopConfig } from "../../../targets/launch/render-shop.ts";
import { stage01 } from "../../../targets/stages/stage-01-single-machine.ts";
import { stage08 } from "../../../targets/stages/stage-08-l4-failover.ts";
import { stage09 } from "../../../targets/stages/stage-09-two-zones.ts";
import { missingFor, strategyFacts } from "../../../targets/strategies.ts";
import type { Strategy } from "../../../targets/target.ts";
import { chooseVariants } from "../../../targets/variant.ts";

describe.each(targets.map((target) => ({ id: target.id, target })))("$id", ({ target }) => {
  test("can be brought up as it is declared", () => expect(problemsOf(target)).toEqual([]));

  test("has the default among its strategies", () =>
    expect(target.strategies).toContain(target.defaultStrategy));

  test("can always be sold without care, as the control that must oversell", () =>
    expect(target.strategies).toContain("F0"));

  test("hosts every way of selling that it has what it takes for, and no other", () => {
    const possible = (Object.keys(strategyFacts) as Strategy[]).filter(
      (strategy) => missingFor(strategy, target) === undefined,
    );
    expect(target.strategies.toSorted()).toEqual(possible.toSorted());
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
    const members = membersOf(target);
    const hasServices = members.some(({ tier }) => tier === "service");
    // A dozen processes with 200 m each do not fit on two cores. Where an application calls services, the two of them
    // share the work of one process before, and its 200 m.
    // Where a bus stands between them, three processes do.
    const hasBus = members.some(({ tier }) => tier === "bus");
    const least = hasServices ? { app: hasBus ? 100 : 125, service: 60 } : { app: 200, service: 200 };
    for (const { tier, cpuMillicores } of members) {
      if (tier === "app" || tier === "service") expect(cpuMillicores).toBeGreaterThanOrEqual(least[tier]);
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

test("stage-09 has the same in both zones, except for data that has one home", () => {
  const members = membersOf(stage09);
  const inZone = (zone: string) =>
    members.filter((member) => member.zone === zone && member.tier !== "db").map(({ node }) => node);
  expect(inZone("b")).toEqual(["l4", "proxy", "shop", "shop", "cache"]);
  expect(inZone("a").filter((node) => node !== "sale-counters")).toEqual(inZone("b"));
  expect(members.filter(({ node }) => node === "trade").map(({ zone }) => zone)).toEqual(["a", "b"]);
});

test.each([
  { lookups: "ignore", ttlS: 5 },
  { lookups: "geo", ttlS: 5 },
])("dns=$lookups of stage-09 is told to who asks its name server", ({ lookups, ttlS }) => {
  const { spec, problems } = chooseVariants(stage09, [`dns=${lookups}`]);
  expect(problems).toEqual([]);
  expect(spec.nodes["dns"]?.settings).toEqual({ lookups, ttlS });
});

test("dns-ttl of stage-09 is how long its answers may be kept", () => {
  expect(chooseVariants(stage09, ["dns-ttl=60"]).spec.nodes["dns"]?.settings).toEqual({ ttlS: 60 });
});

test("all shops of stage-09 count sales in one Redis, and keep pages in that of their zone", () => {
  const members = membersOf(stage09);
  const told = members
    .filter(({ component }) => component === "shop")
    .map((shop) => {
      const called = members.filter(({ name }) => shop.calls.includes(name));
      const { redis, saleCounters, zones } = shopConfig(shop, 1, called, (name) => `${name}:1`);
      return [shop.name, redis, saleCounters, zones?.own];
    });
  expect(told).toEqual([
    ["shop-a-1", "redis://cache-a:1", "redis://sale-counters:1", "a"],
    ["shop-a-2", "redis://cache-a:1", "redis://sale-counters:1", "a"],
    ["shop-b-1", "redis://cache-b:1", "redis://sale-counters:1", "b"],
    ["shop-b-2", "redis://cache-b:1", "redis://sale-counters:1", "b"],
  ]);
});

test("with a cdn, the name of stage-09 leads to the edge of each zone instead of to its layer-4 balancer", () => {
  const { spec, problems } = chooseVariants(stage09, ["cdn=on"]);
  expect(problems).toEqual([]);
  const members = membersOf(spec);
  expect(members.find(({ name }) => name === "dns")?.calls).toEqual(["edge-a", "edge-b"]);
  expect(members.find(({ name }) => name === "edge-b")).toMatchObject({
    ownAddress: "127.0.11.1",
    calls: ["l4-b"],
  });
});
