/** Orders, their books and their payment, by the order and the payment service. */
import type { OrderData, Orders } from "../data/orders.ts";
import type { TradeSales } from "../data/trade-sales.ts";
import { paidWords, type Till } from "../sale/till.ts";
import { OrderServiceDefinition, PaymentServiceDefinition } from "./contract/generated/services.ts";
import { REPORT_TIMEOUT_MS } from "./governance.ts";
import type { RemoteService } from "./remote-service.ts";
import { placedOf, placedWords } from "./tried-over-wire.ts";
import { wordIn } from "./word-in.ts";

const { methods } = OrderServiceDefinition;

export function remoteOrders(service: RemoteService): Orders & TradeSales {
  return {
    /** Keyed, and still never repeated unless it was surely not done: see docs/decisions/0013. */
    async place(order) {
      const { status, orderId, isEarlier } = await service.ask("once", methods.placeOrder, order);
      return placedOf(wordIn(placedWords, status), orderId, isEarlier);
    },
    async list(userId, page) {
      return (await service.ask("read", methods.listOrders, { userId, page })).orders;
    },
    async one(userId, orderId): ReturnType<OrderData["one"]> {
      return (await service.ask("read", methods.getOrder, { userId, orderId })).order;
    },
    async salesSince(firstDay) {
      const { isByCategory, sales } = await service.ask(
        "read",
        methods.getSales,
        { firstDay },
        REPORT_TIMEOUT_MS,
      );
      if (isByCategory)
        return {
          by: "category",
          lines: sales.map(({ id = null, ...line }) => ({ ...line, categoryId: id })),
        };
      return { by: "item", items: sales.map(({ id = 0, ...line }) => ({ ...line, itemId: id })) };
    },
  };
}

export function remoteTill(service: RemoteService): Till {
  return {
    async pay(userId, orderId, key) {
      const request = { userId, orderId, key };
      const { status } = await service.ask("once", PaymentServiceDefinition.methods.pay, request);
      return wordIn(paidWords, status);
    },
  };
}
