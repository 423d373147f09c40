import { expect, test } from "vitest";
import { LEFT_OUT } from "../../../../targets/shop/data/left-out.ts";
import { NotDone } from "../../../../targets/shop/data/not-done.ts";
import { insisting, leavingOut } from "../../../../targets/shop/services/dispensable.ts";
import { leftMs } from "../../../../targets/shop/services/time-budget.ts";
import { Watch } from "./watch.ts";

const failing = async () => {
  throw new NotDone("unreachable", "gone");
};

function dispensable() {
  const leftOut: string[] = [];
  const watch = new Watch();
  const read = leavingOut({ limitMs: 300, nowMs: watch.now, leftOut: (part) => leftOut.push(part) });
  return { leftOut, read, watch };
}

test("a part whose service does not answer is left out, and counted", async () => {
  const { read, leftOut } = dispensable();
  expect(await read("item.stock", failing)).toBe(LEFT_OUT);
  expect(leftOut).toEqual(["item.stock"]);
});

test("a part that is there is shown, and may take no longer than the rest wants to wait for it", async () => {
  const { read, leftOut, watch } = dispensable();
  expect(await read("item.stock", async () => leftMs(watch.ms, 2_000))).toBe(300);
  expect(leftOut).toEqual([]);
});

test("a bug is not a part that is left out", async () => {
  const { read } = dispensable();
  const broken = async () => {
    throw new TypeError("a bug");
  };
  await expect(read("item.stock", broken)).rejects.toThrow("a bug");
});

test("without governance nothing is left out", async () => {
  await expect(insisting("item.stock", failing)).rejects.toBeInstanceOf(NotDone);
});
