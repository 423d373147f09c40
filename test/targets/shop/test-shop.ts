/** The shop in this process, over real databases, and a short way to ask it. */
import { sleep } from "../../../base/clock.ts";
import { parseConfig } from "../../../targets/shop/config.ts";
import { seed } from "../../../targets/shop/seed/seed.ts";
import { openShop, type Surroundings } from "../../../targets/shop/shop.ts";
import type { Servers } from "./servers.ts";

/** Small enough to seed in a moment. */
export const size = { items: 2_000, categories: 10, users: 500 };

export interface Databases {
  /** catalog, user and trade shard 0. */
  readonly first: string;
  /** trade shard 1. */
  readonly second: string;
}

/** Two seeded databases with the trade split over both. */
export async function seedTwo(servers: Servers): Promise<Databases> {
  const [first, second] = [await servers.createDatabase("first"), await servers.createDatabase("second")];
  await seed({ url: first, holds: ["catalog", "user", "trade"], ...size, shard: 0, shards: 2 });
  await seed({ url: second, holds: ["trade"], ...size, shard: 1, shards: 2 });
  return { first, second };
}

/** A configuration over both shards, without caches; `more` adds or replaces parts. */
export function configOf({ first, second }: Databases, more: Readonly<Record<string, unknown>> = {}) {
  return {
    name: "shop-under-test",
    host: "127.0.0.1",
    port: 0,
    databases: {
      catalog: { primary: first },
      user: { primary: first },
      trade: { shards: [first, second] },
    },
    pools: { max: 8, connectTimeoutMs: 2_000, statementTimeoutMs: 5_000 },
    inFlightLimit: 1_000,
    ...more,
  };
}

export const caches = {
  localCache: { entries: 1_000, ttlS: 60 },
  sharedCache: { ttlS: 60, jitterRatio: 0.1 },
};

export interface Reply {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever JSON the shop answers; each test looks at what it knows
  readonly body: any;
  readonly text: string;
}

export interface Asked {
  readonly user?: number;
  readonly key?: string;
  readonly body?: unknown;
}

export class TestShop implements AsyncDisposable {
  readonly origin: string;
  readonly #close: () => Promise<void>;

  private constructor(port: number, close: () => Promise<void>) {
    this.origin = `http://127.0.0.1:${port}`;
    this.#close = close;
  }

  static async open(config: object, surroundings: Partial<Surroundings> = {}): Promise<TestShop> {
    const shop = await openShop(parseConfig(JSON.stringify(config)), {
      log: { info: () => {}, error: () => {} },
      nowMs: () => performance.now(),
      epochMs: Date.now,
      random: Math.random,
      ...surroundings,
    });
    return new TestShop(shop.port, () => shop.close(0));
  }

  /** `ask("POST /order", { user: 7, key: "t.1", body: { itemId: 5 } })` */
  async ask(request: string, { user, key, body }: Asked = {}): Promise<Reply> {
    const [method = "GET", path = "/"] = request.split(" ");
    const headers: Record<string, string> = {};
    if (user !== undefined) headers["x-user"] = String(user);
    if (key !== undefined) headers["idempotency-key"] = key;
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const response = await fetch(this.origin + path, {
      method,
      headers,
      ...(body !== undefined && { body: text }),
    });
    const answer = await response.text();
    const isJson = response.headers.get("content-type") === "application/json";
    return { status: response.status, body: isJson ? JSON.parse(answer) : undefined, text: answer };
  }

  /** Opens a sale and gives its id. */
  async openSale(sale: {
    tag: string;
    strategy: string;
    stock: number;
    itemId?: number;
    perUserLimit?: number;
    opensAtEpochMs?: number;
  }): Promise<number> {
    const body = { itemId: 5, perUserLimit: 1, opensAtEpochMs: 0, ...sale };
    const reply = await this.ask("POST /audit/sales", { body });
    if (reply.status !== 201) throw new Error(`the sale did not open: ${reply.status} ${reply.text}`);
    return reply.body.saleId as number;
  }

  async stockOf(tag: string, saleId: number): Promise<Record<string, number>> {
    const { body } = await this.ask(`GET /audit/stocks?tag=${tag}`);
    return body.stocks.find((row: { saleId: number }) => row.saleId === saleId);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }

  /** The shop once every store answers: Redis is connected to in the background. */
  async ready(): Promise<this> {
    for (let round = 0; round < 100; round++) {
      if ((await this.ask("GET /health")).status === 200) return this;
      await sleep(20);
    }
    throw new Error("the shop's stores do not answer");
  }
}
