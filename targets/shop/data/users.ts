/** What belongs to one shopper apart from orders: cart, favourites, address, the checkout in progress. */
import type { Statement } from "./database.ts";
import type { Stores } from "./stores.ts";

export interface CartLine {
  readonly itemId: number;
  readonly units: number;
}

export type Delivery = "standard" | "express";

/** Lines a cart shows. */
const CART_LIMIT = 100;
/** Units of one item a cart holds; more are cut to it. */
export const CART_UNITS_MAX = 99;

const addToCart: Statement = {
  name: "add_to_cart",
  text: `INSERT INTO cart_lines AS line (user_id, item_id, units) VALUES ($1, $2, $3)
    ON CONFLICT (user_id, item_id) DO UPDATE
    SET units = least(${CART_UNITS_MAX}, line.units + excluded.units), changed_at = now()`,
};
/** The key is written in the same statement: a repeat finds it and adds nothing. */
const addToCartOnce: Statement = {
  name: "add_to_cart_once",
  text: `WITH first AS (
      INSERT INTO cart_writes (user_id, idem_key, item_id) VALUES ($1::int, $4, $2::int) ON CONFLICT DO NOTHING RETURNING 1
    )
    INSERT INTO cart_lines AS line (user_id, item_id, units) SELECT $1::int, $2::int, $3::int FROM first
    ON CONFLICT (user_id, item_id) DO UPDATE
    SET units = least(${CART_UNITS_MAX}, line.units + excluded.units), changed_at = now()`,
};
const cart: Statement = {
  name: "cart",
  text: `SELECT item_id AS "itemId", units FROM cart_lines WHERE user_id = $1
    ORDER BY item_id LIMIT ${CART_LIMIT}`,
};
const addFavourite: Statement = {
  name: "add_favourite",
  text: "INSERT INTO favourites (user_id, item_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
};
const address: Statement = { name: "address", text: "SELECT address FROM users WHERE id = $1" };
const chooseAddress: Statement = {
  name: "choose_address",
  text: `INSERT INTO checkouts (user_id, address) VALUES ($1, $2)
    ON CONFLICT (user_id) DO UPDATE SET address = excluded.address, changed_at = now()`,
};
const chooseDelivery: Statement = {
  name: "choose_delivery",
  text: `INSERT INTO checkouts (user_id, delivery) VALUES ($1, $2)
    ON CONFLICT (user_id) DO UPDATE SET delivery = excluded.delivery, changed_at = now()`,
};
const delivery: Statement = { name: "delivery", text: "SELECT delivery FROM checkouts WHERE user_id = $1" };

export class UserData {
  readonly #stores: Stores;

  constructor(stores: Stores) {
    this.#stores = stores;
  }

  /** Adds to the cart; with a key, once per key and item. */
  async addToCart(userId: number, itemId: number, units: number, key: string | undefined): Promise<void> {
    if (key === undefined) await this.#stores.user.run(addToCart, [userId, itemId, units]);
    else await this.#stores.user.run(addToCartOnce, [userId, itemId, units, key]);
  }

  /** From the primary: a shopper who has just added something wants to see it. */
  cart(userId: number): Promise<CartLine[]> {
    return this.#stores.user.run<CartLine>(cart, [userId]);
  }

  async addFavourite(userId: number, itemId: number): Promise<void> {
    await this.#stores.user.run(addFavourite, [userId, itemId]);
  }

  /** The user's own address, which hardly ever changes, so a replica will do. */
  async address(userId: number): Promise<string | undefined> {
    const [row] = await this.#stores.userReads.read<{ address: string }>(address, [userId]);
    return row?.address;
  }

  async chooseAddress(userId: number, chosen: string): Promise<void> {
    await this.#stores.user.run(chooseAddress, [userId, chosen]);
  }

  async chooseDelivery(userId: number, chosen: Delivery): Promise<void> {
    await this.#stores.user.run(chooseDelivery, [userId, chosen]);
  }

  async delivery(userId: number): Promise<Delivery> {
    const [row] = await this.#stores.user.run<{ delivery: Delivery }>(delivery, [userId]);
    return row?.delivery ?? "standard";
  }
}
