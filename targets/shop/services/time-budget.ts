/** How long the request in hand may still take: set at the door, known to every call made for it, passed along. */
import { AsyncLocalStorage } from "node:async_hooks";

const deadlineAtMs = new AsyncLocalStorage<number>();

/** Runs `work` with no more than `budgetMs` for all calls it makes; inside another budget the shorter one counts. */
export function withinBudget<T>(budgetMs: number, nowMs: number, work: () => T): T {
  return deadlineAtMs.run(
    Math.min(nowMs + budgetMs, deadlineAtMs.getStore() ?? Number.POSITIVE_INFINITY),
    work,
  );
}

/** What is left of it, never below 0; `usualMs` where the request has no budget. */
export function leftMs(nowMs: number, usualMs: number): number {
  const deadline = deadlineAtMs.getStore();
  return deadline === undefined ? usualMs : Math.max(0, Math.min(usualMs, deadline - nowMs));
}
