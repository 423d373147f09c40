/** The shopper's cart, wherever it is kept: in the user database, or in a key-value store. */
import type { UserData } from "../data/users.ts";

export type Carts = Pick<UserData, "addToCart" | "cart" | "cartToPrice">;
