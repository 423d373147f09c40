/** What belongs to one shopper apart from orders: cart, favourites, address, the checkout in progress. */
import { type FreshCopies, withFreshCart } from "../cache/fresh-copies.ts";
import type { Statement } from "./database.ts";
import type { LeftOut } from "./left-out.ts";
import type { Stores } from "./stores.ts";

export interface CartLine {
  readonly itemId: number;
  readonly units: number;
}

export type Delivery = "standard" | "express";

/** Lines a cart shows. */
export const CART_LIMIT = 100;
/** Units of one item a cart holds; more are cut to it. */
export const CART_UNITS_MAX = 99;

const addToCart: Statement = {
  name: "add_to_cart",
  text: `INSERT INTO cart_lines AS line (user_id, item_id, units) VALUES ($1, $2, $3)
    ON CONFLICT (user_id, item_id) DO UPDATE
    SET units = least(${CART_UNITS_MAX}, line.units + excluded.units), changed_at = now()
    RETURNING item_id AS "itemId", units`,
};
/** The key is written in the same statement: a repeat finds it and adds nothing. */
const addToCartOnce: Statement = {
  name: "add_to_cart_once",
  text: `WITH first AS (
      INSERT INTO cart_writes (user_id, idem_key, item_id) VALUES ($1::int, $4, $2::int) ON CONFLICT DO NOTHING RETURNING 1
    )
    INSERT INTO cart_lines AS line (user_id, item_id, units) SELECT $1::int, $2::int, $3::int FROM first
    ON CONFLICT (user_id, item_id) DO UPDATE
    SET units = least(${CART_UNITS_MAX}, line.units + excluded.units), changed_at = now()
    RETURNING item_id AS "itemId", units`,
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
const name: Statement = { name: "user_name", text: "SELECT name FROM users WHERE id = $1" };
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

/** What the shop asks about shoppers, wherever that is kept. */
export interface Users
  extends Pick<UserData, "addFavourite" | "address" | "chooseAddress" | "chooseDelivery"> {
  name(userId: number): Promise<string | undefined | LeftOut>;
  delivery(userId: number): Promise<Delivery | LeftOut>;
}

export class UserData {
  readonly #stores: Stores;
  readonly #fresh: FreshCopies | undefined;

  /** `fresh` keeps copies for readers whom a replica would show the past. */
  constructor(stores: Stores, fresh?: FreshCopies) {
    this.#stores = stores;
    this.#fresh = stores.hasUsers && stores.userReads.mayLag ? fresh : undefined;
  }

  /** Adds to the cart; with a key, once per key and item. */
  async addToCart(userId: number, itemId: number, units: number, key: string | undefined): Promise<void> {
    const { user } = this.#stores;
    const [line] =
      key === undefined
        ? await user.run<CartLine>(addToCart, [userId, itemId, units])
        : await user.run<CartLine>(addToCartOnce, [userId, itemId, units, key]);
    // A repeat changed no line, and the first try has left its copy.
    if (line) await this.#fresh?.putCartLine(userId, line);
  }

  /** The cart to be shown: what was added just now is in it only where fresh copies are kept, or nothing lags. */
  async cart(userId: number): Promise<readonly CartLine[]> {
    const [read, fresh] = await Promise.all([
      this.#stores.userReads.read<CartLine>(cart, [userId]),
      this.#fresh?.cart(userId) ?? [],
    ]);
    return withFreshCart(read, fresh).slice(0, CART_LIMIT);
  }

  /** The cart to work out a price from: nobody pays for the cart of a second ago. */
  cartToPrice(userId: number): Promise<readonly CartLine[]> {
    return this.#stores.user.read<CartLine>(cart, [userId]);
  }

  async name(userId: number): Promise<string | undefined> {
    const [row] = await this.#stores.userReads.read<{ name: string }>(name, [userId]);
    return row?.name;
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
    const [row] = await this.#stores.user.read<{ delivery: Delivery }>(delivery, [userId]);
    return row?.delivery ?? "standard";
  }
}
