/**
 * Stage 12: what several applications do over the same data becomes services, called by gRPC: user, order, payment, stock
 * and auth. Applications know the catalogue and the caches, and of shoppers and trade only whom to ask; flash sales are
 * sold where the orders are. Calls are governed on both sides, see docs/decisions/0013.
 *
 * Order, payment and stock share the trade databases: taking a unit and writing the order for it is one statement, which
 * no two services could promise together. Orders are taken in both zones, as before; the other services stand in a, where
 * users and logins are at home, and what a page can do without is left out when they are gone.
 *
 * Between accepting an order of a sale and writing it may stand a queue (F9), with a worker that writes.
 *
 * An application and the services it calls share the work of one process before, and its 200 m.
 */
import { objectivesAt } from "../claim.ts";
import { acrossZones, inCache, inDatabase, throughQueue } from "../strategies.ts";
import { defaultData, defineTarget } from "../target.ts";
import { balance } from "../variants/balance.ts";
import { cacheGuards } from "../variants/cache-guards.ts";
import { callRate } from "../variants/call-rate.ts";
import { cdn } from "../variants/cdn.ts";
import { configSnapshot } from "../variants/config-snapshot.ts";
import { countOf } from "../variants/count-of.ts";
import { dns, dnsTtl } from "../variants/dns.ts";
import { freshCopies } from "../variants/fresh-copies.ts";
import { governance } from "../variants/governance.ts";
import { paymentsSplit } from "../variants/payments.ts";
import { plantedInWorker } from "../variants/planted.ts";
import { replication } from "../variants/replication.ts";
import { searchBy } from "../variants/search.ts";
import { sessionByService } from "../variants/session.ts";
import { tuning } from "../variants/tuning.ts";

const zones = ["a", "b"];

