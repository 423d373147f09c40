import { describe, expect, test } from "vitest";
import type { OpenLoad } from "../../load/load-model.ts";
import { flashSale, requestsPerArrival } from "../../scenarios/flash-sale.ts";
import { meanRequestsOfBuy } from "../../scenarios/flash-sale-journey.ts";
import { crowd, rush, spansOf, watchers } from "../../scenarios/flash-sale-load.ts";
import type { ShopRequest } from "../../scenarios/scenario.ts";
import { answer, wellBehaved } from "../fakes/scripted-shop.ts";
import { type Played, play } from "./play.ts";

const shape = { ratePerS: 500, durationS: 30 };
const oneOfAHundred = wellBehaved((key) => Number(key.split(".")[1]) % 400 === 0);

function ratios(played: readonly Played[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { operation } of played) counts[operation] = (counts[operation] ?? 0) + 1;
  for (const operation of Object.keys(counts)) counts[operation]! /= played.length;
  return counts;
}

describe("arrivals", () => {
  test("half of all buyers come in the first second, 85 % in five, the rest fading with tau 5 s", () => {
    const buyers = 1000;
    const load = rush(500, 600);
    expect(load.arrivalsBy(1)).toBeCloseTo(0.5 * buyers, 9);
    expect(load.arrivalsBy(5)).toBeCloseTo(0.85 * buyers, 9);
    expect(load.arrivalsBy(10)).toBeCloseTo((1 - 0.15 / Math.E) * buyers, 9);
    expect(load.arrivalsBy(600)).toBeCloseTo(buyers, 9);
  });

  test("the rate asked for is that of the first second after the opening, and the highest", () => {
    const load = flashSale.load(shape) as OpenLoad;
    const { preheatS } = spansOf(30);
    expect(load.peakPerS).toBe(500);
    expect(load.arrivalsBy(preheatS + 1) - load.arrivalsBy(preheatS)).toBeCloseTo(500, 9);
  });

  test("the crowd grows up to half of the peak, and fades from there with tau 30 s once all is sold", () => {
    const nearEnd = crowd(500, 10);
    expect(nearEnd.peakPerS).toBe(250);
    expect((nearEnd.arrivalsBy(10) - nearEnd.arrivalsBy(10 - 1e-6)) / 1e-6).toBeCloseTo(250, 2);
    expect(nearEnd.arrivalsBy(1e-6) / 1e-6).toBeCloseTo(50, 2);
    const after = watchers(500, 30);
    expect(after.arrivalsBy(1e-6) / 1e-6).toBeCloseTo(250, 2);
    expect((after.arrivalsBy(30) - after.arrivalsBy(30 - 1e-6)) / 1e-6).toBeCloseTo(250 / Math.E, 2);
  });

  test.each([0.3, 1, 2, 3, 5, 12, 14.5, 15, 30, 31, 90, 3600])(
    "phases and load fit a run of %d s",
    (durationS) => {
      const phases = flashSale.phases({ ratePerS: 50, durationS });
      expect(phases.map(({ name }) => name)).toEqual(["preheat", "open", "sold-out"]);
      expect(phases[1]!.fromS).toBe(durationS / 3);
      expect(phases[1]!.toS - phases[1]!.fromS).toBeCloseTo(Math.min(10, durationS / 3), 9);
      expect(flashSale.load({ ratePerS: 50, durationS }).spanS).toBeCloseTo(durationS, 9);
    },
  );
});

describe("stock", () => {
  test.each([
    // 500 + 350 + 150 (1 - 1/e) = 944.8 first tries
    { ratePerS: 500, durationS: 30, stock: 9 },
    { ratePerS: 5_000, durationS: 30, stock: 94 },
    // 20 for one second only
    { ratePerS: 20, durationS: 3, stock: 1 },
    { ratePerS: 1, durationS: 30, stock: 1 },
  ])("$stock for $ratePerS /s and $durationS s, one per user", ({ stock, ...given }) => {
    expect(flashSale.sale!(given)).toEqual({ stock, perUserLimit: 1 });
  });
});

