/** Operations that can be switched off, and how one asks a door for each of them so that nothing is done by it. */
import { z } from "zod";
import type { Area } from "../targets/target.ts";

interface Question {
  /** Whose operation it is. */
  readonly area: Area;
  readonly method: "GET" | "POST";
  /**
   * A shopper is missing, or whatever else it takes: a door that lets it in says so (400) and nothing has been done, and no
   * store was asked that may be away. Pages that take nothing are shown.
   */
  readonly path: string;
}

/** As docs/shop-api.md has them. */
export const questions = {
  home: { area: "home", method: "GET", path: "/" },
  list: { area: "home", method: "GET", path: "/category/1" },
  detail: { area: "home", method: "GET", path: "/item/1" },
  search: { area: "search", method: "GET", path: "/search" },
  cart_add: { area: "cart", method: "POST", path: "/cart" },
  cart_view: { area: "cart", method: "GET", path: "/cart" },
  favourite: { area: "cart", method: "POST", path: "/favourite" },
  checkout_step: { area: "cart", method: "POST", path: "/checkout/address" },
  order_confirm: { area: "trade", method: "POST", path: "/order" },
  order_query: { area: "trade", method: "GET", path: "/orders" },
  order_history: { area: "trade", method: "GET", path: "/orders/history" },
  pay: { area: "trade", method: "POST", path: "/pay" },
  admin: { area: "home", method: "POST", path: "/admin/item" },
  report: { area: "home", method: "GET", path: "/admin/report?days=0" },
  seckill_page: { area: "trade", method: "GET", path: "/seckill/0" },
  seckill_try: { area: "trade", method: "POST", path: "/seckill/0" },
  seckill_result: { area: "trade", method: "GET", path: "/seckill/result/none" },
} as const satisfies Readonly<Record<string, Question>>;

export type SwitchedOperation = keyof typeof questions;

export const isSwitchedOperation = (word: string): word is SwitchedOperation =>
  Object.hasOwn(questions, word);

const LIMIT_MS = 2_000;
/** What is switched off is answered as if it were shed. A proxy that finds nobody says 503 in other words. */
const refusal = z.object({ status: z.literal("busy") });

/**
 * Whether a door refuses an operation, as one that is switched off is; a shop that has too much in hand refuses so as well.
 * @param mark another one each time, so that no cache on the way knows the page
 * @throws when there is no answer
 */
export async function isRefusedAt(url: string, operation: SwitchedOperation, mark: string): Promise<boolean> {
  const { method, path } = questions[operation];
  const asked = `${url}${path}${path.includes("?") ? "&" : "?"}asked=${mark}`;
  const answer = await fetch(asked, { method, signal: AbortSignal.timeout(LIMIT_MS) });
  const body: unknown = await answer.json().catch(() => undefined);
  return answer.status === 503 && refusal.safeParse(body).success;
}
