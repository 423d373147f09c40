/** Buying: order, order query, past orders, pay. */
import type { OrderHistory } from "../data/history.ts";
import type { Orders, Placed } from "../data/orders.ts";
import { type Answer, absent, accepted, expired, json, keyReused, refused, soldOut } from "../http/answer.ts";
import type { Call } from "../http/call.ts";
import type { Route } from "../http/door.ts";
import type { Till } from "../sale/till.ts";
import type { Shelf } from "../shelf.ts";

const ORDER_UNITS_MAX = 99;
const ORDER_PAGES = 10;

export function orderRoutes(
  shelf: Shelf,
  orders: Orders,
  history: OrderHistory,
  till: Till,
): readonly Route[] {
  const write = { method: "POST", isShed: true } as const;
  const query = { method: "GET", isShed: true, name: "order_query" } as const;
  return [
    { ...write, name: "order_confirm", path: "/order", handle: (call) => place(shelf, orders, call) },
    { ...query, path: "/orders", handle: (call) => list(orders, call) },
    {
      ...query,
      name: "order_history",
      path: "/orders/history",
      handle: (call) => pastOrders(history, call),
    },
    { ...query, path: "/orders/:orderId", handle: (call) => one(orders, call) },
    { ...write, name: "pay", path: "/pay", handle: (call) => pay(till, call) },
  ];
}

/** What came of trying to buy, as an answer. */
export function placedAnswer(placed: Placed): Answer {
  switch (placed.status) {
    case "accepted":
      return accepted(placed.orderId);
    case "sold-out":
      return soldOut;
    case "limit":
      return refused("limit");
    case "key-reused":
      return keyReused;
    default:
      return placed satisfies never;
  }
}

/** The price is that of the page the shopper saw, which may be as old as the caches allow. */
async function place(shelf: Shelf, orders: Orders, call: Call): Promise<Answer> {
  const userId = call.user();
  const key = call.key();
  const itemId = call.whole("itemId");
  const units = call.optionalWhole("units", 1, ORDER_UNITS_MAX) ?? 1;
  call.check();
  const item = await shelf.item(itemId);
  if (!item) return absent;
  return placedAnswer(await orders.place({ userId, key, itemId, units, price: item.price }));
}

async function list(orders: Orders, call: Call): Promise<Answer> {
  const userId = call.user();
  const page = call.page(ORDER_PAGES);
  call.check();
  return json(200, { orders: await orders.list(userId, page) });
}

async function pastOrders(history: OrderHistory, call: Call): Promise<Answer> {
  const userId = call.user();
  const page = call.page(ORDER_PAGES);
  call.check();
  const found = await history.page(userId, page);
  return found ? json(200, found) : absent;
}

async function one(orders: Orders, call: Call): Promise<Answer> {
  const userId = call.user();
  const orderId = call.id(Number.MAX_SAFE_INTEGER);
  call.check();
  const order = await orders.one(userId, orderId);
  return order ? json(200, { orders: [order] }) : absent;
}

async function pay(till: Till, call: Call): Promise<Answer> {
  const userId = call.user();
  const key = call.optionalKey();
  const orderId = call.whole("orderId", 1, Number.MAX_SAFE_INTEGER);
  call.check();
  const status = await till.pay(userId, orderId, key);
  switch (status) {
    case "paid":
      return json(200, { status });
    case "absent":
      return absent;
    case "key-reused":
      return keyReused;
    case "expired":
      return expired;
    case "sold-out":
      return soldOut;
    default:
      return status satisfies never;
  }
}
