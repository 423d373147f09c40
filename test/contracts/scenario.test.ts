/** What every scenario of the catalogue promises. */
import { describe, expect, test } from "vitest";
import { arrivalsIn } from "../../load/schedule.ts";
import { scenarios } from "../../scenarios/catalog.ts";
import { attemptsPerArrival } from "../../scenarios/scenario.ts";
import { wellBehaved } from "../fakes/scripted-shop.ts";
import { type Played, play } from "../scenarios/play.ts";

/** A shop whose answers depend on the request alone, so that shares played apart meet the same shop. */
const shop = wellBehaved((key) => Number(key.split(".")[1]) % 7 === 0);
const shape = { ratePerS: 300, durationS: 12 };

function lines(played: Iterable<Played>): string[] {
  return [...played]
    .map(({ arrival, atS, operation, request }) => JSON.stringify([arrival, atS, operation, request]))
    .sort();
}

describe.each(scenarios.map((scenario) => ({ name: scenario.name, scenario })))("$name", ({ scenario }) => {
  const alone = lines(play({ scenario, shape, seed: 42, shop }));

  test.each([1, 2, 5])(
    "the same seed gives the same requests at the same instants with %d agents",
    (count) => {
      const shares = Array.from({ length: count }, (_, index) => ({ index, count }));
      expect(
        shares.flatMap((share) => lines(play({ scenario, shape, seed: 42, shop, share }))).sort(),
      ).toEqual(alone);
    },
  );

  test("another seed gives other requests", () => {
    expect(lines(play({ scenario, shape, seed: 43, shop }))).not.toEqual(alone);
  });

  test("no answer of a well-behaved shop is bad", () => {
    const bad = [...play({ scenario, shape, seed: 42, shop })].filter(
      ({ outcome }) => outcome !== "ok" && outcome !== "sold-out",
    );
    expect(bad).toEqual([]);
  });

  test("every attempt has a key of its own, and an arrival no more than it may", () => {
    const keys: number[] = [];
    for (const { arrival, operation, request } of play({ scenario, shape, seed: 42, shop })) {
      if (!scenario.operations[operation]!.attempts) continue;
      const attempt = Number(request.headers?.["idempotency-key"]?.slice("t7.".length));
      expect(Math.floor(attempt / attemptsPerArrival)).toBe(arrival);
      keys.push(attempt);
    }
    expect(keys.length).toBeGreaterThan(10);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test("every operation and journey takes part in some phase, or in a journey", () => {
    const played = [...play({ scenario, shape: { ratePerS: 2000, durationS: 12 }, seed: 1, shop })];
    expect([...new Set(played.map(({ operation }) => operation))].sort()).toEqual(
      Object.keys(scenario.operations).sort(),
    );
  });

  test("makes the requests per arrival that it says", () => {
    const long = { ratePerS: 300, durationS: 30 };
    const load = scenario.load(long);
    if (load.kind !== "open") throw new Error("scenarios of the catalogue are open");
    const requests = [...play({ scenario, shape: long, seed: 6, shop: wellBehaved(() => false) })].length;
    expect(Math.abs(requests / arrivalsIn(load, 6) / scenario.requestsPerArrival - 1)).toBeLessThan(0.03);
  });

  test("says what it is in one line, and where its traffic model comes from", () => {
    expect(scenario.title).toMatch(/^[^\n]{10,100}$/);
    expect(scenario.source.length).toBeGreaterThan(40);
  });
});