export const stage12 = defineTarget({
  id: "stage-12",
  title: "user, order, payment, stock and auth as services, with governance of the calls",
  nodes: {
    dns: {
      component: "knot",
      tier: "dns",
      cpuMillicores: 25,
      calls: ["l4"],
      settings: { ttlS: 5 },
      standInFor:
        "the name servers of a provider: one Knot on loopback, where both zones are equally near. There is no latency " +
        "between them unless a fault adds it, and answers by location are a name of its own for each zone",
    },
    l4: {
      component: "haproxy",
      tier: "l4",
      zones,
      cpuMillicores: 25,
      calls: ["proxy"],
      standInFor:
        "the kernel's LVS, or an F5, as a pair with a virtual address that VRRP moves: HAProxy in TCP mode, and since " +
        "loopback has no VRRP one in each zone",
    },
    proxy: {
      component: "nginx",
      tier: "proxy",
      zones,
      cpuMillicores: 30,
      calls: ["home-app", "search-app", "cart-app", "trade-app"],
    },
    "home-app": {
      component: "shop",
      tier: "app",
      zones,
      cpuMillicores: 125,
      settings: { areas: ["home"] },
      calls: [
        "config",
        "cache",
        "catalog",
        "catalog-replica",
        "pictures",
        "order-service",
        "stock-service",
        "auth-service",
      ],
    },
    "search-app": {
      component: "shop",
      tier: "app",
      zone: "a",
      cpuMillicores: 125,
      settings: { areas: ["search"] },
      calls: ["config", "cache", "catalog", "catalog-replica", "search"],
    },
    "cart-app": {
      component: "shop",
      tier: "app",
      zone: "a",
      cpuMillicores: 125,
      settings: { areas: ["cart"] },
      calls: [
        "config",
        "cache",
        "catalog",
        "catalog-replica",
        "carts",
        "user-service",
        "stock-service",
        "auth-service",
      ],
    },
    "trade-app": {
      component: "shop",
      tier: "app",
      zones,
      cpuMillicores: 125,
      settings: { areas: ["trade"] },
      calls: [
        "config",
        "cache",
        "catalog",
        "catalog-replica",
        "user-service",
        "order-service",
        "payment-service",
        "stock-service",
        "auth-service",
      ],
    },
    "user-service": {
      component: "service",
      tier: "service",
      zone: "a",
      cpuMillicores: 60,
      settings: { serves: ["user"] },
      calls: ["user"],
    },
    "order-service": {
      component: "service",
      tier: "service",
      zones,
      cpuMillicores: 100,
      settings: { serves: ["order"] },
      calls: ["cache", "sale-counters", "queue", "trade", "trade-replica", "report", "catalog"],
    },
    queue: { component: "nats", tier: "queue", zone: "a", cpuMillicores: 25 },
    "order-worker": {
      component: "order-worker",
      tier: "service",
      zone: "a",
      cpuMillicores: 60,
      calls: ["queue", "sale-counters", "trade"],
    },
    "payment-service": {
      component: "service",
      tier: "service",
      zone: "a",
      cpuMillicores: 60,
      settings: { serves: ["payment"] },
      calls: ["cache", "trade", "trade-replica"],
    },
    "stock-service": {
      component: "service",
      tier: "service",
      zone: "a",
      cpuMillicores: 85,
      settings: { serves: ["stock"] },
      calls: ["trade", "trade-replica"],
    },
    "auth-service": {
      component: "service",
      tier: "service",
      zone: "a",
      cpuMillicores: 60,
      settings: { serves: ["auth"] },
      calls: ["carts"],
    },
    config: { component: "zookeeper", tier: "config", zone: "a", cpuMillicores: 25 },
    cache: { component: "redis", tier: "cache", zones, cpuMillicores: 25 },
    "sale-counters": {
      component: "redis",
      tier: "cache",
      zone: "a",
      cpuMillicores: 25,
      settings: { keeps: "sales" },
    },
    catalog: { component: "postgres", tier: "db", zone: "a", cpuMillicores: 40, holds: ["catalog"] },
    "catalog-replica": {
      component: "postgres",
      tier: "db",
      zones: ["b"],
      cpuMillicores: 40,
      holds: ["catalog"],
      replicaOf: "catalog",
    },
    user: { component: "postgres", tier: "db", zone: "a", cpuMillicores: 25, holds: ["user"] },
    trade: {
      component: "postgres",
      tier: "db",
      zones,
      cpuMillicores: 55,
      holds: ["trade"],
      settings: { payments: "by-month-and-user" },
    },
    // Each zone's shard streams to the other zone: what only shows something is read near by.
    "trade-replica": {
      component: "postgres",
      tier: "db",
      zones: ["b", "a"],
      cpuMillicores: 25,
      holds: ["trade"],
      replicaOf: "trade",
      settings: { payments: "by-month-and-user" },
    },
    // Reaches into the others through postgres_fdw, and holds only the category of each item.
    report: {
      component: "postgres",
      tier: "db",
      zone: "a",
      cpuMillicores: 25,
      holds: ["report"],
      calls: ["trade", "catalog"],
    },
    search: { component: "groonga", tier: "search", zone: "a", cpuMillicores: 75 },
    // It works only when an item changes; the index is built at the start, before there are budgets.
    indexer: {
      component: "indexer",
      tier: "search",
      zone: "a",
      cpuMillicores: 25,
      calls: ["catalog", "search"],
    },
    carts: { component: "redis", tier: "db", zone: "a", cpuMillicores: 25, settings: { keeps: "carts" } },
    pictures: { component: "object-store", tier: "objects", zones, cpuMillicores: 25 },
  },
  entry: "l4",
  strategies: [...inDatabase, ...inCache, ...throughQueue, ...acrossZones],
  defaultStrategy: "F8",
  data: defaultData,
  variants: {
    "home-apps": countOf({ node: "home-app", members: "home applications in each zone", usual: 1, most: 2 }),
    "search-apps": countOf({ node: "search-app", members: "search applications", usual: 1, most: 3 }),
    "cart-apps": countOf({ node: "cart-app", members: "cart applications", usual: 1, most: 3 }),
    "trade-apps": countOf({
      node: "trade-app",
      members: "trade applications in each zone",
      usual: 1,
      most: 2,
    }),
    governance,
    "call-rate": callRate,
    "user-services": countOf({ node: "user-service", members: "user services", usual: 1, most: 3 }),
    "order-services": countOf({
      node: "order-service",
      members: "order services in each zone",
      usual: 1,
      most: 2,
    }),
    "payment-services": countOf({ node: "payment-service", members: "payment services", usual: 1, most: 3 }),
    "stock-services": countOf({ node: "stock-service", members: "stock services", usual: 1, most: 3 }),
    "auth-services": countOf({ node: "auth-service", members: "auth services", usual: 1, most: 3 }),
    "config-snapshot": configSnapshot,
    search: searchBy({ engine: "search", indexer: "indexer", instead: ["catalog", "catalog-replica"] }),
    dns,
    "dns-ttl": dnsTtl(5),
    replicas: countOf({
      node: "catalog-replica",
      members: "catalogue replicas in zone b",
      usual: 1,
      least: 0,
      most: 2,
    }),
    shards: countOf({
      node: "trade",
      likewise: "trade-replica",
      members: "trade shards in each zone",
      usual: 1,
      most: 2,
    }),
    "trade-replicas": countOf({
      node: "trade-replica",
      members: "replicas of each trade shard, in the other zone; more shards have as many",
      usual: 1,
      least: 0,
      most: 1,
    }),
    lb: balance,
    session: sessionByService,
    cdn,
    "cache-guards": cacheGuards,
    fresh: freshCopies,
    replication,
    payments: paymentsSplit("by-month-and-user"),
    report: countOf({
      node: "report",
      members: "report nodes; without one the shop that is asked gathers the report from all shards",
      usual: 1,
      least: 0,
      most: 1,
    }),
    tuning,
    planted: plantedInWorker,
  },
  claims: objectivesAt({ browse: 150, "mixed-daily": 150, "flash-sale": 60 }),
});
