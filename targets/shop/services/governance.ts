/** The figures of governance, in one place. */
import type { GovernanceLimits } from "./governed-calls.ts";

/**
 * The breaker's share, its least number of calls and its window are Hystrix's defaults
 * (github.com/Netflix/Hystrix/wiki/Configuration: 50 %, 20 requests, 10 s); its rest of 5 s is a second here, since runs
 * are short. Retries are a tenth of the calls, as in the Site Reliability Engineering book, chapter "Handling Overload".
 */
export const governanceLimits: GovernanceLimits = {
  breaker: { windowS: 10, leastCalls: 20, failureRatio: 0.5, restMs: 1_000 },
  inFlightLimit: 64,
  retryRatio: 0.1,
  retriesSaved: 10,
};

/** What a shopper's request may take with everything that is asked for it; as long as a database may work on one statement. */
export const REQUEST_BUDGET_MS = 2_000;
/** How long a page waits for a part that it can do without. */
export const DISPENSABLE_MS = 300;
/** Without governance every try may take so long: two and a half times as long as anything should. */
export const UNGOVERNED_TIMEOUT_MS = 5_000;
/** A report adds up all that was sold; as long as a database may work on one. */
export const REPORT_TIMEOUT_MS = 30_000;
/** Opening a sale, or reading the stock books, waits for every shard and store. */
export const BOOKS_TIMEOUT_MS = 60_000;
