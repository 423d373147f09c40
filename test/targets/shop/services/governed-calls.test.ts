import { describe, expect, test } from "vitest";
import { NotDone } from "../../../../targets/shop/data/not-done.ts";
import { CallFailed } from "../../../../targets/shop/services/call-failed.ts";
import {
  type GovernanceLimits,
  GovernedCalls,
  type Kind,
} from "../../../../targets/shop/services/governed-calls.ts";
import { withinBudget } from "../../../../targets/shop/services/time-budget.ts";
import { Watch } from "./watch.ts";

const limits: GovernanceLimits = {
  breaker: { windowS: 5, leastCalls: 10, failureRatio: 0.5, restMs: 1_000 },
  inFlightLimit: 2,
  retryRatio: 0.1,
  retriesSaved: 3,
};

function governed({ members = 1, isGoverned = true } = {}) {
  const watch = new Watch();
  const outcomes: string[] = [];
  let retries = 0;
  const calls = new GovernedCalls({
    service: "stock",
    members,
    limits: isGoverned ? limits : undefined,
    watcher: { outcome: (name, outcome) => outcomes.push(`${name} ${outcome}`), retried: () => retries++ },
    nowMs: watch.now,
  });
  return { watch, calls, outcomes, retries: () => retries };
}

const failures = {
  unknown: () => new CallFailed("no answer"),
  unreachable: () => new NotDone("unreachable", "not connected"),
  undone: () => new NotDone("undone", "rolled back"),
  full: () => new NotDone("full", "too many in hand"),
};
type Way = keyof typeof failures;

/** Fails in these ways, one after the other, then answers; remembers whom it asked, and how long that could take. */
function flaky(...ways: Way[]) {
  const members: number[] = [];
  const timeouts: number[] = [];
  const once = async (member: number, timeoutMs: number) => {
    members.push(member);
    timeouts.push(timeoutMs);
    const way = ways.shift();
    if (way !== undefined) throw failures[way]();
    return "answer";
  };
  return { members, timeouts, once };
}

const callOf = <T>(kind: Kind, once: (member: number, timeoutMs: number) => Promise<T>) => ({
  ...{ name: "ask", kind, timeoutMs: 400, once },
});

describe("a failure", () => {
  test.each<{ why: string; kind: Kind; ways: Way[]; tries: number; end: string }>([
    { why: "nothing was done", kind: "once", ways: ["unreachable"], tries: 2, end: "answer" },
    { why: "the server rolled it back", kind: "once", ways: ["undone"], tries: 2, end: "answer" },
    { why: "reading does nothing", kind: "read", ways: ["unknown"], tries: 2, end: "answer" },
    { why: "doing it twice is doing it once", kind: "set", ways: ["unknown"], tries: 2, end: "answer" },
    { why: "it may have been done", kind: "once", ways: ["unknown"], tries: 1, end: "unknown" },
    { why: "the service has enough to do", kind: "read", ways: ["full"], tries: 1, end: "undone" },
  ])("is tried $tries times and ends as $end when $why", async ({ kind, ways, tries, end }) => {
    const { calls } = governed();
    const { once, members } = flaky(...ways);
    const ended = await calls.run(callOf(kind, once)).catch(wordOf);
    expect([members.length, ended]).toEqual([tries, end]);
  });

  test.each<{ ways: [Way, Way]; end: string; why: string }>([
    { ways: ["unknown", "unreachable"], end: "unknown", why: "the first may have been done" },
    { ways: ["unreachable", "unknown"], end: "unknown", why: "the second may have been done" },
    { ways: ["unreachable", "undone"], end: "undone", why: "neither was done" },
  ])("of $ways.0 and then $ways.1 is $end: $why", async ({ ways, end }) => {
    const { calls } = governed();
    expect(await calls.run(callOf("set", flaky(...ways).once)).catch(wordOf)).toBe(end);
  });

  test("of a reading has done nothing, whatever is known of it", async () => {
    const { calls, outcomes } = governed();
    const { once } = flaky("unknown", "unknown");
    await expect(calls.run(callOf("read", once))).rejects.toMatchObject({ reason: "unreachable" });
    expect(outcomes).toEqual(["ask undone"]);
  });

  test("that found no room is counted as that", async () => {
    const { calls, outcomes } = governed();
    await expect(calls.run(callOf("set", flaky("full").once))).rejects.toMatchObject({ reason: "full" });
    expect(outcomes).toEqual(["ask full"]);
  });

  test("of our own making is handed on as it is", async () => {
    const { calls } = governed();
    const once = async () => {
      throw new TypeError("a bug");
    };
    await expect(calls.run(callOf("read", once))).rejects.toThrow("a bug");
  });
});

