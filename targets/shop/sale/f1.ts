/** F1, pessimistic lock: everybody queues for the stock row, and whoever holds it holds it for five round trips. */
import type { SaleData } from "../data/sales.ts";
import type { Strategy } from "./strategy.ts";
import { underRowLock } from "./under-row-lock.ts";

export const f1 = (sales: SaleData): Strategy => underRowLock("F1", "FOR UPDATE", sales);
