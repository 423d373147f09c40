/** Books of a stub shop: it sells one unit to a user, keeps everything in memory, and can be read as docs/audit.md says. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface StubBooks extends AsyncDisposable {
  readonly url: string;
}

interface Opening {
  readonly tag: string;
  readonly itemId: number;
  readonly stock: number;
  readonly perUserLimit: number;
  readonly opensAtEpochMs: number;
}

class Sale {
  readonly opening: Opening;
  readonly saleId: number;
  /** Counted down by itself, so that books and orders could disagree. */
  left: number;
  readonly orders: { readonly key: string; readonly userId: number }[] = [];

  constructor(saleId: number, opening: Opening) {
    this.saleId = saleId;
    this.opening = opening;
    this.left = opening.stock;
  }

  try(key: string, userId: number): readonly [status: number, words: object] {
    if (this.orders.every((order) => order.key !== key)) {
      if (Date.now() < this.opening.opensAtEpochMs) return [403, { status: "refused", reason: "not-open" }];
      if (this.left === 0) return [409, { status: "sold-out" }];
      const bought = this.orders.filter((order) => order.userId === userId).length;
      if (bought >= this.opening.perUserLimit) return [403, { status: "refused", reason: "limit" }];
      this.left -= 1;
      this.orders.push({ key, userId });
    }
    return [201, { status: "accepted", orderId: key }];
  }
}

export async function startStubBooks(): Promise<StubBooks> {
  const sales: Sale[] = [];
  const server = createServer(async (asked, answer) => {
    const { pathname, searchParams } = new URL(asked.url ?? "/", "http://books");
    const say = (status: number, words: object) => void answer.writeHead(status).end(JSON.stringify(words));
    const body = (await asked.toArray()).join("");
    const ofTag = sales.filter(({ opening }) => opening.tag === searchParams.get("tag"));
    const last = decodeURIComponent(pathname.split("/").at(-1) ?? "");

    if (pathname === "/audit/sales") {
      const opening = JSON.parse(body) as Opening;
      sales.push(new Sale(sales.length + 1, opening));
      return say(201, { ...opening, saleId: sales.length });
    }
    if (pathname === "/audit/stocks") {
      const stocks = ofTag.map(({ saleId, opening: { itemId, stock }, left, orders }) => ({
        saleId,
        itemId,
        initial: stock,
        remaining: left,
        sold: orders.length,
      }));
      return say(200, { stocks });
    }
    if (pathname === "/audit/orders") {
      const rows = ofTag.flatMap(({ saleId, opening: { tag }, orders }) =>
        orders.map(({ key, userId }) => [Number(key.slice(tag.length + 1)), userId, saleId, 1]),
      );
      const lines = [...rows, { end: true, orders: rows.length }].map((row) => `${JSON.stringify(row)}\n`);
      return void answer.end(lines.join(""));
    }
    if (asked.method === "POST") {
      const key = String(asked.headers["idempotency-key"]);
      const [status, words] = sales[Number(last) - 1]?.try(key, Number(asked.headers["x-user"])) ?? [404, {}];
      return say(status, words);
    }
    const isBought = sales.some(({ orders }) => orders.some(({ key }) => key === last));
    say(200, { status: isBought ? "accepted" : "none" });
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
