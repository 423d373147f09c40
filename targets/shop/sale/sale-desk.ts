/** The desk of the flash sales: opens them, shows their page, and hands each try to the sale's strategy. */
import type { Lru } from "../cache/lru.ts";
import type { Page } from "../cache/shared-cache.ts";
import type { SingleFlight } from "../cache/single-flight.ts";
import type { OrderLine } from "../data/orders.ts";
import type { NewSale, SaleData, SaleRow } from "../data/sales.ts";
import type { Desk, Opened, Tried } from "./desk.ts";
import { needOf } from "./strategies.ts";
import type { Attempt, KeyState, SaleAccount, Strategy, StrategyName, Taken } from "./strategy.ts";

/** How old a sale page may be. Short, because "sold out" is what people wait for; tries never look at it. */
const PAGE_MS = 100;

export interface SaleDeskOptions {
  readonly sales: SaleData;
  readonly strategies: ReadonlyMap<StrategyName, Strategy>;
  /** Present where the node keeps pages in its own memory. */
  readonly pages?: { readonly lru: Lru<Page>; readonly flights: SingleFlight<Page> };
  /** Told of every order just written, and waited for before its shopper is answered. */
  remember?(userId: number, order: OrderLine): Promise<void>;
  epochMs(): number;
}

export class SaleDesk implements Desk {
  readonly #options: SaleDeskOptions;

  constructor(options: SaleDeskOptions) {
    this.#options = options;
  }

  async openSale(sale: NewSale): Promise<Opened> {
    const problem = this.problemOf(sale.strategy);
    return problem === undefined ? { saleId: (await this.open(sale)).saleId } : { problem };
  }

  async tryToBuy(saleId: number, attempt: Attempt): Promise<Tried> {
    const sale = await this.#options.sales.find(saleId);
    if (!sale) return { status: "absent" };
    if (this.#options.epochMs() < sale.opensAtEpochMs) return { status: "not-open" };
    return this.take(sale, attempt);
  }

  /** Why this shop cannot sell that way, for example without a cache; undefined when it can. */
  problemOf(strategy: StrategyName): string | undefined {
    if (this.#options.strategies.has(strategy)) return undefined;
    return `strategy ${strategy} needs ${needOf(strategy)}, and this shop has none`;
  }

  /** Opens a sale with a fresh id; when this resolves, every store of its strategy has its stock. */
  async open(newSale: NewSale): Promise<SaleRow> {
    const sale = await this.#options.sales.open(newSale);
    await this.#strategyOf(sale).open(sale);
    return sale;
  }

  async take(sale: SaleRow, attempt: Attempt): Promise<Taken> {
    const { remember, epochMs } = this.#options;
    const taken = await this.#strategyOf(sale).take(sale, attempt);
    if (remember && taken.status === "accepted" && !taken.isEarlier) {
      const { itemId, saleId, price } = sale;
      // The row's own instant is milliseconds earlier, and shows as soon as it can be read.
      const line = { orderId: taken.orderId, itemId, saleId, units: 1, price, createdAtEpochMs: epochMs() };
      await remember(attempt.userId, { ...line, isPaid: false });
    }
    return taken;
  }

  /** The sale's page, at once when this node has it; null when there is no such sale. */
  page(saleId: number): Page | Promise<Page> {
    const { pages } = this.#options;
    const key = String(saleId);
    if (!pages) return this.#render(saleId).then(({ text }) => text);
    const kept = pages.lru.get(key);
    if (kept !== undefined) return kept;
    return pages.flights.run(key, async () => {
      const { text, lifeMs } = await this.#render(saleId);
      pages.lru.set(key, text, lifeMs);
      return text;
    });
  }

  /** What became of the try with that key, by any strategy. */
  async result(key: string, saleId: number | undefined): Promise<KeyState | { readonly status: "none" }> {
    const sale = saleId === undefined ? undefined : await this.#options.sales.find(saleId);
    let state: KeyState | undefined;
    for (const { stateOf } of this.#options.strategies.values()) state ??= await stateOf?.(key, sale);
    if (state?.status === "accepted") return state;
    const orderId = await this.#orderUnder(key, saleId);
    if (orderId !== undefined) return { status: "accepted", orderId };
    return state ?? { status: "none" };
  }

  /** Units left by the cache's counter, where the sale's strategy keeps one. */
  async cacheRemaining(saleId: number, strategy: StrategyName): Promise<number | undefined> {
    return this.#options.strategies.get(strategy)?.cacheRemaining?.(saleId);
  }

  /** What the books need beyond stock row and orders on the sale's shard, where the sale's strategy has that. */
  async account(saleId: number, strategy: StrategyName): Promise<SaleAccount | undefined> {
    return this.#options.strategies.get(strategy)?.account?.(saleId);
  }

  /** A sale that is split over shards may have its order on another one than the sale says. */
  async #orderUnder(key: string, saleId: number | undefined): Promise<number | undefined> {
    const { sales, strategies } = this.#options;
    const found = await sales.orderUnder(key, saleId);
    if (found !== undefined || saleId === undefined) return found;
    const sale = await sales.find(saleId);
    if (!sale || !strategies.get(sale.strategy)?.isSpread) return undefined;
    return sales.orderUnder(key, undefined);
  }

  async #render(saleId: number): Promise<{ text: Page; lifeMs: number }> {
    const sale = await this.#options.sales.find(saleId);
    if (!sale) return { text: null, lifeMs: PAGE_MS };
    const { itemId, price, opensAtEpochMs } = sale;
    const stock = await this.#stockToShow(sale);
    const untilOpenMs = opensAtEpochMs - this.#options.epochMs();
    const state = untilOpenMs > 0 ? "upcoming" : stock > 0 ? "open" : "sold-out";
    return {
      text: JSON.stringify({ sale: { saleId, itemId, price, stock, opensAtEpochMs, state } }),
      // No page says "upcoming" after the opening.
      lifeMs: untilOpenMs > 0 ? Math.min(PAGE_MS, untilOpenMs) : PAGE_MS,
    };
  }

  async #stockToShow({ saleId, strategy }: SaleRow): Promise<number> {
    // A counter below zero is one taken twice and about to be given back; a cache that does not answer is passed by.
    const counted = await this.cacheRemaining(saleId, strategy).catch(() => undefined);
    const left = this.#options.strategies.get(strategy)?.left;
    return Math.max(0, counted ?? (await (left ? left(saleId) : this.#options.sales.remaining(saleId))));
  }

  #strategyOf({ strategy }: SaleRow): Strategy {
    const found = this.#options.strategies.get(strategy);
    if (!found) throw new Error(`this shop cannot sell by ${strategy}: it needs ${needOf(strategy)}`);
    return found;
  }
}
