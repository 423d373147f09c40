/** The configuration of a shop node: where its databases and cache are. Pure. */
import type { Area, Defect, Kept, SaleFigures, Service } from "../target.ts";
import { allAreas, businessesOf } from "./areas.ts";
import { DatabaseAddresses, type Replicated, type Split } from "./database-addresses.ts";
import type { Member } from "./members.ts";

/** What the shop reads as JSON; it is a stranger, so this is its contract and not its type. */
export interface ShopConfig {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly databases: {
    readonly catalog: Replicated;
    readonly user?: Replicated;
    readonly trade?: Split;
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
  /** Where a fault may plant defects, below where it is started. */
  readonly defectsPath: string;
  /** Those it has from its first start on; absent: none. */
  readonly defects?: readonly Defect[];
  /** Who remembers logins; absent: this node, alone. */
  readonly sessions?:
    | { readonly kept: "replicated" | "cookie"; readonly key: string }
    | { readonly kept: "server"; readonly redis: string };
  /** What this application serves; absent: everything. */
  readonly areas?: readonly Area[];
  /** Who finds items by their words; absent: the catalogue's database. */
  readonly searchEngine?: string;
  /** host:port of the queue through which orders of flash sales can be written; absent: there is none. */
  readonly queue?: string;
  /** Figures of the ways of selling; absent, or absent among them: the usual ones. */
  readonly sale?: SaleFigures;
  /** Where sales are counted; absent: in the cache. */
  readonly saleCounters?: string;
  /** Where carts are; absent: in the user database. */
  readonly keyValueStore?: string;
  /** Every member that keeps the pictures; absent: there are none. */
  readonly objectStore?: readonly string[];
  /** Every member of each service that is asked instead of a database. */
  readonly services?: {
    readonly isGoverned: boolean;
    /** Absent: gRPC, to the members themselves. */
    readonly over?: "bus";
    readonly members: Readonly<Partial<Record<Service, readonly string[]>>>;
  };
  readonly configCentre?: { readonly address: string; readonly keptPath?: string };
}

/**
 * What nodes sign sessions with. It is no secret and keeps nobody out: a stage has made-up users, and listens where only
 * this machine can reach it.
 */
export const sessionKey = "the same for all shops of a stage";

/** What a file with planted defects is called in a node's own folder: it is a fault's, so whoever clears up knows it. */
export const defectsFile = "stagebench-fault-defects.json";
export const defectsPathOf = (member: string): string => `${member}/${defectsFile}`;

/** Connections of one shop node to one database. */
export const shopPoolMax = 8;
export const poolsOfShop = { max: shopPoolMax, connectTimeoutMs: 1_000, statementTimeoutMs: 2_000 } as const;

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
  const databases = new DatabaseAddresses(called, addressOf);
  const [report] = databases.primariesOf("report");
  const { cacheGuards = true, freshCopies = true, areas, keepsSettings = true, sessions } = shop.settings;
  const services = servicesOf(called, addressOf);
  const needs = new Set((areas ?? allAreas).flatMap((area) => businessesOf[area]));
  const [user, trade] = [databases.replicated("user"), databases.trade()];
  const centre = called.find(({ component }) => component === "zookeeper");
  const redisFor = (kept: Kept) =>
    called.find(({ component, settings }) => component === "redis" && (settings.keeps ?? "pages") === kept);
  const cache = redisFor("pages");
  const carts = redisFor("carts");
  const saleCounters = redisFor("sales");
  // Where there is a key-value store, logins are in it too, unless they are told to be elsewhere.
  const sessionServer = redisFor("sessions") ?? (sessions === undefined ? carts : undefined);
  const queue = called.find(({ component }) => component === "nats");
  const engine = called.find(({ component }) => component === "groonga");
  const objects = called.filter(({ component }) => component === "object-store");
  return {
    name: shop.name,
    host: "127.0.0.1",
    port,
    databases: {
      catalog: databases.replicated("catalog")!,
      ...(user && needs.has("user") && { user }),
      ...(trade && needs.has("trade") && { trade }),
      ...(report && { report: databases.urlOf(report) }),
    },
    ...(cache && {
      redis: `redis://${addressOf(cache.name)}`,
      localCache: { entries: 5_000, ttlS: 2 },
      sharedCache: { ttlS: 60, jitterRatio: cacheGuards ? 0.1 : 0 },
      negativeCaching: cacheGuards,
      singleFlight: cacheGuards,
      // Without a replica nothing lags, and a copy would only cost.
      ...(freshCopies && databases.haveReplicas && { freshCopies }),
    }),
    ...(sessions && { sessions: { kept: sessions, key: sessionKey } }),
    ...(sessionServer && {
      sessions: { kept: "server" as const, redis: `redis://${addressOf(sessionServer.name)}` },
    }),
    ...(saleCounters && { saleCounters: `redis://${addressOf(saleCounters.name)}` }),
    pools: poolsOfShop,
    ...zonesOf(shop, databases.primariesOf("trade")),
    ...(shop.settings.sale && { sale: shop.settings.sale }),
    inFlightLimit: 256,
    defectsPath: defectsPathOf(shop.name),
    ...(shop.settings.defects && { defects: shop.settings.defects }),
    ...(areas && { areas }),
    ...(queue && { queue: addressOf(queue.name) }),
    ...(engine && { searchEngine: `http://${addressOf(engine.name)}` }),
    ...(carts && { keyValueStore: `redis://${addressOf(carts.name)}` }),
    ...(objects.length > 0 && { objectStore: objects.map(({ name }) => `http://${addressOf(name)}`) }),
    ...(services && {
      services: {
        isGoverned: shop.settings.governance ?? true,
        ...(called.some(({ component }) => component === "bus") && { over: "bus" as const }),
        members: services,
      },
    }),
    ...(centre && {
      configCentre: {
        address: addressOf(centre.name),
        // Below where it is started: in its own folder, which outlives a restart.
        ...(keepsSettings && { keptPath: `${shop.name}/settings.json` }),
      },
    }),
  };
}

/** Where each service is among those that somebody calls; undefined where none is. */
export function servicesOf(
  called: readonly Member[],
  addressOf: (name: string) => string,
): Readonly<Partial<Record<Service, readonly string[]>>> | undefined {
  const members: Partial<Record<Service, string[]>> = {};
  for (const { name, settings } of called) {
    for (const service of settings.serves ?? []) (members[service] ??= []).push(addressOf(name));
  }
  return Object.keys(members).length === 0 ? undefined : members;
}

/** The zones that trade is split over, when the shop stands in one of them. */
export function zonesOf({ zone: own }: Member, shards: readonly Member[]): Pick<ShopConfig, "zones"> {
  const zones = [...new Set(shards.flatMap(({ zone }) => (zone === undefined ? [] : [zone])))];
  if (own === undefined || zones.length < 2 || !zones.includes(own)) return {};
  const homes = zones.map((zone) => ({ zone, shard: shards.findIndex((shard) => shard.zone === zone) }));
  return { zones: { own, homes } };
}
