/** A sale with units for everybody, in which each shopper tries with ten hands at about the same time, and with each once more. */
import { defineScenario } from "./define-scenario.ts";
import { askedBy } from "./operations/asked-by.ts";
import { seckillTry } from "./operations/seckill.ts";
import { plentyFor } from "./plentiful-sale.ts";
import type { Journey } from "./scenario.ts";

const hands = 10;
const againAfterS = 1;

/** Arrivals that follow each other are hands of one shopper. */
const byHand = askedBy(seckillTry, ({ arrival, world }) => 1 + (Math.floor(arrival / hands) % world.users));

const tries: Journey = function* () {
  yield { operation: "seckill_try" };
  yield { operation: "seckill_try", afterS: againAfterS };
};

export const manyHands = defineScenario({
  name: "many-hands",
  title: "one item and units for everybody, who try with ten hands at once, and again",
  operations: { seckill_try: byHand },
  journeys: { tries },
  mix: { tries: 1 },
  requestsPerArrival: 2,
  sale: (shape) => plentyFor({ ...shape, triesPerArrival: 2 }),
  source: "none: it imitates nobody. As many tries of one shopper as possible are under way together",
});
