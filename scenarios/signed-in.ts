/** Shoppers who log in, fill a cart, come back to it, order, and look for what they did: who is lost along the way. */
import { defineScenario } from "./define-scenario.ts";
import { cartAdd, cartView, isForgotten, login, orderConfirm, orderLook } from "./operations/signed-in.ts";
import type { Journey, Shopper } from "./scenario.ts";

const rounds = 3;
const orderRatio = 0.5;
const think = { meanS: 0.7, capS: 3 } as const;

/** Whoever is not known any more walks away. */
const visit: Journey = function* (shopper) {
  if ((yield { operation: "login" }) !== "ok") return;
  const steps = Array.from({ length: rounds }, () => ["cart_add", "cart_view"]).flat();
  if (shopper.chance.happens(orderRatio)) steps.push("order_confirm", "order_query", "order_query");
  for (const operation of steps) {
    yield { operation, afterS: thinkS(shopper) };
    if (isForgotten(shopper)) return;
  }
};

export const signedIn = defineScenario({
  name: "signed-in",
  title: "shoppers who log in, fill a cart, order, and look for what they did",
  operations: {
    login,
    cart_add: cartAdd,
    cart_view: cartView,
    order_confirm: orderConfirm,
    order_query: orderLook,
  },
  journeys: { visit },
  mix: { visit: 1 },
  popularity: { exponent: 0.92 },
  requestsPerArrival: 1 + rounds * 2 + orderRatio * 3,
  guarantees: ["read-your-writes", "monotonic-reads", "session-kept"],
  source:
    "our choice: it imitates no traffic that was published, it is made to look at what one shopper finds again. " +
    "Think times are short, so that many are in the middle of a visit when something goes wrong",
});

function thinkS({ chance }: Shopper): number {
  return chance.exponential(think.meanS, think.capS);
}
