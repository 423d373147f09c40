/** An ordinary day at Taobao: people look at items, search, and a few of them buy. */
import { defineScenario } from "./define-scenario.ts";
import { detail, search } from "./operations/reading.ts";
import { cartAdd, favourite, orderConfirm } from "./operations/writing.ts";

export const mixedDaily = defineScenario({
  name: "mixed-daily",
  title: "an ordinary day: item pages, searches, carts, favourites and orders",
  operations: { detail, search, cart_add: cartAdd, favourite, order_confirm: orderConfirm },
  mix: { detail: 0.6734, search: 0.2484, cart_add: 0.0415, favourite: 0.0217, order_confirm: 0.015 },
  popularity: { exponent: 0.92 },
  source:
    "derived: event shares of UserBehavior (Tianchi data set 649, 25 Nov to 3 Dec 2017), with search inserted at the " +
    "ratio search : detail = 0.369 of Double 11 2012. Popularity 0.92, derived: 1 % of 100,000 items take half of the " +
    "accesses (HotRing, FAST '20), 20 % about four fifths",
});
