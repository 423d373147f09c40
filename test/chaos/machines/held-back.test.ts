/** The look at a machine: from before the fault, during it, and after. */
import { expect, test } from "vitest";
import type { CpuReading } from "../../../chaos/machines/cpu-reading.ts";
import { HeldBack } from "../../../chaos/machines/held-back.ts";
import type { NodeHandle } from "../../../targets/running-target.ts";
import { ManualClock } from "../../fakes/manual-clock.ts";

const node = { name: "shop" } as NodeHandle;
const signal = new AbortController().signal;

/** A machine with a period every 20 ms, held back in this share of them. */
class Machine {
  heldBackRatio = 0;
  readonly #clock: ManualClock;
  #periods = 0;
  #throttled = 0;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  pass(ms: number): void {
    this.#clock.pass(ms);
    this.#periods += ms / 20;
    this.#throttled += (ms / 20) * this.heldBackRatio;
  }

  read = async (): Promise<CpuReading> => ({
    atMs: this.#clock.nowMs(),
    cpuS: new Map([[1, this.#clock.nowMs() / 10_000]]),
    periods: this.#periods,
    throttledPeriods: this.#throttled,
  });
}

async function watched() {
  const clock = new ManualClock();
  const machine = new Machine(clock);
  const watch = await HeldBack.begin(node, clock, machine.read);
  return { machine, watch };
}

test("nothing is seen before it is disturbed", async () => {
  const { machine, watch } = await watched();
  machine.heldBackRatio = 1;
  machine.pass(1_000);
  expect(await watch.seen()).toBeUndefined();
});

test("it is seen when the machine is held back more than before, and no longer once it is calm", async () => {
  const { machine, watch } = await watched();
  machine.pass(1_000);
  await watch.disturb(signal);
  machine.heldBackRatio = 0.8;
  machine.pass(200);
  expect(await watch.seen()).toMatch(/^held back in 80 % of the scheduler's periods, 0 % before/);
  machine.heldBackRatio = 0;
  await watch.calm();
  machine.pass(200);
  expect(await watch.seen()).toBeUndefined();
});

test("a fault without effect is not seen", async () => {
  const { machine, watch } = await watched();
  machine.heldBackRatio = 0.3;
  machine.pass(1_000);
  await watch.disturb(signal);
  machine.pass(2_000);
  expect(await watch.seen()).toBeUndefined();
});

test("it looks for half a second at least before it lets the fault go on", async () => {
  const { machine, watch } = await watched();
  machine.pass(100);
  let isThrough = false;
  const through = watch.disturb(signal).then(() => (isThrough = true));
  machine.pass(399);
  await Promise.resolve();
  expect(isThrough).toBe(false);
  machine.pass(1);
  await through;
});

test("it lets go of a fault that is broken off meanwhile", async () => {
  const { watch } = await watched();
  const stop = new AbortController();
  const through = watch.disturb(stop.signal);
  stop.abort(new Error("the run is over"));
  await expect(through).rejects.toThrow("the run is over");
});
