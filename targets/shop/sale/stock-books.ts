/** The books of all that is sold: what the databases say, and of flash sales what their way of selling knows besides. */
import type { BookedOrder, Books, SaleBook, StockSum } from "../data/books.ts";
import type { SaleDesk } from "./sale-desk.ts";
import type { SaleAccount } from "./strategy.ts";

export interface SaleAccountBook extends SaleBook, Pick<SaleAccount, "reserved"> {
  /** Units left by the cache's counter, where the strategy keeps one. */
  readonly cacheRemaining?: number | undefined;
}

export interface StockBooks {
  /** Every sale opened under the tag, and all ordinary stock together. */
  stocks(tag: string): Promise<{ readonly sales: readonly SaleAccountBook[]; readonly ordinary: StockSum }>;
  /** Every order row whose key begins with `<tag>.`, duplicates included. */
  orders(tag: string): AsyncIterable<readonly BookedOrder[]>;
}

export function localBooks(books: Books, desk: Pick<SaleDesk, "account" | "cacheRemaining">): StockBooks {
  return {
    async stocks(tag) {
      const [sales, ordinary] = await Promise.all([books.sales(tag), books.ordinary()]);
      const told = sales.map(async (book) => ({
        ...book,
        ...(await desk.account(book.saleId, book.strategy)),
        cacheRemaining: await desk.cacheRemaining(book.saleId, book.strategy),
      }));
      return { sales: await Promise.all(told), ordinary };
    },
    orders: (tag) => books.orders(tag),
  };
}
