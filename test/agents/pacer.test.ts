import { expect, test } from "vitest";
import { Pacer, type PacerOptions, type Source } from "../../agents/pacer.ts";
import { ManualClock } from "../fakes/manual-clock.ts";

/** Instants from a list, each written down as it is released. */
class Listed implements Source {
  readonly #name: string;
  readonly #instantsMs: number[];
  readonly #clock: ManualClock;
  readonly #log: string[];

  constructor(name: string, instantsMs: number[], clock: ManualClock, log: string[]) {
    this.#name = name;
    this.#instantsMs = instantsMs;
    this.#clock = clock;
    this.#log = log;
  }

  get nextMs(): number {
    return this.#instantsMs[0] ?? Number.POSITIVE_INFINITY;
  }

  release(): void {
    this.#log.push(`${this.#name}${this.#instantsMs.shift()} at ${this.#clock.nowMs()}`);
  }

  add(atMs: number): void {
    this.#instantsMs.push(atMs);
    this.#instantsMs.sort((a, b) => a - b);
  }
}

function paced(lists: Record<string, number[]>, options: PacerOptions = {}, turnMs = 0.25) {
  const clock = new ManualClock({ turnMs });
  const log: string[] = [];
  const sources = Object.entries(lists).map(([name, instantsMs]) => new Listed(name, instantsMs, clock, log));
  return { clock, log, sources, pacer: new Pacer(clock, sources, options) };
}

test("everything is released at its exact instant, in order over all sources", () => {
  const { clock, log, pacer } = paced({ a: [1, 2.5, 40], b: [2, 39.75] });
  pacer.start();
  clock.pass(100);
  expect(log).toEqual(["a1 at 1", "b2 at 2", "a2.5 at 2.5", "b39.75 at 39.75", "a40 at 40"]);
  expect(clock.timers).toBe(0);
});

test("at the same instant the source named first goes first", () => {
  const { clock, log, pacer } = paced({ a: [5], b: [5, 5] });
  pacer.start();
  clock.pass(10);
  expect(log).toEqual(["a5 at 5", "b5 at 5", "b5 at 5"]);
});

test("after a stall everything due comes at once and in order", () => {
  const { clock, log, pacer } = paced({ a: [1, 3, 90], b: [2] });
  pacer.start();
  clock.stall(50);
  clock.pass(0);
  expect(log).toEqual(["a1 at 50", "b2 at 50", "a3 at 50"]);
});

test("catching up leaves turns for I/O in between", () => {
  const { clock, log, pacer } = paced({ a: [1, 2, 3, 4, 5] }, { releasesPerTurn: 2 });
  pacer.start();
  clock.stall(10);
  clock.soon(() => log.push("I/O"));
  clock.pass(10);
  expect(log).toEqual(["a1 at 10", "a2 at 10", "I/O", "a3 at 10", "a4 at 10", "a5 at 10.25"]);
});

test("an instant earlier than the one waited for is not missed after a nudge", () => {
  const { clock, log, pacer, sources } = paced({ a: [100] });
  pacer.start();
  clock.pass(10);
  sources[0]!.add(20);
  pacer.nudge();
  clock.pass(200);
  expect(log).toEqual(["a20 at 20", "a100 at 100"]);
});

test("what is planned for an instant that has passed does not wait for the grain", () => {
  const { clock, log, pacer, sources } = paced({ a: [100] }, { grainMs: 5 });
  pacer.start();
  clock.pass(10);
  sources[0]!.add(10);
  pacer.nudge();
  clock.pass(1);
  expect(log).toEqual(["a10 at 10"]);
});

test("when the loop is awake anyway, what is due is released before its alarm, and nothing that is not", () => {
  const { clock, log, pacer } = paced({ a: [10, 10.125, 10.25, 20] }, { grainMs: 5 });
  pacer.start();
  clock.pass(10);
  pacer.awake(clock.nowMs());
  clock.pass(0.1875);
  pacer.awake(clock.nowMs());
  clock.pass(0);
  expect(log).toEqual(["a10 at 10", "a10.125 at 10.1875"]);
  clock.pass(20);
  expect(log).toEqual(["a10 at 10", "a10.125 at 10.1875", "a10.25 at 15.1875", "a20 at 20.1875"]);
});

test("an instant too near for a sleep is waited for by turning, and the wait is told", () => {
  const options = { grainMs: 5, spinBelowMs: 0.25 };
  const { clock, log, pacer } = paced({ a: [10, 10.125, 10.5] }, options, 0.0625);
  pacer.start();
  clock.pass(10.25);
  expect(log).toEqual(["a10 at 10", "a10.125 at 10.125"]);
  expect(pacer.takeSpunMs()).toBeCloseTo(0.125);
  expect(pacer.takeSpunMs()).toBe(0);
  clock.pass(10);
  expect(log.at(-1)).toBe("a10.5 at 15.125");
});

test("nothing is released after stop, also not by a turn that was coming", () => {
  const { clock, log, pacer } = paced({ a: [10] }, { grainMs: 5 });
  pacer.start();
  clock.stall(10);
  pacer.awake(clock.nowMs());
  pacer.stop();
  clock.pass(30);
  expect(log).toEqual([]);
  expect(clock.timers).toBe(0);
});

test("instants nearer than the grain are waited for together", () => {
  const { clock, log, pacer } = paced({ a: [10, 10.125, 10.25, 20] }, { grainMs: 0.25 });
  pacer.start();
  clock.pass(30);
  expect(log).toEqual(["a10 at 10", "a10.125 at 10.25", "a10.25 at 10.25", "a20 at 20"]);
});

test("nothing is released after stop, also not in the turn that stopped it", () => {
  const clock = new ManualClock();
  const released: number[] = [];
  let nextMs = 1;
  const pacer: Pacer = new Pacer(clock, [
    {
      get nextMs() {
        return nextMs;
      },
      release() {
        released.push(nextMs++);
        if (nextMs === 4) pacer.stop();
      },
    },
  ]);
  pacer.start();
  clock.stall(10);
  clock.pass(20);
  expect(released).toEqual([1, 2, 3]);
  expect(clock.timers).toBe(0);
});
