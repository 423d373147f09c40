import { expect, test } from "vitest";
import { ID_STEP, shardOfId, shardOfItem } from "../../../targets/shop/data/shard.ts";
import { trade } from "../../../targets/shop/seed/trade.ts";

test.each([1, 2, 3, 64])("%i shards share the items evenly and without gaps", (shards) => {
  const counts = new Array<number>(shards).fill(0);
  for (let itemId = 1; itemId <= shards * 100; itemId++) counts[shardOfItem(itemId, shards)]! += 1;
  expect(counts).toEqual(new Array(shards).fill(100));
});

test("an id of the sequence says its shard, whatever the number of shards", () => {
  for (const shard of [0, 1, 63]) {
    for (const n of [1, 2, 1_000_000]) expect(shardOfId(n * ID_STEP + shard)).toBe(shard);
  }
});

test("rows and sequences of a shard are seeded by the same rule", () => {
  const rows = trade.rows({ items: 10, categories: 1, users: 1, shard: 1, shards: 2 });
  expect(rows).toContain(`order_ids RESTART ${ID_STEP + 1}`);
  expect(rows).toContain(`sale_ids RESTART ${ID_STEP + 1}`);
  expect(rows).toContain("n % 2 = 1");
  expect(shardOfItem(3, 2)).toBe(1);
});
