/** Stages 05 to 07: what their variants make of the shop's data. */
import { describe, expect, test } from "vitest";
import { membersOf } from "../../../targets/launch/members.ts";
import { shopConfig } from "../../../targets/launch/render-shop.ts";
import { stage05 } from "../../../targets/stages/stage-05-read-write-split.ts";
import { stage06 } from "../../../targets/stages/stage-06-databases-by-business.ts";
import { stage07 } from "../../../targets/stages/stage-07-split-tables.ts";
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
