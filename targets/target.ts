/** A target as a small declarative file: nodes, who calls whom, where to enter, what it claims. */
import type { Claim } from "./claim.ts";
import type { LauncherName } from "./launchers.ts";
import type { Variant } from "./variant.ts";

export type Tier =
  | "dns"
  | "l4"
  | "proxy"
  | "app"
  | "service"
  | "cache"
  | "db"
  | "search"
  | "queue"
  | "config"
  | "bus"
  | "objects";

/** The real program behind a node. */
export type Component =
  | "keepalived"
  | "varnish"
  | "knot"
  | "haproxy"
  | "nginx"
  | "shop"
  | "redis"
  | "postgres"
  | "zookeeper"
  | "groonga"
  | "indexer"
  | "nats"
  | "order-worker"
  | "object-store"
  | "service"
  | "bus";

export interface NodeSpec<N extends string> {
  readonly component: Component;
  readonly tier: Tier;
  readonly zone?: string;
  /** Stands in each of these, with `count` members there, which call those of their own zone. Not with `zone`. */
  readonly zones?: readonly string[];
  /** CPU budget in thousandths of a core, of each member. Nodes with the same `machine` share one budget, the sum. */
  readonly cpuMillicores: number;
  /** Budgets of its members as multiples of that, over and over where there are more members; absent: all alike. */
  readonly sizes?: readonly number[];
  /** Members of this node; names become `shop-1`, `shop-2`, ... when above 1. Default 1. */
  readonly count?: number;
  readonly calls?: readonly N[];
  /** Of which of those each member calls a part only: the first of three the 1st, 4th, ...; absent: all of all. */
  readonly callsPartOf?: readonly N[];
  /** Nodes that name the same machine live under one shared CPU budget. */
  readonly machine?: string;
  /** postgres only: the businesses whose tables it holds. With `count` above 1 the data is hash-split over the members. */
  readonly holds?: readonly Business[];
  /** postgres only: streams from that node, read-only. Of split data each member streams from the one in its place. */
  readonly replicaOf?: N;
  readonly settings?: NodeSettings;
  /** What this node stands in for, and why, when it is not the real thing; repeated in every report. */
  readonly standInFor?: string;
}

/** What a node can be told besides whom it calls; each kind of program knows its own. Absent: the first named. */
export interface NodeSettings {
  /** nginx: how it chooses among those it calls. The weighted ways weigh by CPU budget. */
  readonly balance?: Balance;
  /** nginx: whether a shopper is sent to the same shop each time, by a cookie of the proxy's own. */
  readonly sticky?: boolean;
  /** nginx: whether a write whose answer does not come within 2 s is sent again, to another backend. */
  readonly resends?: boolean;
  /** shop, order-worker: defects it has, for experiments whose checks have to find them; absent: none. */
  readonly defects?: readonly Defect[];
  /** shop: who remembers a login; absent: the shop that saw it, or the Redis that is for sessions where it calls one. */
  readonly sessions?: "replicated" | "cookie";
  /** shop: what this application serves; absent: everything. */
  readonly areas?: readonly Area[];
  /** service: which services it is. */
  readonly serves?: readonly Service[];
  /** service, and shop where it calls any: whether calls are limited, given up, paid for when repeated, left out (default). */
  readonly governance?: boolean;
  /** service: calls a second that one caller may make of one service; absent: any number. Only where calls are governed. */
  readonly callsPerS?: number;
  /** bus: whether the calls to all services share its turns (default), or each service has its own. */
  readonly lanes?: "shared" | "separate";
  /** shop: whether the last known settings are kept on disk (default), where it calls a configuration centre. */
  readonly keepsSettings?: boolean;
  /** shop: whether the guards of its caches are on (default) or off. */
  readonly cacheGuards?: boolean;
  /** shop: whether what was just written is also put into the cache (default), where a replica may lag behind. */
  readonly freshCopies?: boolean;
  /** shop and service, where they sell: figures of the ways of selling that are not the usual ones. */
  readonly sale?: SaleFigures;
  /** redis: what it is for; absent: pages, as a cache. */
  readonly keeps?: Kept;
  /** knot: how long its answers may be kept, in seconds. Absent: 5. */
  readonly ttlS?: number;
  /** knot: what those who ask do with its answers. */
  readonly lookups?: Lookups;
  /** postgres: how the table of payments lies; absent: whole. */
  readonly payments?: PaymentSplit;
  /** postgres, where others stream from it: what a commit waits for; absent: its own disk, and no replica. */
  readonly replication?: Replication;
}

