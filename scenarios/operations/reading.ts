/** Looking around: everything that changes nothing. */
import { Zipf } from "../popularity.ts";
import type { Operation } from "../scenario.ts";
import { bodyOf, expectStatus, objectIn, otherwise } from "./answers.ts";
import { get } from "./asking.ts";
import { materials, things } from "./search-words.ts";

export const home: Operation = {
  request: (shopper) => get(shopper, "/"),
  judge: expectStatus(200),
};

/** Popularity of categories; our choice, nothing is published. */
const categoryExponent = 0.9;

/** By number of categories: making one costs as much as a hundred draws. */
const categoryRanks = new Map<number, Zipf>();

function ranksOf(categories: number): Zipf {
  let ranks = categoryRanks.get(categories);
  if (ranks === undefined) categoryRanks.set(categories, (ranks = new Zipf(categories, categoryExponent)));
  return ranks;
}

export const list: Operation = {
  request(shopper) {
    const category = ranksOf(shopper.world.categories).draw(shopper.chance);
    return get(shopper, `/category/${category}?page=1`);
  },
  judge: expectStatus(200),
};

export const detail: Operation = {
  request(shopper) {
    const itemId = shopper.drawItem();
    shopper.memory.set("asked-item", itemId);
    return get(shopper, `/item/${itemId}`);
  },
  judge(answer, shopper) {
    // Items asked for are in the catalogue, so "absent" is no good answer here.
    if (answer.status === 404) return bodyOf(answer)?.status === "absent" ? "wrong" : "error";
    if (answer.status !== 200) return otherwise(answer);
    const body = bodyOf(answer);
    const isAsked = Number(objectIn(body, "item")?.id) === shopper.memory.get("asked-item");
    return isAsked && isWhole(body) ? "ok" : "wrong";
  },
};

/**
 * Whether an item page has what it shows, or says what it lacks: a price in whole cents, and units left. Somebody's own shop
 * may show less; what it shows must make sense all the same.
 */
function isWhole(body: ReturnType<typeof bodyOf>): boolean {
  const { price, stock } = objectIn(body, "item") ?? {};
  const leftOut = Array.isArray(body?.["leftOut"]) ? body["leftOut"] : [];
  if (price !== undefined && !(Number.isSafeInteger(price) && Number(price) > 0)) return false;
  if (leftOut.includes("item.stock")) return stock === undefined;
  return stock === undefined || (Number.isSafeInteger(stock) && Number(stock) >= 0);
}

/** One of 1,000 pairs of words, all as likely; our choice, nothing is published. */
export const search: Operation = {
  request(shopper) {
    const { chance } = shopper;
    const material = materials[chance.below(materials.length)]!;
    return get(shopper, `/search?q=${material}%20${things[chance.below(things.length)]!}&page=1`);
  },
  judge: expectStatus(200),
};

export const cartView: Operation = {
  request: (shopper) => get(shopper, "/cart"),
  judge: expectStatus(200),
};

/** The order confirmed earlier in the journey, or else the list of all. */
export const orderQuery: Operation = {
  request(shopper) {
    const orderId = shopper.memory.get("order");
    return get(shopper, orderId === undefined ? "/orders?page=1" : `/orders/${encodeURIComponent(orderId)}`);
  },
  judge: expectStatus(200),
};
