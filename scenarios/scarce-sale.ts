/** A sale in which every try is decided on and hardly one is let through: what deciding costs, and nothing else. */
import { defineScenario } from "./define-scenario.ts";
import { seckillTry } from "./operations/seckill.ts";
import { plentyFor } from "./plentiful-sale.ts";

/** As in a flash sale. */
const triesPerUnit = 100;

export const scarceSale = defineScenario({
  name: "scarce-sale",
  title: "one item and a unit for every hundredth, who come evenly and try once",
  operations: { seckill_try: seckillTry },
  mix: { seckill_try: 1 },
  sale(shape) {
    const { stock, perUserLimit } = plentyFor(shape);
    return { stock: Math.max(1, Math.round(stock / triesPerUnit)), perUserLimit };
  },
  source: "none: it imitates nobody. In a flash sale most requests are looks at the page and at results",
});
