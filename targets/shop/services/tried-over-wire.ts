/** What came of trying to buy, as it goes over the wire: a word, and of an accepted order its id. Pure. */
import type { Placed } from "../data/orders.ts";
import type { Tried } from "../sale/desk.ts";

export const placedWords = ["accepted", "sold-out", "limit", "key-reused"] as const;
export const triedWords = [...placedWords, "pending", "busy", "not-open", "absent"] as const;

export interface OnWire {
  readonly status: string;
  readonly orderId: number;
  readonly isEarlier: boolean;
}

export function onWire(tried: Tried): OnWire {
  if (tried.status !== "accepted") return { status: tried.status, orderId: 0, isEarlier: false };
  return { status: tried.status, orderId: tried.orderId, isEarlier: tried.isEarlier };
}

export function placedOf(status: (typeof placedWords)[number], orderId: number, isEarlier: boolean): Placed {
  return status === "accepted" ? { status, orderId, isEarlier } : { status };
}

export function triedOf(status: (typeof triedWords)[number], orderId: number, isEarlier: boolean): Tried {
  return status === "accepted" ? { status, orderId, isEarlier } : { status };
}
