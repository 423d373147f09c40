import { expect, test } from "vitest";
import { Crowd, CrowdShopper } from "../../agents/shoppers.ts";
import { attemptsPerArrival } from "../../scenarios/scenario.ts";

const world = { items: 1_000, categories: 10, users: 50, tag: "t1" };

/** What can be seen of the shopper of an arrival. */
function portrait(shopper: CrowdShopper, arrival: number) {
  shopper.arrive(arrival);
  return [shopper.userId, shopper.drawItem(), shopper.chance.next(), shopper.drawItem()];
}

test("who arrives depends on seed and number only, not on who was there before", () => {
  const crowd = new Crowd(9, world, { exponent: 1 });
  const reused = new CrowdShopper(crowd);
  for (const arrival of [7, 3, 1_000_000_007, 7]) {
    expect(portrait(reused, arrival)).toEqual(portrait(new CrowdShopper(crowd), arrival));
  }
});

test("users and items lie in the world", () => {
  const shopper = new CrowdShopper(new Crowd(1, world, { exponent: 1.2 }));
  for (let arrival = 0; arrival < 500; arrival++) {
    shopper.arrive(arrival);
    expect(shopper.userId).toBeGreaterThanOrEqual(1);
    expect(shopper.userId).toBeLessThanOrEqual(50);
    expect(shopper.drawItem()).toBeLessThanOrEqual(1_000);
  }
});

test("attempts are numbered densely per arrival, and the key stays until the next attempt", () => {
  const shopper = new CrowdShopper(new Crowd(1, world, { exponent: 0 }));
  shopper.arrive(10);
  shopper.newAttempt();
  expect([shopper.attemptKey(), shopper.attemptKey()]).toEqual(["t1.40", "t1.40"]);
  shopper.newAttempt();
  expect(shopper.attemptKey()).toBe("t1.41");
  shopper.arrive(11);
  shopper.newAttempt();
  expect(shopper.attemptKey()).toBe("t1.44");
});

test("more attempts than an arrival has numbers for are a bug", () => {
  const shopper = new CrowdShopper(new Crowd(1, world, { exponent: 0 }));
  shopper.arrive(2);
  for (let attempt = 0; attempt < attemptsPerArrival; attempt++) shopper.newAttempt();
  expect(() => shopper.newAttempt()).toThrow("arrival 2 makes more than 4 attempts");
});

test("a shopper remembers nothing of the one before", () => {
  const shopper = new CrowdShopper(new Crowd(1, world, { exponent: 0 }));
  shopper.arrive(0);
  shopper.memory.set("orderId", 5);
  shopper.arrive(1);
  expect(shopper.memory.size).toBe(0);
});

test("looks of one answer are handed over once: one for each guarantee, broken if any was", () => {
  const shopper = new CrowdShopper(new Crowd(1, world, { exponent: 0 }));
  const taken: unknown[] = [];
  const take = () => shopper.takeSeen((guarantee, isKept) => taken.push([guarantee, isKept]));
  shopper.arrive(3);
  expect(shopper.hasSeen).toBe(false);
  shopper.saw("session-kept", true);
  shopper.saw("read-your-writes", true);
  shopper.saw("read-your-writes", false);
  shopper.saw("read-your-writes", true);
  expect(shopper.hasSeen).toBe(true);
  take();
  take();
  expect(taken).toEqual([
    ["read-your-writes", false],
    ["session-kept", true],
  ]);
  shopper.saw("session-kept", false);
  shopper.arrive(4);
  expect(shopper.hasSeen).toBe(false);
});
