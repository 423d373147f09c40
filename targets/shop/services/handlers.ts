/** What each service does when it is called: the same parts that a shop with databases works with. */
import { LEFT_OUT, type LeftOut } from "../data/left-out.ts";
import type { Delivery } from "../data/users.ts";
import type { Parts } from "../parts.ts";
import { strategyNames } from "../sale/strategy.ts";
import { type Sessions, SessionTooLarge } from "../sessions/session.ts";
import type * as wire from "./contract/generated/services.ts";
import { keyStateOnWire } from "./key-state-over-wire.ts";
import type { MessageType } from "./service-member.ts";
import { onWire } from "./tried-over-wire.ts";

/** What answers the methods of a definition: a promise for most, a list that comes bit by bit for those that stream. */
export type HandlersOf<D extends { readonly methods: object }> = {
  readonly [M in keyof D["methods"]]: D["methods"][M] extends {
    readonly requestType: MessageType<infer Q>;
    readonly responseType: MessageType<infer A>;
    readonly responseStream: infer S;
  }
    ? (request: Q) => S extends true ? AsyncIterable<A> : Promise<A>
    : never;
};

export const userHandlers = ({ users }: Parts): HandlersOf<wire.UserServiceDefinition> => ({
  getName: async ({ userId }) => ({ name: known(await users.name(userId)) }),
  getAddress: async ({ userId }) => ({ address: await users.address(userId) }),
  async addFavourite({ userId, itemId }) {
    await users.addFavourite(userId, itemId);
    return {};
  },
  async chooseAddress({ userId, address }) {
    await users.chooseAddress(userId, address);
    return {};
  },
  async chooseDelivery({ userId, delivery }) {
    await users.chooseDelivery(userId, delivery as Delivery);
    return {};
  },
  getDelivery: async ({ userId }) => ({ delivery: known(await users.delivery(userId)) }),
});

export const orderHandlers = ({
  orders,
  desk,
  books,
  tradeSales,
}: Parts): HandlersOf<wire.OrderServiceDefinition> => ({
  placeOrder: async (order) => onWire(await orders.place(order)),
  listOrders: async ({ userId, page }) => ({ orders: await orders.list(userId, page) }),
  getOrder: async ({ userId, orderId }) => ({ order: await orders.one(userId, orderId) }),
  async openSale({ strategy, ...sale }) {
    const name = strategyNames.find((each) => each === strategy);
    if (name === undefined) return { saleId: 0, problem: `there is no strategy ${strategy}` };
    const opened = await desk.openSale({ ...sale, strategy: name });
    return "problem" in opened ? { saleId: 0, problem: opened.problem } : { saleId: opened.saleId };
  },
  getSalePage: async ({ saleId }) => ({ page: (await desk.page(saleId)) ?? undefined }),
  trySale: async ({ saleId, userId, key }) => onWire(await desk.tryToBuy(saleId, { userId, key })),
  getSaleResult: async ({ key, saleId }) => keyStateOnWire(await desk.result(key, saleId)),
  getStockBooks: ({ tag }) => books.stocks(tag),
  async *readOrderBook({ tag }) {
    for await (const orders of books.orders(tag)) yield { orders };
  },
  async getSales({ firstDay }) {
    const sums = await tradeSales.salesSince(firstDay);
    if (sums.by === "item")
      return {
        isByCategory: false,
        sales: sums.items.map(({ itemId, ...line }) => ({ ...line, id: itemId })),
      };
    const sales = sums.lines.map(({ categoryId, ...line }) => ({ ...line, id: categoryId ?? undefined }));
    return { isByCategory: true, sales };
  },
});

export const paymentHandlers = ({ till }: Parts): HandlersOf<wire.PaymentServiceDefinition> => ({
  pay: async ({ userId, orderId, key }) => ({ status: await till.pay(userId, orderId, key) }),
});

export const stockHandlers = ({ stocks }: Parts): HandlersOf<wire.StockServiceDefinition> => ({
  getStock: async ({ itemId }) => ({ remaining: known(await stocks.stockOf(itemId)) }),
});

export const authHandlers = (sessions: Sessions): HandlersOf<wire.AuthServiceDefinition> => ({
  async openSession(session) {
    try {
      return { word: await sessions.open(session), sizeBytes: 0 };
    } catch (error) {
      if (error instanceof SessionTooLarge) return { sizeBytes: error.sizeBytes };
      throw error;
    }
  },
  findSession: async ({ word }) => ({ session: await sessions.find(word) }),
});

/** Parts are left out by callers; over a database there is nothing to leave out. */
function known<T>(part: T | LeftOut): T {
  if (part === LEFT_OUT) throw new Error("a part is left out where it is kept");
  return part;
}