/** Of each figure docs/strategies.md says what it does, and which way of selling it belongs to. */
export interface SaleFigures {
  /** F3: looks of a try before it is turned away. */
  readonly optimisticRounds?: number;
  /** F11: tokens a second of each node. */
  readonly gatePerS?: number;
  /** F11-stock: tokens of each node for each unit. */
  readonly gateTokensPerUnit?: number;
  /** F12: share of tries let in, above 0 to 1. */
  readonly passRatio?: number;
  /** F13: buckets of a stock. */
  readonly buckets?: number;
  /** F14: share of what is left that a node takes at a time, above 0 to 1. */
  readonly ownShareRatio?: number;
  /** F15: how long the lock is held at most, and how long one waits for it. */
  readonly lockLeaseMs?: number;
  readonly lockWaitMs?: number;
  /** F16-reserve: time to pay. */
  readonly holdMs?: number;
  /** F17-shared: from a sale to when the other zones hear of it. */
  readonly zoneLagMs?: number;
}

export type Balance = "round-robin" | "weighted" | "ip-hash" | "least-conn" | "weighted-least-conn";

/** Parts of the shop that can be applications of their own; proxies share requests out by them. */
export type Area = "home" | "search" | "cart" | "trade";

/** A commit counts before it is on disk; an order that comes again under the same key is placed again; every answer takes longer. */
export type Defect = "early-acknowledgement" | "forgotten-keys" | "forgotten-promises" | "slower";

/** What applications ask for by calls instead of databases. */
export type Service = "user" | "order" | "payment" | "stock" | "auth";

/** Looks names up again when their time is over, or never; or prefers the zone that is near, and keeps to the time. */
export type Lookups = "honour" | "ignore" | "geo";

/**
 * What a Redis keeps: pages and counters of sales, or logins, which may be forgotten; or carts, which may not, and
 * logins with them; or only the counters of sales, which all zones have to share.
 */
export type Kept = "pages" | "carts" | "sessions" | "sales";

/** Whose tables a database holds. `report` has none of its own: it is ways to those of the others. */
export type Business = "catalog" | "user" | "trade" | "report";

/** A commit is acknowledged without asking replicas, or when one of them has it on disk as well. */
export type Replication = "async" | "sync";

/** Payments in one table, in one for each month of order, or each of those in parts by user. */
export type PaymentSplit = "whole" | "by-month" | "by-month-and-user";

/** How the flash sale is sold; what each needs and promises stands in strategies.ts. */
export type Strategy =
  | "F0"
  | "F1"
  | "F2"
  | "F3"
  | "F4-nowait"
  | "F4-skip-locked"
  | "F6"
  | "F7"
  | "F8"
  | "F8-cache-only"
  | "F9"
  | "F11"
  | "F11-stock"
  | "F12"
  | "F13"
  | "F14"
  | "F15-unfenced"
  | "F15-fenced"
  | "F16-order"
  | "F16-payment"
  | "F16-reserve"
  | "F17"
  | "F17-shared";

export interface TargetSpec<N extends string = string> {
  readonly id: string;
  readonly title: string;
  readonly nodes: Readonly<Record<N, NodeSpec<NoInfer<N>>>>;
  readonly entry: NoInfer<N>;
  readonly strategies: readonly Strategy[];
  readonly defaultStrategy: Strategy;
  readonly data: DataSize;
  readonly claims: readonly Claim[];
  /** The launchers it can be brought up by, the usual one first; any when absent. */
  readonly launchers?: readonly LauncherName[];
  /** What an orchestrator does for it while it runs; only containers have one. */
  readonly orchestration?: Orchestration<NoInfer<N>>;
  /** What can be chosen differently, by name. */
  readonly variants?: Readonly<Record<string, Variant>>;
}

export interface Orchestration<N extends string = string> {
  /** Whether a node that ends by itself is started again. */
  readonly restart: "on-failure" | "no";
  /** Nodes that can have more or fewer members while the target runs, and how many at most. */
  readonly scales: Readonly<Partial<Record<NoInfer<N>, number>>>;
  /** Who decides how many members there are; absent: whoever asks for it. */
  readonly autoscale?: Autoscale;
}

export interface Autoscale {
  /** By load while it runs; as many as there may be from the start; or left as they are. */
  readonly mode: "reactive" | "pre-scale" | "off";
  /** From ordering a machine until it can begin to start something. */
  readonly provisioningS: number;
}

export interface DataSize {
  readonly items: number;
  readonly categories: number;
  readonly users: number;
}

/** Data of every stage unless it says otherwise. Source: taobao-mix.yaml, popularity.catalogue (scaled down). */
export const defaultData: DataSize = { items: 100_000, categories: 1_000, users: 10_000 };

/** Gives the names of nodes their type: a misspelt one in `calls`, `entry` or `replicaOf` does not compile. */
export function defineTarget<const N extends string>(spec: TargetSpec<N>): TargetSpec<N> {
  return spec;
}
