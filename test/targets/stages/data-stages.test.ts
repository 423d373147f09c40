/** Stages 05 to 11: what their variants make of the shop's data. */
import { describe, expect, test } from "vitest";
import { targets } from "../../../targets/catalog.ts";
import { membersOf } from "../../../targets/launch/members.ts";
import { shopConfig } from "../../../targets/launch/render-shop.ts";
import { stage05 } from "../../../targets/stages/stage-05-read-write-split.ts";
import { stage06 } from "../../../targets/stages/stage-06-databases-by-business.ts";
import { stage07 } from "../../../targets/stages/stage-07-split-tables.ts";
import { stage08 } from "../../../targets/stages/stage-08-l4-failover.ts";
import { stage09 } from "../../../targets/stages/stage-09-two-zones.ts";
import { stage10 } from "../../../targets/stages/stage-10-search-and-stores.ts";
import { stage11 } from "../../../targets/stages/stage-11-small-applications.ts";
import type { TargetSpec } from "../../../targets/target.ts";
import { chooseVariants } from "../../../targets/variant.ts";

/** What the first shop is told when the target is chosen so; addresses are names. */
function told(spec: TargetSpec, ...words: string[]) {
  const { spec: chosen, problems } = chooseVariants(spec, words);
  expect(problems).toEqual([]);
  const members = membersOf(chosen);
  const shop = members.find(({ component }) => component === "shop")!;
  const called = members.filter(({ name }) => shop.calls.includes(name));
  return shopConfig(shop, 1, called, (name) => `${name}:1`);
}

const url = (name: string) => `postgres://bench@${name}:1/postgres`;

describe("stage-05", () => {
  test("reads every business from both replicas", () => {
    const { catalog, user, trade } = told(stage05).databases;
    const replicas = [url("db-replica-1"), url("db-replica-2")];
    expect(catalog.replicas).toEqual(replicas);
    expect(user?.replicas).toEqual(replicas);
    expect(trade).toEqual({ shards: [url("db")], replicas: [replicas] });
  });

  test.each([
    { words: [], freshCopies: true },
    { words: ["fresh=off"], freshCopies: undefined },
    { words: ["replicas=0"], freshCopies: undefined },
  ])("with $words fresh copies are kept: $freshCopies", ({ words, freshCopies }) => {
    expect(told(stage05, ...words).freshCopies).toBe(freshCopies);
  });

  test("without replicas everything is read from the primary", () => {
    expect(told(stage05, "replicas=0").databases).toEqual({
      catalog: { primary: url("db"), replicas: [] },
      user: { primary: url("db"), replicas: [] },
      trade: { shards: [url("db")] },
    });
  });
});

test("stage-06 has each business in a database of its own", () => {
  const { catalog, user, trade } = told(stage06).databases;
  expect([catalog.primary, user?.primary, ...(trade?.shards ?? [])]).toEqual(
    ["catalog", "user", "trade"].map(url),
  );
});

describe("stage-07", () => {
  test.each([1, 2, 3, 4])(
    "with %i shards every shop knows them in the same order, and fits on two cores",
    (shards) => {
      const { trade, report } = told(stage07, `shards=${shards}`).databases;
      const names = shards === 1 ? ["trade"] : Array.from({ length: shards }, (_, n) => `trade-${n + 1}`);
      expect(trade).toEqual({ shards: names.map(url) });
      expect(report).toBe(url("report"));
      const { spec } = chooseVariants(stage07, [`shards=${shards}`]);
      const sum = membersOf(spec).reduce((total, { cpuMillicores }) => total + cpuMillicores, 0);
      expect(sum).toBeLessThanOrEqual(2_000);
    },
  );

  test("without a report node the shops know of none", () => {
    expect(told(stage07, "report=0").databases).not.toHaveProperty("report");
  });

  test.each(["whole", "by-month", "by-month-and-user"])(
    "payments lie %s on every shard, and nowhere else",
    (split) => {
      const { spec } = chooseVariants(stage07, [`payments=${split}`]);
      for (const { name, node, settings } of membersOf(spec))
        expect([name, settings.payments]).toEqual([name, node === "trade" ? split : undefined]);
    },
  );
});