describe("a service that always fails", () => {
  test("is left alone soon, and asked once a second whether it is well", async () => {
    const { watch, calls, outcomes } = governed();
    let made = 0;
    const once = async () => {
      made++;
      throw failures.unknown();
    };
    for (let call = 0; call < 100; call++) await calls.run(callOf("read", once)).catch(() => {});
    expect(made).toBe(10);
    expect(calls.breakers.map(({ state }) => state)).toEqual(["open"]);
    expect(outcomes.slice(7)).toEqual(Array(93).fill("ask open"));
    watch.ms += 1_000;
    for (let call = 0; call < 10; call++) await calls.run(callOf("read", once)).catch(() => {});
    expect(made).toBe(11);
  });

  test("gets three tries of each call without governance, for ever", async () => {
    const { calls, outcomes, retries } = governed({ isGoverned: false });
    const { once, members } = flaky(...Array<Way>(300).fill("unknown"));
    for (let call = 0; call < 100; call++) await calls.run(callOf("read", once)).catch(() => {});
    expect([members.length, retries(), calls.breakers]).toEqual([300, 200, []]);
    expect(new Set(outcomes)).toEqual(new Set(["ask undone"]));
  });

  test("is not asked three times for what may have been done, not even without governance", async () => {
    const { calls } = governed({ isGoverned: false });
    const { once, members } = flaky("unknown");
    expect(await calls.run(callOf("once", once)).catch(wordOf)).toBe("unknown");
    expect(members).toHaveLength(1);
  });
});

test("retries are a tenth of the calls in the long run, when each of them fails at first", async () => {
  const { calls, retries } = governed();
  let isFirst = false;
  for (let call = 0; call < 1_000; call++) {
    // Every second call is well, so the breaker stays closed.
    isFirst = !isFirst;
    const { once } = isFirst ? flaky("undone", "undone") : flaky();
    await calls.run(callOf("once", once)).catch(() => {});
  }
  expect(retries()).toBeGreaterThanOrEqual(100);
  expect(retries()).toBeLessThanOrEqual(103);
});

describe("of several members", () => {
  test("each is asked in turn, and another one when one fails", async () => {
    const { calls } = governed({ members: 3 });
    const { once, members } = flaky("unreachable");
    for (let call = 0; call < 4; call++) await calls.run(callOf("once", once));
    expect(members).toEqual([0, 1, 2, 0, 1]);
  });

  test("one that fails is left alone, and the others answer everything", async () => {
    const { calls, outcomes } = governed({ members: 2 });
    let toTheIll = 0;
    const once = async (member: number) => {
      if (member === 1) return "answer";
      toTheIll++;
      throw failures.unknown();
    };
    for (let call = 0; call < 100; call++) await calls.run(callOf("read", once)).catch(() => {});
    expect(calls.breakers.map(({ state }) => state)).toEqual(["open", "closed"]);
    expect(toTheIll).toBe(10);
    expect(outcomes.slice(20)).toEqual(Array(80).fill("ask answered"));
  });
});

test("a call gets no more time than the request has left, and is not made without any", async () => {
  const { watch, calls, outcomes } = governed();
  const { once, timeouts } = flaky();
  await withinBudget(150, watch.ms, async () => {
    await calls.run(callOf("read", once));
    watch.ms += 150;
    await expect(calls.run(callOf("read", once))).rejects.toBeInstanceOf(NotDone);
  });
  await calls.run(callOf("read", once));
  expect(timeouts).toEqual([150, 400]);
  expect(outcomes).toEqual(["ask answered", "ask late", "ask answered"]);
});

test("calls beyond the limit are refused at once, and those in hand go on", async () => {
  const { calls, outcomes } = governed();
  let answer: (text: string) => void = () => {};
  const slow = new Promise<string>((resolve) => (answer = resolve));
  const call = callOf("read", () => slow);
  const inHand = [calls.run(call), calls.run(call)];
  await expect(calls.run(call)).rejects.toMatchObject({ name: "NotDone", reason: "full" });
  answer("answer");
  expect(await Promise.all(inHand)).toEqual(["answer", "answer"]);
  expect(outcomes[0]).toBe("ask crowded");
});

test("a service that says no is not ill, and one that cannot reach its database is", async () => {
  const { calls } = governed();
  for (let call = 0; call < 30; call++) await calls.run(callOf("once", flaky("full").once)).catch(() => {});
  expect(calls.breakers[0]?.state).toBe("closed");
  for (let call = 0; call < 60; call++) {
    const { once } = flaky("unreachable", "unreachable");
    await calls.run(callOf("once", once)).catch(() => {});
  }
  expect(calls.breakers[0]?.state).toBe("open");
});

const wordOf = (error: unknown) =>
  error instanceof CallFailed ? "unknown" : error instanceof NotDone ? "undone" : String(error);
