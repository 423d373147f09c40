/** A sale with units for everybody: every try is a promise or an order, so there are hundreds of them to look at. */
import { defineScenario } from "./define-scenario.ts";
import { seckillTry } from "./operations/seckill.ts";
import type { Shape } from "./scenario.ts";

/** Warm-up and exercise buy as well; so much longer than the measured part they never take together. */
const besidesS = 60;

/** One unit for each shopper, and so many that none are missing. */
export const plentyFor = ({
  ratePerS,
  durationS,
  triesPerArrival = 1,
}: Shape & { readonly triesPerArrival?: number }) => ({
  stock: Math.ceil(2 * triesPerArrival * ratePerS * (durationS + besidesS)),
  perUserLimit: 1,
});

export const plentifulSale = defineScenario({
  name: "plentiful-sale",
  title: "one item and units for everybody, who come evenly and try once",
  operations: { seckill_try: seckillTry },
  mix: { seckill_try: 1 },
  sale: plentyFor,
  source:
    "none: it imitates nobody. In a flash sale one try in a hundred is accepted, too few to say of promises that none is " +
    "lost or doubled, or how long it takes to be accepted",
});
