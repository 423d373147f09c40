import { describe, expect, test } from "vitest";
import { CircuitBreaker } from "../../../../targets/shop/services/circuit-breaker.ts";
import { RetryBudget } from "../../../../targets/shop/services/retry-budget.ts";
import { leftMs, withinBudget } from "../../../../targets/shop/services/time-budget.ts";
import { Watch } from "./watch.ts";

const breakerLimits = { windowS: 5, leastCalls: 10, failureRatio: 0.5, restMs: 1_000 };

describe("a circuit breaker", () => {
  const breakerAfter = (failures: number, successes: number) => {
    const watch = new Watch();
    const breaker = new CircuitBreaker(breakerLimits, watch.now);
    for (let call = 0; call < successes; call++) breaker.succeeded();
    for (let call = 0; call < failures; call++) breaker.failed();
    return { watch, breaker };
  };

  test.each([
    { why: "too few calls say anything", failures: 9, successes: 0, state: "closed" },
    { why: "fewer than half failed", failures: 9, successes: 10, state: "closed" },
    { why: "half failed", failures: 10, successes: 10, state: "open" },
    { why: "all failed", failures: 10, successes: 0, state: "open" },
  ])("is $state when $why", ({ failures, successes, state }) => {
    expect(breakerAfter(failures, successes).breaker.state).toBe(state);
  });

  test("that is open admits nobody, and after its rest one call, on which it hangs", () => {
    const { watch, breaker } = breakerAfter(10, 0);
    watch.ms += 999;
    expect(breaker.admits()).toBe(false);
    watch.ms += 1;
    expect([breaker.admits(), breaker.admits(), breaker.admits()]).toEqual([true, false, false]);
    breaker.failed();
    expect([breaker.state, breaker.admits()]).toEqual(["open", false]);
    watch.ms += 1_000;
    expect(breaker.admits()).toBe(true);
    breaker.succeeded();
    expect([breaker.state, breaker.admits()]).toEqual(["closed", true]);
  });

  test("that closed again has forgotten why it was open", () => {
    const { watch, breaker } = breakerAfter(10, 0);
    watch.ms += 1_000;
    breaker.admits();
    breaker.succeeded();
    breaker.failed();
    expect(breaker.state).toBe("closed");
  });

  test("forgets failures that are older than its window", () => {
    const { watch, breaker } = breakerAfter(9, 0);
    watch.ms += 5_000;
    breaker.failed();
    expect(breaker.state).toBe("closed");
  });
});

test("a retry budget adds at most its ratio to the load of a service that always fails", () => {
  const budget = new RetryBudget(0.1, 10);
  let retries = 0;
  for (let call = 0; call < 10_000; call++) {
    budget.earn();
    if (budget.spend()) retries++;
  }
  // What was saved up, and a tenth of the calls.
  expect(retries).toBeGreaterThan(990);
  expect(retries).toBeLessThanOrEqual(1_010);
});

describe("a time budget", () => {
  test("is known to everything that is done within it, and shrinks", async () => {
    const seen = await withinBudget(500, 1_000, async () => {
      await Promise.resolve();
      return [leftMs(1_000, 2_000), leftMs(1_300, 2_000), leftMs(1_300, 50), leftMs(1_600, 2_000)];
    });
    expect(seen).toEqual([500, 200, 50, 0]);
  });

  test("inside a shorter one gives nobody more", () => {
    expect(withinBudget(100, 1_000, () => withinBudget(500, 1_000, () => leftMs(1_000, 2_000)))).toBe(100);
  });

  test("that nobody set is the usual one", () => expect(leftMs(1_000, 2_000)).toBe(2_000));
});
