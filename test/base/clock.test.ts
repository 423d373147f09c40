import { describe, expect, test } from "vitest";
import { type Clock, sleep, systemClock } from "../../base/clock.ts";

/** One timer, set off by hand. */
class OneTimer implements Clock {
  askedMs: number | undefined;
  isCancelled = false;
  #then: () => void = () => undefined;

  nowMs = () => 0;
  epochMs = () => 0;
  soon = (then: () => void) => then();
  after(delayMs: number, then: () => void): () => void {
    this.askedMs = delayMs;
    this.#then = then;
    return () => {
      this.isCancelled = true;
    };
  }
  ring(): void {
    this.#then();
  }
}

describe("sleeping", () => {
  test("ends when the clock rings", async () => {
    const clock = new OneTimer();
    const sleeping = sleep(250, undefined, clock);
    expect(clock.askedMs).toBe(250);
    clock.ring();
    await sleeping;
  });

  test("ends with the reason of an abort, and leaves no timer behind", async () => {
    const clock = new OneTimer();
    const abort = new AbortController();
    const sleeping = sleep(250, abort.signal, clock);
    abort.abort(new Error("Ctrl-C"));
    await expect(sleeping).rejects.toThrow("Ctrl-C");
    expect(clock.isCancelled).toBe(true);
  });

  test("does not begin after an abort", async () => {
    const clock = new OneTimer();
    await expect(sleep(250, AbortSignal.abort(new Error("too late")), clock)).rejects.toThrow("too late");
    expect(clock.askedMs).toBeUndefined();
  });

  test("that has ended no longer listens to the signal", async () => {
    const clock = new OneTimer();
    const abort = new AbortController();
    const sleeping = sleep(250, abort.signal, clock);
    clock.ring();
    await sleeping;
    abort.abort();
    expect(clock.isCancelled).toBe(false);
  });
});

describe("the clock of the machine", () => {
  test("never goes back", () => {
    let earlierMs = systemClock.nowMs();
    for (let look = 0; look < 1_000; look++) {
      const nowMs = systemClock.nowMs();
      expect(nowMs).toBeGreaterThanOrEqual(earlierMs);
      earlierMs = nowMs;
    }
  });

  test("calls at the next turn, and never when cancelled", async () => {
    const called: string[] = [];
    systemClock.after(0, () => called.push("cancelled"))();
    await new Promise<void>((resolve) => systemClock.after(0, resolve));
    await new Promise<void>((resolve) => systemClock.soon(resolve));
    expect(called).toEqual([]);
  });

  test("knows the wall-clock in milliseconds since 1970", () => {
    expect(Math.abs(systemClock.epochMs() - Date.now())).toBeLessThan(1_000);
  });
});
