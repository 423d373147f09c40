/** The configuration of a shop node: where its databases and cache are. Pure. */
import type { Member } from "./members.ts";
import { postgresDatabase, postgresRole } from "./render-postgres.ts";

/** What the shop reads as JSON; it is a stranger, so this is its contract and not its type. */
export interface ShopConfig {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly databases: {
    readonly catalog: { readonly primary: string; readonly replicas: readonly string[] };
    readonly user: { readonly primary: string; readonly replicas: readonly string[] };
    readonly trade: { readonly shards: readonly string[] };
  };
  readonly redis?: string;
  readonly localCache?: { readonly entries: number; readonly ttlS: number };
  readonly sharedCache?: { readonly ttlS: number; readonly jitterRatio: number };
  readonly negativeCaching?: boolean;
  readonly singleFlight?: boolean;
  readonly pools: {
    readonly max: number;
    readonly connectTimeoutMs: number;
    readonly statementTimeoutMs: number;
  };
  /** Requests in hand above which the shop sheds. */
  readonly inFlightLimit: number;
}

/** Connections of one shop node to one database. */
export const shopPoolMax = 8;

/**
 * The configuration of `shop`. A shop that calls a cache keeps the hottest things in its own memory too, as the
 * third stage of the evolution brought both together.
 * @param called every member the shop calls
 * @param addressOf host:port of a member
 */
export function shopConfig(
  shop: Member,
  port: number,
  called: readonly Member[],
  addressOf: (name: string) => string,
): ShopConfig {
  const urlOf = ({ name }: Member) => `postgres://${postgresRole}@${addressOf(name)}/${postgresDatabase}`;
  const databases = called.filter(({ component }) => component === "postgres");
  const primaryOf = (business: Member["holds"][number]) =>
    databases.filter(({ holds, replicaOf }) => replicaOf === undefined && holds.includes(business));
  const withReplicas = (business: Member["holds"][number]) => {
    const primary = primaryOf(business)[0]!;
    return {
      primary: urlOf(primary),
      replicas: databases.filter(({ replicaOf }) => replicaOf === primary.name).map(urlOf),
    };
  };
  const { cacheGuards = true } = shop.settings;
  const cache = called.find(({ component }) => component === "redis");
  return {
    name: shop.name,
    host: "127.0.0.1",
    port,
    databases: {
      catalog: withReplicas("catalog"),
      user: withReplicas("user"),
      trade: { shards: primaryOf("trade").map(urlOf) },
    },
    ...(cache && {
      redis: `redis://${addressOf(cache.name)}`,
      localCache: { entries: 5_000, ttlS: 2 },
      sharedCache: { ttlS: 60, jitterRatio: cacheGuards ? 0.1 : 0 },
      negativeCaching: cacheGuards,
      singleFlight: cacheGuards,
    }),
    pools: { max: shopPoolMax, connectTimeoutMs: 1_000, statementTimeoutMs: 2_000 },
    inFlightLimit: 256,
  };
}
