/** Shoppers who order and look through what they have bought: a page that shows something of three businesses. */
import { defineScenario } from "./define-scenario.ts";
import { orderHistory } from "./operations/close-looks.ts";
import { orderConfirm } from "./operations/writing.ts";
import type { Journey } from "./scenario.ts";

const looks = 4;
const thinkS = 0.5;

const visit: Journey = function* () {
  yield { operation: "order_confirm" };
  for (let look = 0; look < looks; look++) yield { operation: "order_history", afterS: thinkS };
};

export const pastOrders = defineScenario({
  name: "past-orders",
  title: "an order, and then the page of past orders four times",
  operations: { order_confirm: orderConfirm, order_history: orderHistory },
  journeys: { visit },
  mix: { visit: 1 },
  popularity: { exponent: 0.92 },
  requestsPerArrival: 1 + looks,
  source:
    "none: it imitates nobody. Who has not ordered has no past orders, and a page without any needs no join",
});
