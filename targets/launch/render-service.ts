/** The configuration of a service: where the databases and stores are that it needs. Pure. */
import type { Business, Kept, Service } from "../target.ts";
import { DatabaseAddresses } from "./database-addresses.ts";
import type { Member } from "./members.ts";
import { defectsPathOf, poolsOfShop, type ShopConfig, sessionKey, zonesOf } from "./render-shop.ts";

/** What the service reads as JSON; it is a stranger, so this is its contract and not its type. */
export interface ServiceConfig
  extends Pick<
    ShopConfig,
    | "name"
    | "host"
    | "port"
    | "redis"
    | "localCache"
    | "freshCopies"
    | "saleCounters"
    | "queue"
    | "sale"
    | "pools"
    | "zones"
    | "sessions"
    | "inFlightLimit"
    | "defectsPath"
  > {
  readonly serves: readonly Service[];
  readonly databases: Partial<ShopConfig["databases"]>;
  /** Whether it refuses what is too much. */
  readonly isGoverned: boolean;
  /** Calls a second of one caller to one service; absent: any number. */
  readonly callsPerS?: number;
}

/** Whose tables each service keeps. */
export const keptBy: Readonly<Record<Service, readonly Business[]>> = {
  user: ["user"],
  order: ["trade"],
  payment: ["trade"],
  stock: ["trade"],
  auth: [],
};

/** Calls in hand above which a service refuses: as many as a whole application of ours asks of it at once. */
const inFlightLimit = 64;

/**
 * The configuration of the services in `member`.
 * @param called every member it calls
 * @param addressOf host:port of a member
 */
export function serviceConfig(
  member: Member,
  port: number,
  called: readonly Member[],
  addressOf: (name: string) => string,
): ServiceConfig {
  const { serves = [], governance = true, freshCopies = true, sessions: kept, callsPerS } = member.settings;
  const databases = new DatabaseAddresses(called, addressOf);
  const redisFor = (kept: Kept) => {
    const found = called.find(
      ({ component, settings }) => component === "redis" && (settings.keeps ?? "pages") === kept,
    );
    return found && `redis://${addressOf(found.name)}`;
  };
  const cache = redisFor("pages");
  const saleCounters = redisFor("sales");
  const sessionServer = redisFor("sessions") ?? redisFor("carts");
  const [user, trade, catalog] = [
    databases.replicated("user"),
    databases.trade(),
    databases.replicated("catalog"),
  ];
  const [report] = databases.primariesOf("report");
  const queue = called.find(({ component }) => component === "nats");
  const hasDesk = serves.includes("order");
  return {
    name: member.name,
    host: "127.0.0.1",
    port,
    serves,
    databases: {
      ...(user && { user }),
      ...(trade && { trade }),
      ...(catalog && { catalog }),
      ...(report && { report: databases.urlOf(report) }),
    },
    ...(cache && { redis: cache, ...(freshCopies && databases.haveReplicas && { freshCopies }) }),
    // Sale pages and sales, as an application of a stage before keeps them.
    ...(hasDesk && { localCache: { entries: 5_000, ttlS: 2 } }),
    ...(saleCounters && { saleCounters }),
    ...(queue && { queue: addressOf(queue.name) }),
    ...(kept === undefined &&
      sessionServer && { sessions: { kept: "server" as const, redis: sessionServer } }),
    ...(kept && { sessions: { kept, key: sessionKey } }),
    ...(member.settings.sale && { sale: member.settings.sale }),
    pools: poolsOfShop,
    ...zonesOf(member, databases.primariesOf("trade")),
    inFlightLimit,
    defectsPath: defectsPathOf(member.name),
    isGoverned: governance,
    ...(callsPerS !== undefined && { callsPerS }),
  };
}
