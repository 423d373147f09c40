/** One item, far too few units, everybody at once: people gather, the sale opens, it is sold out, people drift away. */

import { inTurn } from "../load/in-turn.ts";
import type { OpenLoad } from "../load/load-model.ts";
import { defineScenario } from "./define-scenario.ts";
import { buy, meanRequestsOfBuy } from "./flash-sale-journey.ts";
import { crowd, rush, spansOf, watchers } from "./flash-sale-load.ts";
import { saleDetail, seckillPage, seckillResult, seckillTry } from "./operations/seckill.ts";
import type { Mix, Shape } from "./scenario.ts";

/** Page refreshes on the item on sale; the tries are early clicks, to be refused. Our choice. */
const preheatMix: Mix = { seckill_page: 0.95, detail: 0.04, seckill_try: 0.01 };
/** Curious reads and late tries. Our choice. */
const soldOutMix: Mix = { seckill_page: 0.7, seckill_try: 0.25, seckill_result: 0.05 };
/** First tries for each unit: 10,000 phones with 1,000,000 reservations, in published accounts of flash sales. */
const triesPerUnit = 100;

export const flashSale = defineScenario({
  name: "flash-sale",
  title: "one item, a hundred buyers for every unit, half of them within the first second",
  operations: {
    seckill_page: seckillPage,
    seckill_try: seckillTry,
    seckill_result: seckillResult,
    detail: saleDetail,
  },
  journeys: { buy },
  load(shape) {
    return inTurn(...parts(shape));
  },
  phases({ durationS }) {
    const { preheatS, openS } = spansOf(durationS);
    const soldOutAtS = preheatS + openS;
    return [
      { name: "preheat", fromS: 0, toS: preheatS, mix: preheatMix },
      { name: "open", fromS: preheatS, toS: soldOutAtS, mix: { buy: 1 } },
      { name: "sold-out", fromS: soldOutAtS, toS: durationS, mix: soldOutMix },
    ];
  },
  sale(shape) {
    const [, open] = parts(shape);
    return { stock: Math.max(1, Math.round(open.arrivalsBy(open.spanS) / triesPerUnit)), perUserLimit: 1 };
  },
  requestsPerArrival: requestsPerArrival({ ratePerS: 1, durationS: 30 }),
  source:
    "arrivals, retries, think time and mixes of the phases: our choice, no distribution is published. 100 tries for " +
    "each unit and one per user: published accounts of flash sales. Crowd before the opening: Double 11 traffic, " +
    "which stays up after 21 h and waits for midnight",
});

/**
 * Mean requests of one arrival: 1 before and after the opening, a whole journey within it, weighted by arrivals.
 * The journey is counted with every try turned down, which 99 of 100 are.
 */
export function requestsPerArrival(shape: Shape): number {
  const [preheat, open, soldOut] = parts(shape).map((part) => part.arrivalsBy(part.spanS)) as [
    number,
    number,
    number,
  ];
  return (preheat + open * meanRequestsOfBuy + soldOut) / (preheat + open + soldOut);
}

function parts({ ratePerS, durationS }: Shape): readonly [OpenLoad, OpenLoad, OpenLoad] {
  const { preheatS, openS, soldOutS } = spansOf(durationS);
  return [crowd(ratePerS, preheatS), rush(ratePerS, openS), watchers(ratePerS, soldOutS)];
}
