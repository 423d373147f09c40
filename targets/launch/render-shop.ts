/** The configuration of a shop node: where its databases and cache are. Pure. */
import type { Area, Kept } from "../target.ts";
import { allAreas, businessesOf } from "./areas.ts";
import type { Member } from "./members.ts";
import { postgresDatabase, postgresRole } from "./render-postgres.ts";

/** What the shop reads as JSON; it is a stranger, so this is its contract and not its type. */
export interface ShopConfig {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly databases: {
    readonly catalog: { readonly primary: string; readonly replicas: readonly string[] };
    readonly user?: { readonly primary: string; readonly replicas: readonly string[] };
    readonly trade?: {
      readonly shards: readonly string[];
      readonly replicas?: readonly (readonly string[])[];
    };
    readonly report?: string;
  };
  readonly redis?: string;
  readonly localCache?: { readonly entries: number; readonly ttlS: number };
  readonly sharedCache?: { readonly ttlS: number; readonly jitterRatio: number };
  readonly negativeCaching?: boolean;
  readonly singleFlight?: boolean;
  readonly freshCopies?: boolean;
  readonly pools: {
    readonly max: number;
    readonly connectTimeoutMs: number;
    readonly statementTimeoutMs: number;
  };
  /** Where it stands, and every zone with a shard of trade that is there; absent: trade is in one place. */
  readonly zones?: {
    readonly own: string;
    readonly homes: readonly { readonly zone: string; readonly shard: number }[];
  };
  /** Requests in hand above which the shop sheds. */
  readonly inFlightLimit: number;
  /** Who remembers logins; absent: this node, alone. */
  readonly sessions?:
    | { readonly kept: "replicated" | "cookie"; readonly key: string }
    | { readonly kept: "server"; readonly redis: string };
  /** What this application serves; absent: everything. */
  readonly areas?: readonly Area[];
  /** Who finds items by their words; absent: the catalogue's database. */
  readonly searchEngine?: string;
  /** Where sales are counted; absent: in the cache. */
  readonly saleCounters?: string;
  /** Where carts are; absent: in the user database. */
  readonly keyValueStore?: string;
  /** Every member that keeps the pictures; absent: there are none. */
  readonly objectStore?: readonly string[];
  readonly configCentre?: { readonly address: string; readonly keptPath?: string };
}

/**
 * What nodes sign sessions with. It is no secret and keeps nobody out: a stage has made-up users, and listens where only
 * this machine can reach it.
 */
const sessionKey = "the same for all shops of a stage";

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
  const replicasOf = ({ name }: Member) => databases.filter(({ replicaOf }) => replicaOf === name).map(urlOf);
  const withReplicas = (business: Member["holds"][number]) => {
    const primary = primaryOf(business)[0]!;
    return { primary: urlOf(primary), replicas: replicasOf(primary) };
  };
  const tradeOver = (shards: readonly Member[]) => {
    const replicas = shards.map(replicasOf);
    return { shards: shards.map(urlOf), ...(replicas.some(({ length }) => length > 0) && { replicas }) };
  };
  const [report] = primaryOf("report");
  const { cacheGuards = true, freshCopies = true, areas, keepsSettings = true, sessions } = shop.settings;
  const needs = new Set((areas ?? allAreas).flatMap((area) => businessesOf[area]));
  const centre = called.find(({ component }) => component === "zookeeper");
  const redisFor = (kept: Kept) =>
    called.find(({ component, settings }) => component === "redis" && (settings.keeps ?? "pages") === kept);
  const cache = redisFor("pages");
  const carts = redisFor("carts");
  const saleCounters = redisFor("sales");
  // Where there is a key-value store, logins are in it too, unless they are told to be elsewhere.
  const sessionServer = redisFor("sessions") ?? (sessions === undefined ? carts : undefined);
  const engine = called.find(({ component }) => component === "groonga");
  const objects = called.filter(({ component }) => component === "object-store");
  return {
    name: shop.name,
    host: "127.0.0.1",
    port,
    databases: {
      catalog: withReplicas("catalog"),
      ...(needs.has("user") && { user: withReplicas("user") }),
      ...(needs.has("trade") && { trade: tradeOver(primaryOf("trade")) }),
      ...(report && { report: urlOf(report) }),
    },
    ...(cache && {
      redis: `redis://${addressOf(cache.name)}`,
      localCache: { entries: 5_000, ttlS: 2 },
      sharedCache: { ttlS: 60, jitterRatio: cacheGuards ? 0.1 : 0 },
      negativeCaching: cacheGuards,
      singleFlight: cacheGuards,
      // Without a replica nothing lags, and a copy would only cost.
      ...(freshCopies && databases.some(({ replicaOf }) => replicaOf !== undefined) && { freshCopies }),
    }),
    ...(sessions && { sessions: { kept: sessions, key: sessionKey } }),
    ...(sessionServer && {
      sessions: { kept: "server" as const, redis: `redis://${addressOf(sessionServer.name)}` },
    }),
    ...(saleCounters && { saleCounters: `redis://${addressOf(saleCounters.name)}` }),
    pools: { max: shopPoolMax, connectTimeoutMs: 1_000, statementTimeoutMs: 2_000 },
    ...zonesOf(shop, primaryOf("trade")),
    inFlightLimit: 256,
    ...(areas && { areas }),
    ...(engine && { searchEngine: `http://${addressOf(engine.name)}` }),
    ...(carts && { keyValueStore: `redis://${addressOf(carts.name)}` }),
    ...(objects.length > 0 && { objectStore: objects.map(({ name }) => `http://${addressOf(name)}`) }),
    ...(centre && {
      configCentre: {
        address: addressOf(centre.name),
        // Below where it is started: in its own folder, which outlives a restart.
        ...(keepsSettings && { keptPath: `${shop.name}/settings.json` }),
      },
    }),
  };
}

/** The zones that trade is split over, when the shop stands in one of them. */
function zonesOf({ zone: own }: Member, shards: readonly Member[]): Pick<ShopConfig, "zones"> {
  const zones = [...new Set(shards.flatMap(({ zone }) => (zone === undefined ? [] : [zone])))];
  if (own === undefined || zones.length < 2 || !zones.includes(own)) return {};
  const homes = zones.map((zone) => ({ zone, shard: shards.findIndex((shard) => shard.zone === zone) }));
  return { zones: { own, homes } };
}
