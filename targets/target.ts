/** A target as a small declarative file: nodes, who calls whom, where to enter, what it claims. */
import type { Claim } from "./claim.ts";
import type { Variant } from "./variant.ts";

export type Tier = "l4" | "proxy" | "app" | "cache" | "db" | "search" | "queue" | "config" | "bus";

/** The real program behind a node. */
export type Component = "haproxy" | "nginx" | "shop" | "redis" | "postgres";

export interface NodeSpec<N extends string> {
  readonly component: Component;
  readonly tier: Tier;
  readonly zone?: string;
  /** CPU budget in thousandths of a core, of each member. Nodes with the same `machine` share one budget, the sum. */
  readonly cpuMillicores: number;
  /** Members of this node; names become `shop-1`, `shop-2`, ... when above 1. Default 1. */
  readonly count?: number;
  readonly calls?: readonly N[];
  /** Nodes that name the same machine live under one shared CPU budget. */
  readonly machine?: string;
  /** postgres only: the businesses whose tables it holds. With `count` above 1 the data is hash-split over the members. */
  readonly holds?: readonly Business[];
  /** postgres only: streams from that node, read-only. */
  readonly replicaOf?: N;
  readonly settings?: NodeSettings;
  /** What this node stands in for, and why, when it is not the real thing; repeated in every report. */
  readonly standInFor?: string;
}

/** What a node can be told besides whom it calls; each kind of program knows its own. Absent: the first named. */
export interface NodeSettings {
  /** nginx: how it chooses among those it calls. The weighted ways weigh by CPU budget. */
  readonly balance?: Balance;
  /** shop: whether the guards of its caches are on (default) or off. */
  readonly cacheGuards?: boolean;
}

export type Balance = "round-robin" | "weighted" | "ip-hash" | "least-conn" | "weighted-least-conn";

export type Business = "catalog" | "user" | "trade";

/** How the flash sale is sold; names of part E of the stage research. */
export type Strategy = "F0" | "F2" | "F8";

export interface TargetSpec<N extends string = string> {
  readonly id: string;
  readonly title: string;
  readonly nodes: Readonly<Record<N, NodeSpec<NoInfer<N>>>>;
  readonly entry: NoInfer<N>;
  readonly strategies: readonly Strategy[];
  readonly defaultStrategy: Strategy;
  readonly data: DataSize;
  readonly claims: readonly Claim[];
  /** What can be chosen differently, by name. */
  readonly variants?: Readonly<Record<string, Variant>>;
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
