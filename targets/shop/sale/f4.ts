/**
 * F4, try-lock: whoever finds the stock row locked is turned away at once instead of waiting. Answers are quick and few
 * of them sell: it refuses although units remain. With NOWAIT the server reports an error, with SKIP LOCKED it finds
 * no row; the buyer sees the same.
 */
import type { SaleData } from "../data/sales.ts";
import type { Strategy } from "./strategy.ts";
import { underRowLock } from "./under-row-lock.ts";

export const f4NoWait = (sales: SaleData): Strategy => underRowLock("F4-nowait", "FOR UPDATE NOWAIT", sales);

export const f4SkipLocked = (sales: SaleData): Strategy =>
  underRowLock("F4-skip-locked", "FOR UPDATE SKIP LOCKED", sales);
