import { expect, test } from "vitest";
import { withFreshCart, withFreshOrders } from "../../../targets/shop/cache/fresh-copies.ts";
import { type OrderLine, pageOf } from "../../../targets/shop/data/orders.ts";

const order = (orderId: number, more: Partial<OrderLine> = {}): OrderLine => ({
  orderId,
  itemId: 5,
  saleId: 0,
  units: 1,
  price: 100,
  createdAtEpochMs: 1_000 + orderId,
  isPaid: false,
  ...more,
});

test("an order the replica does not have yet is added, and one it has is there once", () => {
  const orders = withFreshOrders([order(1), order(2)], [order(3), order(2)]);
  expect(orders.map(({ orderId }) => orderId)).toEqual([1, 2, 3]);
});

test.each([
  { why: "the copy knows of the payment", read: false, fresh: [true], isPaid: true },
  { why: "the replica has overtaken the copy", read: true, fresh: [false], isPaid: true },
  { why: "an older copy lies behind the newest", read: false, fresh: [true, false], isPaid: true },
  { why: "nobody has paid", read: false, fresh: [false], isPaid: false },
])("an order is paid $isPaid when $why", ({ read, fresh, isPaid }) => {
  const copies = fresh.map((each) => order(1, { isPaid: each }));
  expect(withFreshOrders([order(1, { isPaid: read })], copies)).toEqual([order(1, { isPaid })]);
});

test("the larger number of units in a cart is the newer one", () => {
  const read = [
    { itemId: 9, units: 4 },
    { itemId: 3, units: 1 },
  ];
  const fresh = [
    { itemId: 9, units: 2 },
    { itemId: 3, units: 2 },
    { itemId: 5, units: 1 },
  ];
  expect(withFreshCart(read, fresh)).toEqual([
    { itemId: 3, units: 2 },
    { itemId: 5, units: 1 },
    { itemId: 9, units: 4 },
  ]);
});

test("pages of orders from several shards follow each other without gap or repetition, newest first", () => {
  // Ids count in steps of 64 from the shard's number; within one instant the larger id comes first.
  const all = Array.from({ length: 25 }, (_, n) =>
    order(64 * (1 + n) + (n % 3), { createdAtEpochMs: n >> 1 }),
  );
  const pages = [1, 2, 3, 4].map((page) => pageOf(all, page).map(({ orderId }) => orderId));
  expect(pages.map(({ length }) => length)).toEqual([10, 10, 5, 0]);
  expect(pages.flat()).toEqual(all.map(({ orderId }) => orderId).reverse());
});
