import { expect, test } from "vitest";
import { FaultsOn } from "../../controller/faults-on.ts";

test("a fault is in place from when it was due to when it was mended, for ever if it never was", () => {
  const on = new FaultsOn();
  on.heard("fault-due", "kill:shop-1@1", 1_500);
  on.heard("fault-due", "freeze:db@2", 2_500);
  on.heard("fault-injected", "freeze:db@2", 3_100);
  on.heard("fault-seen", "kill:shop-1@1", 1_600);
  on.heard("fault-mended", "kill:shop-1@1", 3_200);
  on.heard("fault-leaked", "freeze:db@2", 3_300);
  const seconds = [0, 1, 2, 3, 4].map((second) => on.between(second * 1000, second * 1000 + 1000));
  expect(seconds).toEqual([
    [],
    ["kill:shop-1@1"],
    ["kill:shop-1@1", "freeze:db@2"],
    ["kill:shop-1@1", "freeze:db@2"],
    ["freeze:db@2"],
  ]);
});

test("what was never due was never in place, whatever else is told of it", () => {
  const on = new FaultsOn();
  on.heard("fault-failed", "kill:shop-1@1", 1_000);
  on.heard("fault-mended", "kill:shop-1@1", 2_000);
  on.heard("fault-injected", "freeze:db@2", 2_000);
  on.heard("fault-due", undefined, 2_000);
  expect(on.between(0, 10_000)).toEqual([]);
});

test("the same fault may come again", () => {
  const on = new FaultsOn();
  for (const fromMs of [1_000, 5_000]) {
    on.heard("fault-due", "reset:db@1", fromMs);
    on.heard("fault-mended", "reset:db@1", fromMs + 500);
  }
  expect([1_000, 2_000, 5_000].map((fromMs) => on.between(fromMs, fromMs + 500).length)).toEqual([1, 0, 1]);
});
