/** Every operation of docs/shop-api.md as a shopper meets it: a request, and what a good answer to it is. */
import { expect } from "vitest";
import type { Ask } from "./target-asking.ts";

/** What an operation needs to have happened before. */
export interface Before {
  readonly ask: Ask;
  /** Begins every idempotency key, so that two suites on one target do not meet. */
  readonly tag: string;
  /** An open sale of one item, of which each user may have one. */
  readonly saleId: number;
  /** A user of this pass's own: the same operations may be tried on one target several times. */
  shopper(number: number): number;
}

export interface Operation {
  /** As docs/shop-api.md calls it. */
  readonly operation: string;
  try(before: Before): Promise<void>;
}

/** What a write puts into a primary may be seen in a replica or a cache a little later. Generous: machines are busy. */
export const SOON = { timeout: 10_000, interval: 100 };

const wellAnswered = (status: number, body: object) => ({ status, body });
const absent = wellAnswered(404, { status: "absent" });

/** Every user acts in one operation only, so the order in which they are tried does not matter. */
export const operations: readonly Operation[] = [
  {
    operation: "home",
    async try({ ask }) {
      const { status, body } = await ask("GET /");
      expect(status).toBe(200);
      expect(body.featured.length).toBeGreaterThan(0);
      expect(body.featured[0]).toMatchObject({ id: expect.any(Number), name: expect.any(String) });
    },
  },
  {
    operation: "list",
    async try({ ask }) {
      const { status, body } = await ask("GET /category/3?page=2");
      expect(status).toBe(200);
      expect(body.category).toMatchObject({ id: 3 });
      expect(body.items).toHaveLength(20);
      expect(await ask("GET /category/99999999")).toMatchObject(absent);
    },
  },
  {
    operation: "detail",
    async try({ ask }) {
      const { status, body } = await ask("GET /item/101");
      expect(status).toBe(200);
      expect(body.item).toMatchObject({ id: 101, name: expect.any(String), price: expect.any(Number) });
      expect(body.item.stock).toBeGreaterThan(0);
      expect(await ask("GET /item/99999999")).toMatchObject(absent);
    },
  },
  {
    operation: "search",
    async try({ ask }) {
      // A search engine that is fed by changes knows what was there before a moment after it is up.
      await expect
        .poll(async () => (await ask("GET /search?q=silk+teapot")).body?.total, SOON)
        .toBeGreaterThan(0);
      const { status, body } = await ask("GET /search?q=silk+teapot");
      expect(status).toBe(200);
      expect(body.items.length).toBeGreaterThan(0);
      for (const { name } of body.items) expect(name).toMatch(/silk.*teapot|teapot.*silk/);
      expect(await ask("GET /search?q=zeppelin")).toMatchObject(wellAnswered(200, { items: [], total: 0 }));
    },
  },
  {
    operation: "cart_add",
    async try({ ask, shopper }) {
      const add = (itemId: number) => ask("POST /cart", { user: shopper(11), body: { itemId, units: 2 } });
      expect(await add(102)).toMatchObject(wellAnswered(201, { status: "ok" }));
      expect(await add(99_999_999)).toMatchObject(absent);
    },
  },
  {
    operation: "cart_view",
    async try({ ask, tag, shopper }) {
      await ask("POST /cart", { user: shopper(12), key: `${tag}.cart`, body: { itemId: 103, units: 2 } });
      const line = expect.objectContaining({ itemId: 103, units: 2 });
      await expect
        .poll(() => ask("GET /cart", { user: shopper(12) }), SOON)
        .toMatchObject(wellAnswered(200, { lines: [line] }));
    },
  },
  {
    operation: "favourite",
    async try({ ask, shopper }) {
      const made = await ask("POST /favourite", { user: shopper(13), body: { itemId: 104 } });
      expect(made).toMatchObject(wellAnswered(201, { status: "ok" }));
    },
  },
  {
    operation: "checkout_step",
    async try({ ask, shopper }) {
      const step = (name: string, body: object) => ask(`POST /checkout/${name}`, { user: shopper(14), body });
      expect(await step("address", {})).toMatchObject(wellAnswered(200, { status: "ok" }));
      expect(await step("delivery", { option: "express" })).toMatchObject(
        wellAnswered(200, { status: "ok", delivery: "express" }),
      );
      expect(await step("quote", { itemId: 105, units: 2 })).toMatchObject(
        wellAnswered(200, { status: "ok", total: expect.any(Number) }),
      );
    },
  },
  {
    operation: "order_confirm",
    async try({ ask, tag, shopper }) {
      const order = { user: shopper(15), key: `${tag}.150`, body: { itemId: 106, units: 2 } };
      const first = await ask("POST /order", order);
      expect(first).toMatchObject(wellAnswered(201, { status: "accepted", orderId: expect.any(Number) }));
      expect(await ask("POST /order", order)).toMatchObject(
        wellAnswered(201, { status: "accepted", orderId: first.body.orderId }),
      );
      expect((await ask("POST /order", { ...order, user: shopper(21) })).status).toBe(422);
    },
  },
  {
    operation: "order_query",
    async try({ ask, tag, shopper }) {
      const { body } = await ask("POST /order", {
        user: shopper(16),
        key: `${tag}.160`,
        body: { itemId: 108 },
      });
      const found = wellAnswered(200, { orders: [expect.objectContaining({ orderId: body.orderId })] });
      await expect
        .poll(() => ask(`GET /orders/${body.orderId}`, { user: shopper(16) }), SOON)
        .toMatchObject(found);
      await expect.poll(() => ask("GET /orders", { user: shopper(16) }), SOON).toMatchObject(found);
      expect((await ask(`GET /orders/${body.orderId}`, { user: shopper(17) })).status).toBe(404);
    },
  },
  {
    operation: "order_history",
    async try({ ask, tag, shopper }) {
      const user = shopper(23);
      const { body } = await ask("POST /order", { user, key: `${tag}.230`, body: { itemId: 111 } });
      const order = { orderId: body.orderId, itemId: 111, itemName: expect.stringMatching(/^\w+ \w+ \w+$/) };
      await expect
        .poll(() => ask("GET /orders/history", { user }), SOON)
        .toMatchObject(wellAnswered(200, { user: { id: user }, orders: [expect.objectContaining(order)] }));
      expect(await ask("GET /orders/history", { user: 99_999_999 })).toMatchObject(absent);
    },
  },
  {
    operation: "pay",
    async try({ ask, tag, shopper }) {
      const { body } = await ask("POST /order", {
        user: shopper(18),
        key: `${tag}.180`,
        body: { itemId: 109 },
      });
      const pay = () =>
        ask("POST /pay", { user: shopper(18), key: `${tag}.181`, body: { orderId: body.orderId } });
      await expect.poll(pay, SOON).toMatchObject(wellAnswered(200, { status: "paid" }));
    },
  },
  {
    operation: "admin",
    async try({ ask, shopper }) {
      const price = 4_000 + shopper(22);
      await ask("GET /item/110");
      const changed = await ask("POST /admin/item", { body: { itemId: 110, price } });
      expect(changed.status).toBe(200);
      // Pages may be as old as the caches of the stage keep them, and are dropped where they are known.
      await expect.poll(async () => (await ask("GET /item/110")).body.item?.price, SOON).toBe(price);
    },
  },
  {
    operation: "report",
    async try({ ask, tag, shopper }) {
      const sold = async (): Promise<number> => {
        const { body } = await ask("GET /admin/report?days=1");
        return body.lines.reduce((sum: number, line: { units: number }) => sum + line.units, 0);
      };
      const before = await sold();
      await ask("POST /order", { user: shopper(24), key: `${tag}.240`, body: { itemId: 112, units: 3 } });
      await expect.poll(sold, SOON).toBeGreaterThanOrEqual(before + 3);
    },
  },
  {
    operation: "seckill_page",
    async try({ ask, saleId }) {
      await expect
        .poll(() => ask(`GET /seckill/${saleId}`), SOON)
        .toMatchObject(
          wellAnswered(200, {
            sale: { saleId, itemId: expect.any(Number), stock: expect.any(Number), state: "open" },
          }),
        );
      expect((await ask("GET /seckill/63")).status).toBe(404);
    },
  },
  {
    operation: "seckill_try",
    async try({ ask, tag, saleId, shopper }) {
      const attempt = (number: number) =>
        ask(`POST /seckill/${saleId}`, { user: shopper(19), key: `${tag}.${number}` });
      const first = await attempt(190);
      expect(first).toMatchObject(wellAnswered(201, { status: "accepted", orderId: expect.any(Number) }));
      expect(await attempt(190)).toMatchObject(wellAnswered(201, { orderId: first.body.orderId }));
      expect(await attempt(191)).toMatchObject(wellAnswered(403, { status: "refused", reason: "limit" }));
    },
  },
  {
    operation: "seckill_result",
    async try({ ask, tag, saleId, shopper }) {
      const result = (number: number) =>
        ask(`GET /seckill/result/${tag}.${number}?saleId=${saleId}`, { user: shopper(20) });
      expect(await result(209)).toMatchObject(wellAnswered(200, { status: "none" }));
      await ask(`POST /seckill/${saleId}`, { user: shopper(20), key: `${tag}.200` });
      await expect
        .poll(() => result(200), SOON)
        .toMatchObject(wellAnswered(200, { status: "accepted", orderId: expect.any(Number) }));
    },
  },
];