describe.each([
  { id: "stage-07", stage: stage07 },
  { id: "stage-08", stage: stage08 },
  { id: "stage-09", stage: stage09 },
  { id: "stage-10", stage: stage10 },
  { id: "stage-11", stage: stage11 },
])("what came with split tables is still there in $id", ({ stage }) => {
  test("payments lie by month and by user, and can lie otherwise", () => {
    for (const split of ["by-month-and-user", "whole"]) {
      const { spec, problems } = chooseVariants(stage, [`payments=${split}`]);
      expect(problems).toEqual([]);
      const trade = membersOf(spec).filter(({ holds }) => holds.includes("trade"));
      expect(new Set(trade.map(({ settings }) => settings.payments))).toEqual(new Set([split]));
    }
  });

  test("a report node asks every shard, and the shop gathers when there is none", () => {
    const report = (...words: string[]) =>
      membersOf(chooseVariants(stage, words).spec).find(({ node }) => node === "report");
    expect(report()?.calls).toEqual(
      membersOf(stage)
        .flatMap(({ name, node }) => (node === "trade" || node === "catalog" ? [name] : []))
        .toSorted((a, b) => Number(b.startsWith("trade")) - Number(a.startsWith("trade"))),
    );
    expect(told(stage).databases.report).toBe(url("report"));
    expect(report("report=0")).toBeUndefined();
    expect(told(stage, "report=0").databases).not.toHaveProperty("report");
  });

  test("fresh copies are kept, unless they are switched off", () => {
    expect(told(stage).freshCopies).toBe(true);
    expect(told(stage, "fresh=off").freshCopies).toBeUndefined();
  });
});

describe.each([
  { id: "stage-09", stage: stage09 },
  { id: "stage-10", stage: stage10 },
  { id: "stage-11", stage: stage11 },
])("in $id", ({ stage }) => {
  const replicasOf = (...words: string[]) => {
    const { spec, problems } = chooseVariants(stage, words);
    expect(problems).toEqual([]);
    return membersOf(spec)
      .filter(({ node }) => node === "trade-replica")
      .map(({ name, zone, replicaOf, shard }) => [name, zone, replicaOf, shard.index]);
  };

  test("each shard of trade streams to the other zone", () => {
    expect(replicasOf()).toEqual([
      ["trade-replica-b", "b", "trade-a", 0],
      ["trade-replica-a", "a", "trade-b", 1],
    ]);
  });

  test("two shards in each zone have two replicas in each", () => {
    expect(replicasOf("shards=2")).toEqual([
      ["trade-replica-b-1", "b", "trade-a-1", 0],
      ["trade-replica-b-2", "b", "trade-a-2", 1],
      ["trade-replica-a-1", "a", "trade-b-1", 2],
      ["trade-replica-a-2", "a", "trade-b-2", 3],
    ]);
    expect(replicasOf("trade-replicas=0", "shards=2")).toEqual([]);
  });

  test("a shop of zone a writes to both shards, and reads that of zone b near by", () => {
    expect(told(stage).databases.trade).toEqual({
      shards: [url("trade-a"), url("trade-b")],
      replicas: [[], [url("trade-replica-a")]],
    });
  });
});

test("all applications of stage-11 that serve one shopper know logins from the same store", () => {
  const members = membersOf(stage11);
  const stores = members
    .filter(({ component, node }) => component === "shop" && node !== "search-app")
    .map((shop) => {
      const called = members.filter(({ name }) => shop.calls.includes(name));
      return [shop.node, shopConfig(shop, 1, called, (name) => `${name}:1`).sessions];
    });
  const inStore = { kept: "server", redis: "redis://carts:1" };
  expect(stores.map(([node]) => node)).toEqual([
    "home-app",
    "home-app",
    "cart-app",
    "trade-app",
    "trade-app",
  ]);
  for (const [node, sessions] of stores) expect([node, sessions]).toEqual([node, inStore]);
});

/** What a stage has no more, and why. */
const gone: Readonly<Record<string, readonly string[]>> = {
  "stage-02": ["slowness"], // What comparisons have to find is tried on the smallest stage, and on the smallest with several shops.
  "stage-03": ["machines"], // It compares the two machines of stage 02 with the one of stage 01.
  "stage-04": ["cache"], // Several shops without a shared cache are a matter of stage 03, with more shops.
  "stage-05": ["planted", "slowness", "sizes"], // The controls of the checks need one stage, and the smallest with several shops will do.
  "stage-09": ["wiring"], // Zones are groups already.
  "stage-11": ["shops", "proxies", "l4"], // Applications are counted one by one; a second balancer in each zone has no budget.
};

test.each(targets.slice(1).map((stage, index) => ({ id: stage.id, stage, before: targets[index]! })))(
  "$id has what the stage before it had: its variants, and its programs",
  ({ id, stage, before }) => {
    const namesOf = ({ variants = {} }: TargetSpec) => Object.keys(variants);
    const missing = namesOf(before).filter((name) => !namesOf(stage).includes(name));
    expect(missing.toSorted()).toEqual((gone[id] ?? []).toSorted());
    const programs = ({ nodes }: TargetSpec) =>
      new Set(Object.values(nodes).map(({ component, tier }) => `${component} of tier ${tier}`));
    expect([...programs(before)].filter((program) => !programs(stage).has(program))).toEqual([]);
  },
);
