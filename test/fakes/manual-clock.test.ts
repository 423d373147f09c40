import { expect, test } from "vitest";
import { sleep } from "../../base/clock.ts";
import { ManualClock } from "./manual-clock.ts";

test("timers ring at their exact instants, in order, also those set meanwhile", () => {
  const clock = new ManualClock();
  const rung: [string, number][] = [];
  clock.after(2.5, () => rung.push(["late", clock.nowMs()]));
  clock.after(1, () => {
    rung.push(["early", clock.nowMs()]);
    clock.after(0.5, () => rung.push(["nested", clock.nowMs()]));
  });
  clock.pass(10);
  expect(rung).toEqual([
    ["early", 1],
    ["nested", 1.5],
    ["late", 2.5],
  ]);
  expect(clock.nowMs()).toBe(10);
});

test("a cancelled timer does not ring", () => {
  const clock = new ManualClock();
  let hasRung = false;
  clock.after(1, () => {
    hasRung = true;
  })();
  clock.pass(5);
  expect(hasRung).toBe(false);
  expect(clock.timers).toBe(0);
});

test("asking for turn after turn lets time pass", () => {
  const clock = new ManualClock({ turnMs: 0.25 });
  const turnsAtMs: number[] = [];
  const turn = () => {
    turnsAtMs.push(clock.nowMs());
    if (clock.nowMs() < 1) clock.soon(turn);
  };
  clock.soon(turn);
  clock.pass(2);
  expect(turnsAtMs).toEqual([0, 0.25, 0.5, 0.75, 1]);
});

test("a stall makes timers late and loses none", () => {
  const clock = new ManualClock();
  const rungAtMs: number[] = [];
  clock.after(1, () => rungAtMs.push(clock.nowMs()));
  clock.after(2, () => rungAtMs.push(clock.nowMs()));
  clock.stall(50);
  clock.pass(0);
  expect(rungAtMs).toEqual([50, 50]);
});

test("it will do for whatever sleeps on a clock", async () => {
  const clock = new ManualClock();
  const slept = sleep(1000, undefined, clock);
  clock.pass(1000);
  await slept;
});