describe("what shoppers do", () => {
  const played = [
    ...play({ scenario: flashSale, shape: { ratePerS: 3000, durationS: 30 }, seed: 8, shop: oneOfAHundred }),
  ];
  const during = (phase: string) => played.filter((each) => each.phase === phase);

  test.each([
    { phase: "preheat", seckill_page: 0.95, detail: 0.04, seckill_try: 0.01, seckill_result: 0 },
    { phase: "sold-out", seckill_page: 0.7, detail: 0, seckill_try: 0.25, seckill_result: 0.05 },
  ])("in $phase single requests in their shares", ({ phase, ...expected }) => {
    const seen = during(phase);
    const found = ratios(seen);
    for (const [operation, ratio] of Object.entries(expected)) {
      const errorOf = 4 * Math.sqrt((ratio * (1 - ratio)) / seen.length);
      expect(Math.abs((found[operation] ?? 0) - ratio)).toBeLessThanOrEqual(errorOf);
    }
    expect(new Set(seen.map(({ arrival }) => arrival)).size).toBe(seen.length);
  });

  const byBuyer = new Map<number, Played[]>();
  for (const each of during("open")) byBuyer.set(each.arrival, [...(byBuyer.get(each.arrival) ?? []), each]);

  test("enough buyers come to say anything about them", () => {
    expect(byBuyer.size).toBeGreaterThan(5_000);
  });

  test("buyers see the page, try, and ask for the result: .40 / .40 / .20 before retries", () => {
    const steps = during("open");
    const firstTries = new Set(
      steps.filter(({ operation }) => operation === "seckill_try").map(({ arrival }) => arrival),
    );
    const pages = steps.filter(({ operation }) => operation === "seckill_page").length;
    const results = steps.filter(({ operation }) => operation === "seckill_result").length;
    expect(firstTries.size).toBe(pages);
    const ratio = results / (2 * pages + results);
    expect(Math.abs(ratio - 0.2)).toBeLessThan(0.01);
  });

  test("a definite no is followed by another try half of the time, three times at most, after 0.1 to 1 s", () => {
    const tries = new Array<number>(5).fill(0);
    for (const steps of byBuyer.values()) {
      const own = steps.filter(({ operation }) => operation === "seckill_try");
      if (own.some(({ outcome }) => outcome === "ok")) continue;
      expect(own.length).toBeLessThanOrEqual(4);
      tries[own.length]!++;
      for (let retry = 1; retry < own.length; retry++) {
        const waitedS = own[retry]!.atS - own[retry - 1]!.atS;
        expect(waitedS).toBeGreaterThanOrEqual(0.1 - 1e-9);
        expect(waitedS).toBeLessThanOrEqual(1 + 1e-9);
      }
    }
    const buyers = tries.reduce((total, count) => total + count);
    for (const [count, ratio] of [0, 0.5, 0.25, 0.125, 0.125].entries()) {
      expect(Math.abs(tries[count]! / buyers - ratio)).toBeLessThanOrEqual(
        4 * Math.sqrt((ratio * (1 - ratio)) / buyers),
      );
    }
  });

  test("nobody tries again after a yes", () => {
    let buys = 0;
    for (const steps of byBuyer.values()) {
      const own = steps.filter(({ operation }) => operation === "seckill_try").map(({ outcome }) => outcome);
      if (!own.includes("ok")) continue;
      buys++;
      expect(own.indexOf("ok")).toBe(own.length - 1);
    }
    expect(buys).toBeGreaterThan(30);
  });

  test("thinking takes half a second on average and three at most", () => {
    const thoughts: number[] = [];
    for (const [page, tried] of byBuyer.values()) thoughts.push(tried!.atS - page!.atS);
    const meanS = thoughts.reduce((total, thought) => total + thought) / thoughts.length;
    // An exponential cut at its cap c has mean m (1 - e^(-c/m)).
    expect(Math.abs(meanS - 0.5 * (1 - Math.exp(-6)))).toBeLessThan((4 * 0.5) / Math.sqrt(thoughts.length));
    expect(Math.max(...thoughts)).toBeLessThanOrEqual(3 + 1e-9);
  });

  test("no answer of a truthful shop is wrong", () => {
    expect(played.filter(({ outcome }) => outcome === "wrong" || outcome === "error")).toEqual([]);
  });

  test("one arrival makes as many requests as the plan expects, within 2 %", () => {
    const arrivals = new Set(played.map(({ arrival }) => arrival)).size;
    expect(Math.abs(played.length / arrivals / flashSale.requestsPerArrival - 1)).toBeLessThan(0.02);
  });
});

test("requests of an arrival follow from the mixes: 1 + (1 + 1/2 + 1/4 + 1/8) + 1/2 for a buyer", () => {
  expect(meanRequestsOfBuy).toBe(3.375);
  expect(requestsPerArrival({ ratePerS: 1, durationS: 30 })).toBeCloseTo(
    requestsPerArrival({ ratePerS: 900, durationS: 30 }),
    12,
  );
});

test("an attempt whose end is unknown is not repeated", () => {
  const silent = wellBehaved(() => false);
  const scenario = flashSale;
  const broken = play({
    scenario,
    shape,
    seed: 2,
    shop: (request) =>
      request.method === "POST" ? { status: 502, header: () => undefined, text: () => "" } : silent(request),
  });
  const tries = new Map<number, number>();
  for (const { arrival, operation } of broken) {
    if (operation === "seckill_try") tries.set(arrival, (tries.get(arrival) ?? 0) + 1);
  }
  expect(tries.size).toBeGreaterThan(500);
  expect(Math.max(...tries.values())).toBe(1);
});

test.each([
  { end: "accepted", asks: 3, why: "told yes at the third time of asking", pendings: 2 },
  { end: "sold-out", asks: 3, why: "told no at the third time of asking", pendings: 2 },
  { end: "accepted", asks: 5, why: "it takes too long", pendings: 9 },
])("who was promised a unit asks $asks times when $why, and tries no more", ({ end, asks, pendings }) => {
  const heard = new Map<string, number>();
  const promising = (request: ShopRequest) => {
    if (request.method === "POST") return answer(202, { status: "pending" });
    if (!request.path.startsWith("/seckill/result/")) return truthful(request);
    const before = heard.get(request.path) ?? 0;
    heard.set(request.path, before + 1);
    return answer(200, { status: before < pendings ? "pending" : end });
  };
  const truthful = wellBehaved(() => true);
  const buyers = new Map<number, Played[]>();
  const small = { ratePerS: 20, durationS: 10 };
  for (const step of play({ scenario: flashSale, shape: small, seed: 4, shop: promising })) {
    if (step.phase !== "open") continue;
    buyers.set(step.arrival, [...(buyers.get(step.arrival) ?? []), step]);
  }
  expect(buyers.size).toBeGreaterThan(10);
  for (const steps of buyers.values()) {
    expect(steps.map(({ operation }) => operation)).toEqual([
      ...["seckill_page", "seckill_try"],
      ...Array.from({ length: asks }, () => "seckill_result"),
    ]);
    expect(steps.filter(({ outcome }) => outcome !== "ok")).toEqual([]);
  }
});
