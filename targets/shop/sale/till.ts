/** Where orders are paid: what was only held is settled first, then the payment is written. */
import type { OrderData } from "../data/orders.ts";
import type { Holds } from "./holds.ts";

/** `expired`, `sold-out`: the order lost the unit, or never got one, so there is nothing to pay for. */
export const paidWords = ["paid", "absent", "key-reused", "expired", "sold-out"] as const;
export type Paid = (typeof paidWords)[number];

export interface Till {
  /** Pays once however often it is asked; a key that paid another order is reused. */
  pay(userId: number, orderId: number, key: string | undefined): Promise<Paid>;
}

/** A unit that was only held, or only wanted, becomes the shopper's before the payment is written. */
export function localTill(orders: Pick<OrderData, "pay">, holds: Pick<Holds, "settle">): Till {
  return {
    async pay(userId, orderId, key) {
      const settled = await holds.settle(orderId, userId);
      if (settled === "expired" || settled === "sold-out") return settled;
      return orders.pay(userId, orderId, key);
    },
  };
}
