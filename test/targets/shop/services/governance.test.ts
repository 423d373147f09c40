import { describe, expect, test } from "vitest";
import { NotDone } from "../../../../targets/shop/data/not-done.ts";
import { CircuitBreaker } from "../../../../targets/shop/services/circuit-breaker.ts";
import {
  CallFailed,
  type GovernanceLimits,
  GovernedCalls,
  type Refusal,
} from "../../../../targets/shop/services/governed-calls.ts";
import { RetryBudget } from "../../../../targets/shop/services/retry-budget.ts";
import { leftMs, withinBudget } from "../../../../targets/shop/services/time-budget.ts";

/** Simulated time. */
class Watch {
  ms = 1_000_000;
  readonly now = () => this.ms;
}

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

describe("governed calls", () => {
  const limits: GovernanceLimits = {
    breaker: breakerLimits,
    inFlightLimit: 2,
    retryRatio: 0.1,
    retriesSaved: 3,
    timeoutMs: 400,
  };
  const governed = () => {
    const watch = new Watch();
    const refusals: Refusal[] = [];
    const calls = new GovernedCalls("stock", limits, watch.now, (refusal) => refusals.push(refusal));
    return { watch, refusals, calls };
  };
  /** Fails as often as it has outcomes, then answers. */
  const flaky = (...outcomes: CallFailed["outcome"][]) => {
    const timeouts: number[] = [];
    const once = async (timeoutMs: number) => {
      timeouts.push(timeoutMs);
      const outcome = outcomes.shift();
      if (outcome !== undefined) throw new CallFailed(outcome, "no answer");
      return "answer";
    };
    return { timeouts, once };
  };

  test.each([
    { why: "nothing was done", outcome: "undone", isRepeatable: false, tries: 2 },
    { why: "it may be repeated", outcome: "unknown", isRepeatable: true, tries: 2 },
    {
      why: "it may have been done and must not be done twice",
      outcome: "unknown",
      isRepeatable: false,
      tries: 1,
    },
  ] as const)("are tried $tries times when $why", async ({ outcome, isRepeatable, tries }) => {
    const { calls } = governed();
    const { once, timeouts } = flaky(outcome);
    const call = calls.run({ name: "pay", isRepeatable, once });
    if (tries === 2) expect(await call).toBe("answer");
    else await expect(call).rejects.toMatchObject({ name: "CallFailed", outcome: "unknown" });
    expect(timeouts).toHaveLength(tries);
  });

  test("that were undone twice say that nothing was done", async () => {
    const { calls } = governed();
    const { once } = flaky("undone", "undone");
    await expect(calls.run({ name: "pay", isRepeatable: false, once })).rejects.toBeInstanceOf(NotDone);
  });

  test("to a service that always fails are not multiplied, and soon not made", async () => {
    const { calls, refusals } = governed();
    let made = 0;
    const once = async () => {
      made++;
      throw new CallFailed("unknown", "no answer");
    };
    for (let call = 0; call < 100; call++)
      await calls.run({ name: "stock_of", isRepeatable: true, once }).catch(() => {});
    expect(made).toBe(10);
    expect(calls.state).toBe("open");
    expect(new Set(refusals)).toEqual(new Set(["open"]));
  });

  test("get no more time than the request has left, and none is made without any", async () => {
    const { watch, calls, refusals } = governed();
    const { once, timeouts } = flaky();
    await withinBudget(150, watch.ms, async () => {
      await calls.run({ name: "stock_of", isRepeatable: true, once });
      watch.ms += 150;
      await expect(calls.run({ name: "stock_of", isRepeatable: true, once })).rejects.toBeInstanceOf(NotDone);
    });
    await calls.run({ name: "stock_of", isRepeatable: true, once });
    expect(timeouts).toEqual([150, 400]);
    expect(refusals).toEqual(["late"]);
  });

  test("beyond the limit are refused at once, and the others go on", async () => {
    const { calls, refusals } = governed();
    let answer: (text: string) => void = () => {};
    const slow = new Promise<string>((resolve) => (answer = resolve));
    const call = { name: "stock_of", isRepeatable: true, once: () => slow };
    const inHand = [calls.run(call), calls.run(call)];
    await expect(calls.run(call)).rejects.toMatchObject({ name: "NotDone", reason: "full" });
    answer("answer");
    expect(await Promise.all(inHand)).toEqual(["answer", "answer"]);
    expect(refusals).toEqual(["crowded"]);
  });

  test("that are answered with a no do not make a service ill", async () => {
    const { calls } = governed();
    const once = async () => {
      throw new Error("no such order");
    };
    for (let call = 0; call < 30; call++)
      await expect(calls.run({ name: "pay", isRepeatable: false, once })).rejects.toThrow("no such order");
    expect(calls.state).toBe("closed");
  });
});
