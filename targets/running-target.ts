/** What a launcher hands over, whichever it was. */
import type { Sale } from "../scenarios/scenario.ts";
import type { Business, Component, Strategy, Tier } from "./target.ts";

export interface RunningTarget extends AsyncDisposable {
  readonly id: string;
  readonly launcher: "processes" | "compose" | "external";
  /** Origins to send load to, for example `http://127.0.0.1:41231`. More than one: agents spread over them. */
  readonly entryUrls: readonly string[];
  readonly nodes: readonly NodeHandle[];
  /** What stands in for something else, one sentence each. */
  readonly standIns: readonly string[];
  /** How long bringing it up took, by step, in seconds. */
  readonly startUpS: Readonly<Record<string, number>>;
  /** Applies every node's CPU budget; idempotent. Says which mechanism, or why it could not. */
  applyBudgets(): Promise<BudgetReport>;
  /** Cumulative CPU figures of every node since it started. */
  usage(): Promise<readonly NodeUsage[]>;
  /** Books of the target; absent when it keeps none we can read. */
  readonly books?: Books;
  /** Calls back once for every node that dies without having been asked to. */
  onDeath(listener: (death: NodeDeath) => void): void;
}

export interface NodeHandle {
  readonly name: string;
  readonly component: Component;
  readonly tier: Tier;
  readonly zone: string | undefined;
  readonly pid: number;
  /** host:port it listens on, loopback. */
  readonly address: string;
  readonly cpuMillicores: number;
  /** Shared with the other nodes that name it: see NodeSpec. */
  readonly machine?: string;
  /** Path of its log file. */
  readonly logPath: string;
  readonly holds?: readonly Business[];
}

export interface BudgetReport {
  readonly mechanism: "cgroup-v1" | "cgroup-v2" | "compose" | "none";
  /** Why there are no budgets, when there are none. */
  readonly because?: string;
}

export interface NodeUsage {
  readonly node: string;
  /** CPU seconds used since start. */
  readonly cpuS: number;
  /** Scheduler periods of the budget, and those in which the node wanted more than it had. 0 without a budget. */
  readonly periods: number;
  readonly throttledPeriods: number;
}

export interface NodeDeath {
  readonly node: string;
  readonly because: string;
  readonly atEpochMs: number;
  readonly lastLines: readonly string[];
}

/** The target's own account of what it sold. Implemented over HTTP against the shop's /audit (docs/audit.md). */
export interface Books {
  /** Opens (or re-opens with a fresh id) a sale. Must be done before the first attempt. */
  openSale(sale: OpenSale, signal: AbortSignal): Promise<Sale>;
  /** Stock of every sale opened under `tag` in database and cache, after the target is quiet. */
  stocks(tag: string, signal: AbortSignal): Promise<readonly StockBook[]>;
  /** Every order found under `tag`, straight from the databases (never a cache), in any order. */
  orders(tag: string, signal: AbortSignal): AsyncIterable<OrderEntry>;
}

export interface OpenSale {
  readonly tag: string;
  readonly itemId: number;
  readonly stock: number;
  readonly perUserLimit: number;
  readonly strategy: Strategy;
  /** Attempts before this wall-clock instant are refused as "not open yet"; 0 = open at once. */
  readonly opensAtEpochMs: number;
}

export interface StockBook {
  readonly saleId: number;
  readonly itemId: number;
  /** Units at opening. */
  readonly initial: number;
  /** Units left by the database's stock row. */
  readonly remaining: number;
  /** Units left by the cache's counter; absent when the strategy keeps none. */
  readonly cacheRemaining?: number;
  /** Units in committed orders, summed from the order rows. */
  readonly sold: number;
}

export interface OrderEntry {
  /** The attempt number in the order's idempotency key. */
  readonly attempt: number;
  readonly userId: number;
  readonly saleId: number;
  readonly units: number;
}
