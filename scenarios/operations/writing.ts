/** Leaving something behind: cart, favourites, checkout, orders, payment, the catalogue itself. */
import type { Operation } from "../scenario.ts";
import { bodyOf, expectStatus, otherwise, sold } from "./answers.ts";
import { post, writeKey } from "./asking.ts";

export const cartAdd: Operation = {
  request(shopper) {
    const body = { itemId: shopper.drawItem(), units: 1 };
    return post(shopper, "/cart", { key: writeKey(shopper, "c"), body });
  },
  judge: expectStatus(201),
};

export const favourite: Operation = {
  request(shopper) {
    const body = { itemId: shopper.drawItem() };
    return post(shopper, "/favourite", { key: writeKey(shopper, "f"), body });
  },
  judge: expectStatus(201),
};

/** One of the three steps, each as likely as the others: where to, how, and for how much. */
export const checkoutStep: Operation = {
  request(shopper) {
    const key = writeKey(shopper, "s");
    switch (shopper.chance.below(3)) {
      case 0:
        return post(shopper, "/checkout/address", { key, body: {} });
      case 1:
        return post(shopper, "/checkout/delivery", { key, body: { option: "standard" } });
      default:
        return post(shopper, "/checkout/quote", { key, body: { itemId: shopper.drawItem(), units: 1 } });
    }
  },
  judge: expectStatus(200),
};

/** Buys one unit of an ordinary item. The orderId of a yes stays in memory under `order`. */
export const orderConfirm: Operation = {
  attempts: true,
  request(shopper) {
    const body = { itemId: shopper.drawItem(), units: 1 };
    return post(shopper, "/order", { key: shopper.attemptKey(), body });
  },
  judge(answer, shopper) {
    const outcome = sold(answer);
    if (outcome === "ok") shopper.memory.set("order", bodyOf(answer)?.orderId as string | number);
    return outcome;
  },
};

/** Pays the order confirmed earlier in the journey; a journey must have one. */
export const pay: Operation = {
  request(shopper) {
    const orderId = shopper.memory.get("order");
    if (orderId === undefined) throw new Error("a journey pays before it has an accepted order");
    return post(shopper, "/pay", { key: writeKey(shopper, "p"), body: { orderId } });
  },
  judge(answer) {
    if (answer.status !== 200) return otherwise(answer);
    return bodyOf(answer)?.status === "paid" ? "ok" : "wrong";
  },
};

/** Somebody in the office changes a price. */
export const admin: Operation = {
  request(shopper) {
    const body = { itemId: shopper.drawItem(), price: 100 + shopper.chance.below(100_000) };
    return post(shopper, "/admin/item", { key: writeKey(shopper, "a"), body });
  },
  judge: expectStatus(200),
};
