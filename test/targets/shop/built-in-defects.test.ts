/** Defects on purpose do what they say, and without them nothing is different. */
import { describe, expect, test } from "vitest";
import { findTarget } from "../../../targets/catalog.ts";
import { renderNginx } from "../../../targets/launch/render-nginx.ts";
import { booksWith, ordersWith, storesWith, takeWith } from "../../../targets/shop/built-in-defects.ts";
import type { NewOrder, Orders, Placed } from "../../../targets/shop/data/orders.ts";
import type { SaleRow } from "../../../targets/shop/data/sales.ts";
import { chooseVariants } from "../../../targets/variant.ts";

const order: NewOrder = { userId: 1, key: "t.4", itemId: 7, units: 1, price: 100 };
const pools = { max: 8, connectTimeoutMs: 1_000, statementTimeoutMs: 2_000 };

function shelf() {
  const keys: string[] = [];
  const orders: Orders = {
    place: async ({ key }) => {
      keys.push(key);
      return { status: "accepted", orderId: keys.length, isEarlier: false };
    },
    list: async () => [],
    one: async () => undefined,
  };
  return { keys, orders };
}

describe("without one", () => {
  test("stores, orders and books are what they were", () => {
    const { orders } = shelf();
    const config = { pools };
    const books = {
      stocks: async () => ({ sales: [], ordinary: { initial: 0, remaining: 0, sold: 0 } }),
      async *orders() {},
    };
    expect(storesWith(config)).toBe(config);
    expect(ordersWith(undefined, orders, Math.random)).toBe(orders);
    expect(ordersWith(["early-acknowledgement"], orders, Math.random)).toBe(orders);
    expect(booksWith(undefined, books)).toBe(books);
  });
});

test("an early acknowledgement asks for commits that are not on disk", () => {
  expect(storesWith({ pools, defects: ["early-acknowledgement"] }).pools).toEqual({
    ...pools,
    isDurable: false,
  });
});

test("a forgotten key is another one each time, and the books show the one that was sent", async () => {
  const { keys, orders } = shelf();
  const draws = [0.25, 0.75];
  const forgetful = ordersWith(["forgotten-keys"], orders, () => draws.shift()!);
  await forgetful.place(order);
  await forgetful.place(order);
  expect(new Set(keys).size).toBe(2);
  const batch = keys.map((key) => ({ key, userId: 1, saleId: 0, units: 1 }));
  const books = booksWith(["forgotten-keys"], {
    stocks: async () => ({ sales: [], ordinary: { initial: 0, remaining: 0, sold: 0 } }),
    async *orders() {
      yield batch;
    },
  });
  const shown: string[] = [];
  for await (const some of books.orders("t")) shown.push(...some.map(({ key }) => key));
  expect(shown).toEqual(["t.4", "t.4"]);
});

test("a promise that is forgotten is taken under another key each time, and whatever the shopper has already", async () => {
  const sale: SaleRow = {
    ...{ saleId: 65, itemId: 5, price: 100, initial: 3, perUserLimit: 1, strategy: "F9", opensAtEpochMs: 0 },
  };
  const taken: { key: string; perUserLimit: number }[] = [];
  const take = async ({ perUserLimit }: SaleRow, { key }: { key: string }): Promise<Placed> => {
    taken.push({ key, perUserLimit });
    return { status: "accepted", orderId: taken.length, isEarlier: false };
  };
  const draws = [0.25, 0.75];
  const forgetful = takeWith(["forgotten-promises"], take, () => draws.shift()!);
  for (let delivery = 0; delivery < 2; delivery++) await forgetful(sale, { userId: 1, key: "t.4" });
  expect(taken.map(({ key }) => key.split("~")[0])).toEqual(["t.4", "t.4"]);
  expect(new Set(taken.map(({ key }) => key)).size).toBe(2);
  for (const { perUserLimit } of taken) expect(perUserLimit).toBeGreaterThan(1_000_000);
  expect(takeWith(["forgotten-keys"], take, Math.random)).toBe(take);
});

test.each([
  { value: "none", planted: undefined },
  { value: "forgotten-promises", planted: ["forgotten-promises"] },
])(
  "planted=$value in a stage with a queue is a matter of its worker, and of who shows the books",
  ({ value, planted }) => {
    const { spec, problems } = chooseVariants(findTarget("stage-12"), [`planted=${value}`]);
    expect(problems).toEqual([]);
    expect(spec.nodes["order-worker"]?.settings?.defects).toEqual(planted);
    expect(spec.nodes["trade-app"]?.settings?.defects).toEqual(planted);
    expect(spec.nodes["order-service"]?.settings?.defects).toBeUndefined();
  },
);

test.each([
  { value: "none", shop: undefined, proxy: undefined },
  { value: "early-acknowledgement", shop: ["early-acknowledgement"], proxy: undefined },
  { value: "resends", shop: undefined, proxy: true },
  { value: "resends-and-forgets", shop: ["forgotten-keys"], proxy: true },
])("planted=$value changes nothing else", ({ value, shop, proxy }) => {
  const { spec, problems } = chooseVariants(findTarget("stage-04"), [`planted=${value}`]);
  expect(problems).toEqual([]);
  expect(spec.nodes["shop"]?.settings?.defects).toEqual(shop);
  expect(spec.nodes["proxy"]?.settings?.resends).toBe(proxy);
});

test("only a proxy that is told to sends a write again", () => {
  const nginx = { port: 1, backends: [], balance: "round-robin", folder: "f", user: undefined } as const;
  const backends = [{ name: "shop-1", address: "127.0.0.1:2", cpuMillicores: 100 }];
  const rendered = (resends: boolean) =>
    renderNginx({ ...nginx, backends, resends } as Parameters<typeof renderNginx>[0]);
  expect(rendered(true)).toMatch(
    /proxy_read_timeout 2s;\n +proxy_next_upstream error timeout non_idempotent;/,
  );
  expect(rendered(false)).not.toMatch(/^\s*proxy_next_upstream .*non_idempotent/m);
});
