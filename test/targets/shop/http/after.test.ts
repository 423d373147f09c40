import { expect, test } from "vitest";
import { after } from "../../../../targets/shop/http/after.ts";

/** Goes on by so much with every look at it. */
const clock = (stepMs: number) => {
  let nowMs = 1_000;
  return () => (nowMs += stepMs);
};

test("less than a timer can tell is waited for turn by turn, and others get theirs meanwhile", async () => {
  const order: string[] = [];
  const done = new Promise<void>((resolve) => {
    after(
      0.3,
      () => {
        order.push("due");
        resolve();
      },
      clock(0.1),
    );
  });
  setImmediate(() => order.push("somebody else"));
  expect(order).toEqual([]);
  await done;
  expect(order).toEqual(["somebody else", "due"]);
});

test("what is due is not waited for", () => {
  let isDone = false;
  after(0, () => (isDone = true), clock(0.1));
  expect(isDone).toBe(true);
});
