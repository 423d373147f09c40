/** Flash sales and the books of all stock, by the order service, where the desk is. */
import type { Desk } from "../sale/desk.ts";
import type { StockBooks } from "../sale/stock-books.ts";
import { strategyNames } from "../sale/strategy.ts";
import { CallFailed } from "./call-failed.ts";
import { OrderServiceDefinition } from "./contract/generated/services.ts";
import { BOOKS_TIMEOUT_MS } from "./governance.ts";
import { keyStateOf, keyStateWords } from "./key-state-over-wire.ts";
import type { RemoteService } from "./remote-service.ts";
import { triedOf, triedWords } from "./tried-over-wire.ts";
import { wordIn } from "./word-in.ts";

const { methods } = OrderServiceDefinition;

export function remoteDesk(service: RemoteService): Desk {
  return {
    async openSale(sale) {
      const { saleId, problem } = await service.ask("once", methods.openSale, sale, BOOKS_TIMEOUT_MS);
      return problem === undefined ? { saleId } : { problem };
    },
    async page(saleId) {
      return (await service.ask("read", methods.getSalePage, { saleId })).page ?? null;
    },
    async tryToBuy(saleId, { userId, key }) {
      const answer = await service.ask("once", methods.trySale, { saleId, userId, key });
      return triedOf(wordIn(triedWords, answer.status), answer.orderId, answer.isEarlier);
    },
    async result(key, saleId) {
      const { status, orderId } = await service.ask("read", methods.getSaleResult, { key, saleId });
      return keyStateOf(wordIn(keyStateWords, status), orderId);
    },
  };
}

export function remoteBooks(service: RemoteService): StockBooks {
  return {
    async stocks(tag) {
      const answer = await service.ask("read", methods.getStockBooks, { tag }, BOOKS_TIMEOUT_MS);
      if (answer.ordinary === undefined) throw new CallFailed("the stock books came without ordinary stock");
      const sales = answer.sales.map(({ strategy, reserved, ...book }) => ({
        ...book,
        strategy: wordIn(strategyNames, strategy),
        ...(reserved !== undefined && { reserved }),
      }));
      return { sales, ordinary: answer.ordinary };
    },
    async *orders(tag) {
      for await (const { orders } of service.stream(methods.readOrderBook, { tag })) yield orders;
    },
  };
}
