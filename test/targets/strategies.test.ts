import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { shopConfig } from "../../targets/launch/render-shop.ts";
import { strategyNames } from "../../targets/shop/sale/strategy.ts";
import { stage01 } from "../../targets/stages/stage-01-single-machine.ts";
import { stage08 } from "../../targets/stages/stage-08-l4-failover.ts";
import { missingFor, strategyFacts, whyNotHosted } from "../../targets/strategies.ts";
import type { NodeSpec, Strategy } from "../../targets/target.ts";
import { root } from "../house/files.ts";

const names = Object.keys(strategyFacts) as Strategy[];

test("the shop knows the same strategies by the same names", () => {
  expect(names.toSorted()).toEqual([...strategyNames].toSorted());
});

test("docs/strategies.md has a row for each of them, and for those that are not to be had", () => {
  const page = readFileSync(join(root, "docs/strategies.md"), "utf8");
  for (const name of [...names, "F5", "F10"]) expect(page).toContain(`| ${name} |`);
});

describe("what a strategy needs", () => {
  const trade = (zone?: string): NodeSpec<string> => ({
    ...{ component: "postgres", tier: "db", cpuMillicores: 100, holds: ["trade"] },
    ...(zone !== undefined && { zone }),
  });
  const redis: NodeSpec<string> = { component: "redis", tier: "cache", cpuMillicores: 100 };

  test.each([
    { why: "a database is enough", strategy: "F13", nodes: { db: trade() }, missing: undefined },
    { why: "there is a cache", strategy: "F8", nodes: { db: trade(), redis }, missing: undefined },
    { why: "there is none", strategy: "F8", nodes: { db: trade() }, missing: /F8 .* needs a cache/ },
    {
      why: "the only Redis keeps carts",
      strategy: "F15-fenced",
      nodes: { redis: { ...redis, settings: { keeps: "carts" } } },
      missing: /needs a cache/,
    },
    { why: "there is no queue", strategy: "F9", nodes: { redis }, missing: /needs a queue/ },
    {
      why: "trade is in two zones",
      strategy: "F17",
      nodes: { one: trade("a"), two: trade("b") },
      missing: undefined,
    },
    {
      why: "only a copy of trade is in the other zone",
      strategy: "F17",
      nodes: { one: trade("a"), two: { ...trade("b"), replicaOf: "one" } },
      missing: /several zones, and it has it in one place/,
    },
  ] as const)("$strategy where $why", ({ strategy, nodes, missing }) => {
    const said = missingFor(strategy, { nodes: nodes as Record<string, NodeSpec<string>> });
    if (missing === undefined) expect(said).toBeUndefined();
    else expect(said).toMatch(missing);
  });
});

describe("a strategy that a stage does not host is refused with the reason", () => {
  test.each([
    { word: "F5", spec: stage08, says: /only vendors' own engines do.*stage-08 hosts F0, F1/ },
    { word: "F10", spec: stage08, says: /merger/ },
    { word: "F8", spec: stage01, says: /needs a cache, and it has none \(stage-01 hosts F0, F1/ },
    { word: "F16", spec: stage01, says: /F16-order or F16-payment or F16-reserve/ },
    { word: "F99", spec: stage01, says: undefined },
  ])("$word", ({ word, spec, says }) => {
    if (says === undefined) expect(whyNotHosted(word, spec)).toBeUndefined();
    else expect(whyNotHosted(word, spec)).toMatch(says);
  });
});

test("a shop is told of zones when trade is split over several, with the first shard of each", () => {
  const member = (
    name: string,
    component: "shop" | "postgres",
    zone: string,
    holds: readonly string[] = [],
  ) => ({
    ...{ name, node: name, component, tier: "db", zone, cpuMillicores: 100, machine: undefined },
    ...{ settings: {}, calls: [], holds, shard: { index: 0, count: 1 }, replicaOf: undefined },
  });
  const shop = member("shop", "shop", "b") as never;
  const base = member("base", "postgres", "a", ["catalog", "user"]);
  const shards = ["a", "a", "b", "b"].map((zone, index) => member(`t${index}`, "postgres", zone, ["trade"]));
  const zonesOf = (called: readonly unknown[]) =>
    shopConfig(shop, 1, called as never, () => "127.0.0.1:2").zones;
  const homes = [
    { zone: "a", shard: 0 },
    { zone: "b", shard: 2 },
  ];
  expect(zonesOf([base, ...shards])).toEqual({ own: "b", homes });
  expect(zonesOf([base, shards[0]])).toBeUndefined();
});
