/** Mostly looking: the read-heavy day of a shop, and the first test of caches and read replicas. */
import { defineScenario } from "./define-scenario.ts";
import { detail, home, list, orderQuery, search } from "./operations/reading.ts";
import { admin, cartAdd, checkoutStep, orderConfirm } from "./operations/writing.ts";

export const browse = defineScenario({
  name: "browse",
  title: "95 % looking around, 5 % buying",
  operations: {
    home,
    list,
    detail,
    search,
    cart_add: cartAdd,
    checkout_step: checkoutStep,
    order_confirm: orderConfirm,
    order_query: orderQuery,
    admin,
  },
  mix: {
    home: 0.29,
    list: 0.22,
    detail: 0.21,
    search: 0.23,
    cart_add: 0.02,
    checkout_step: 0.0157,
    order_confirm: 0.0069,
    order_query: 0.0055,
    admin: 0.0019,
  },
  popularity: { exponent: 0.92 },
  source:
    "TPC-W browsing mix (95/5), read from a reimplementation's tables and folded: New Products and Best Sellers are list, " +
    "Search Request and Results are search, Customer Registration and Buy Request are checkout_step. Popularity 0.92, " +
    "derived: 1 % of 100,000 items take half of the accesses (HotRing, FAST '20), 20 % about four fifths",
});
