/** What became of a try, as it goes over the wire: one word for each answer a shopper can get. Pure. */
import type { KeyState } from "../sale/strategy.ts";

type Shown = KeyState | { readonly status: "none" };

const refusals = ["limit", "key-reused"] as const;
export const keyStateWords = ["accepted", "pending", "none", "sold-out", ...refusals] as const;
type Word = (typeof keyStateWords)[number];

export function keyStateOnWire(state: Shown): { status: Word; orderId: number } {
  return {
    status: state.status === "refused" ? state.reason : state.status,
    orderId: state.status === "accepted" ? state.orderId : 0,
  };
}

export function keyStateOf(status: Word, orderId: number): Shown {
  switch (status) {
    case "accepted":
      return { status, orderId };
    case "limit":
    case "key-reused":
      return { status: "refused", reason: status };
    default:
      return { status };
  }
}
