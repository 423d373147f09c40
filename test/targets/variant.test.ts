import { describe, expect, test } from "vitest";
import { targets } from "../../targets/catalog.ts";
import { membersOf } from "../../targets/launch/members.ts";
import { shopConfig } from "../../targets/launch/render-shop.ts";
import { stage02 } from "../../targets/stages/stage-02-database-apart.ts";
import { stage03 } from "../../targets/stages/stage-03-caches.ts";
import { stage04 } from "../../targets/stages/stage-04-reverse-proxy.ts";
import { stage08 } from "../../targets/stages/stage-08-l4-failover.ts";
import type { TargetSpec } from "../../targets/target.ts";
import { chooseVariants, variantsOf } from "../../targets/variant.ts";

const named = (spec: TargetSpec, node: string) => membersOf(spec).filter((member) => member.node === node);

test("without words a target is what it is declared to be, and says what every variant is", () => {
  const { spec, variants, problems } = chooseVariants(stage08, []);
  expect(spec).toBe(stage08);
  expect(problems).toEqual([]);
  expect(variants).toMatchObject({ strategy: "F8", shops: "4", shards: "2", lb: "round-robin" });
});

test("a count changes the members, also in what others call", () => {
  const { spec, variants } = chooseVariants(stage08, ["shops=3", "shards=4"]);
  expect(named(spec, "shop").map(({ name }) => name)).toEqual(["shop-1", "shop-2", "shop-3"]);
  expect(named(spec, "proxy")[0]?.calls).toEqual(["shop-1", "shop-2", "shop-3"]);
  expect(named(spec, "trade").map(({ shard }) => shard)).toEqual(
    [0, 1, 2, 3].map((index) => ({ index, count: 4 })),
  );
  expect(variants).toMatchObject({ shops: "3", shards: "4" });
});

test("a count of none leaves the node out, and nobody calls it", () => {
  const { spec, problems } = chooseVariants(stage08, ["replicas=0"]);
  expect(problems).toEqual([]);
  expect(named(spec, "catalog-replica")).toEqual([]);
  expect(named(spec, "shop")[0]?.calls).not.toContain("catalog-replica");
});

test("of several words for one variant the last counts", () =>
  expect(chooseVariants(stage08, ["shops=2", "shops=3"]).variants["shops"]).toBe("3"));

test("half machines have half the budget", () => {
  const { spec } = chooseVariants(stage02, ["machines=half"]);
  expect(membersOf(spec).map(({ cpuMillicores }) => cpuMillicores)).toEqual([150, 150]);
});

test("shops of unequal sizes have together what equal ones have, over and over", () => {
  const budgets = (...words: readonly string[]) =>
    named(chooseVariants(stage04, words).spec, "shop").map(({ cpuMillicores }) => cpuMillicores);
  expect(budgets("sizes=unequal")).toEqual([500, 250, 150]);
  expect(budgets("sizes=equal")).toEqual([300, 300, 300]);
  expect(budgets("sizes=unequal", "shops=4")).toEqual([500, 250, 150, 500]);
});

test("wired in groups each proxy has shops of its own, and none is left out", () => {
  const called = (...words: readonly string[]) =>
    named(chooseVariants(stage08, words).spec, "proxy").map(({ calls }) => calls);
  expect(called("wiring=groups")).toEqual([
    ["shop-1", "shop-3"],
    ["shop-2", "shop-4"],
  ]);
  expect(called("wiring=groups", "proxies=3", "shops=4")).toEqual([
    ["shop-1", "shop-4"],
    ["shop-2"],
    ["shop-3"],
  ]);
  expect(called("wiring=mesh")).toEqual([0, 1].map(() => ["shop-1", "shop-2", "shop-3", "shop-4"]));
  expect(chooseVariants(stage08, ["wiring=groups", "proxies=3", "shops=2"]).problems.join()).toContain(
    "has 3 members, too many for each to have a part of 2 shop",
  );
});

test("cache guards reach the configuration of the shop", () => {
  const configOf = (spec: TargetSpec) => {
    const members = membersOf(spec);
    const shop = members.find(({ component }) => component === "shop")!;
    const called = members.filter(({ name }) => shop.calls.includes(name));
    return shopConfig(shop, 1, called, (name) => `${name}:1`);
  };
  expect(configOf(stage03)).toMatchObject({ negativeCaching: true, singleFlight: true });
  const { spec } = chooseVariants(stage03, ["cache-guards=off"]);
  expect(configOf(spec)).toMatchObject({
    negativeCaching: false,
    singleFlight: false,
    sharedCache: { jitterRatio: 0 },
  });
});

describe("what cannot be is refused, all of it at once", () => {
  test.each([
    { words: ["shop=3"], says: [/shop.*did you mean "?shops/i] },
    { words: ["shops=99"], says: [/shops=99: it is a whole number from 1 to 6/] },
    { words: ["shops=two"], says: [/shops=two/] },
    { words: ["lb=least-con"], says: [/least-con.*least-conn/] },
    { words: ["shops"], says: [/"shops" is not a variant; write name=value/] },
    { words: ["strategy=F99", "lbb=x"], says: [/F99/, /lbb/] },
  ])("$words", ({ words, says }) => {
    const { problems, spec } = chooseVariants(stage08, words);
    expect(problems).toHaveLength(says.length);
    for (const [index, pattern] of says.entries()) expect(problems[index]).toMatch(pattern);
    expect(spec).toBe(stage08);
  });

  test("selling out of a cache that was left out", () => {
    const { problems } = chooseVariants(stage03, ["cache=0"]);
    expect(problems.join()).toMatch(/F8/);
    expect(chooseVariants(stage03, ["cache=0", "strategy=F2"]).problems).toEqual([]);
  });
});

describe.each(targets.map((target) => ({ id: target.id, target })))("every variant of $id", ({ target }) => {
  test.each(
    Object.entries(variantsOf(target)).flatMap(([name, { values }]) =>
      ("least" in values ? [String(values.least), String(values.most)] : values).map(
        (value) => `${name}=${value}`,
      ),
    ),
  )("%s can be brought up, or says why not", (word) => {
    const { spec, problems } = chooseVariants(target, [word]);
    if (problems.length === 0) expect(membersOf(spec).length).toBeGreaterThan(0);
    else expect(problems.join()).toContain(word);
  });
});
