/** What a shop node is told: where its stores are, which parts are on, and its limits. */
import { z } from "zod";
import { areas, businessesOf } from "./apps/areas.ts";
import { builtInDefects } from "./built-in-defects.ts";
import { parsedConfig } from "./parsed-config.ts";
import { saleTuning } from "./sale/tuning.ts";
import { serviceNames, servicesOf } from "./services/service-names.ts";

const pgUrl = z.string().regex(/^postgres(ql)?:\/\//, "must be a postgres:// address");
const httpUrl = z.string().regex(/^http:\/\//, "must be an http:// address");
const hostPort = z.string().regex(/^[^:\s]+:\d+$/, "must be host:port");
const ms = z.number().int().positive();

const replicated = z.strictObject({ primary: pgUrl, replicas: z.array(pgUrl).default([]) });

/** Every word there is; a process of another role is told some of them. */
export const shopShape = z.strictObject({
  /** Name of this node in logs and metrics. */
  name: z.string().min(1),
  host: z.string().min(1),
  /** 0 takes any free port; the log line "listening" says which. */
  port: z.number().int().min(0).max(65_535),
  /** The same address for several businesses means one shared pool. */
  databases: z.strictObject({
    catalog: replicated,
    /** Left out, like trade, where no area that is served needs it. */
    user: replicated.optional(),
    /** Item id modulo the number of shards chooses; the order of this list is therefore part of the data. */
    trade: z
      .strictObject({
        shards: z.array(pgUrl).min(1).max(64),
        /** What streams from each shard, in the order of the shards; absent: nothing does. */
        replicas: z.array(z.array(pgUrl)).optional(),
      })
      .optional(),
    /** The node that makes reports over all shards; absent: the shop gathers them itself. */
    report: pgUrl.optional(),
  }),
  redis: z
    .string()
    .regex(/^redis:\/\//, "must be a redis:// address")
    .optional(),
  localCache: z
    .strictObject({ entries: z.number().int().positive(), ttlS: z.number().positive() })
    .optional(),
  /** Needs `redis`. Lives are spread over ttlS * (1 ± jitterRatio); 0 switches the spreading off. */
  sharedCache: z
    .strictObject({ ttlS: z.number().positive(), jitterRatio: z.number().min(0).max(1) })
    .optional(),
  /** Whether the caches remember what does not exist. */
  negativeCaching: z.boolean().default(true),
  /** Whether concurrent misses of one page share one look into the database. */
  singleFlight: z.boolean().default(true),
  /** The Redis in which sales are counted; absent: the one of the cache. */
  saleCounters: z
    .string()
    .regex(/^redis:\/\//, "must be a redis:// address")
    .optional(),
  /** Whether what was just written is also put into Redis, for readers whom a replica would show the past. */
  freshCopies: z.boolean().default(false),
  pools: z.strictObject({
    /** Connections to one database. */
    max: z.number().int().positive(),
    /** How long a request waits for a connection, free or new, before it is shed. */
    connectTimeoutMs: ms,
    statementTimeoutMs: ms,
  }),
  /** Where this node stands, and every zone with a shard of trade that is there; absent: one place. */
  zones: z
    .strictObject({
      own: z.string().min(1),
      homes: z.array(z.strictObject({ zone: z.string().min(1), shard: z.number().int().min(0) })).min(2),
    })
    .optional(),
  /** Figures of the ways of selling. */
  sale: saleTuning.prefault({}),
  /** Requests in hand above which the shop sheds. */
  inFlightLimit: z.number().int().positive(),
  /** File in which an experiment may plant defects; absent: there never are any. */
  defectsPath: z.string().min(1).optional(),
  /** Defects it has from its first start on, for experiments whose checks have to find them. */
  defects: z.array(z.enum(builtInDefects)).optional(),
  /** How logins are kept: by the node that has seen them, by all nodes, by the shopper, or by a Redis of their own. */
  sessions: z
    .discriminatedUnion("kept", [
      z.strictObject({ kept: z.literal("in-process") }),
      z.strictObject({ kept: z.literal("replicated"), key: z.string().min(16) }),
      z.strictObject({ kept: z.literal("cookie"), key: z.string().min(16) }),
      z.strictObject({
        kept: z.literal("server"),
        redis: z.string().regex(/^redis:\/\//, "must be a redis:// address"),
      }),
    ])
    .default({ kept: "in-process" }),
  /** What this application serves; all there is when it is the whole shop. */
  areas: z
    .array(z.enum(areas))
    .min(1)
    .default([...areas]),
  /** Who finds items by their words. Absent: the catalogue's database. */
  searchEngine: httpUrl.optional(),
  /** Where carts are. Absent: in the user database. */
  keyValueStore: z
    .string()
    .regex(/^redis:\/\//, "must be a redis:// address")
    .optional(),
  /** Every member that keeps the pictures: each has them all. Absent: there are none. */
  objectStore: z.array(httpUrl).min(1).optional(),
  /** Where the settings are that all nodes share. Absent: they are as above until the next start. */
  configCentre: z
    .strictObject({
      /** host:port of ZooKeeper. */
      address: hostPort,
      /** File for the last known settings; without one no start is possible while the centre is gone. */
      keptPath: z.string().min(1).optional(),
    })
    .optional(),
  /** host:port of NATS, through which orders of flash sales can be written. Absent: there is no queue. */
  queue: hostPort.optional(),
  /** Services that do what would else be done over databases. */
  services: z
    .strictObject({
      /** Whether calls are limited, given up in time, paid for when repeated, and left out when they fail. */
      isGoverned: z.boolean(),
      /** Whether they are called themselves, by gRPC, or over a bus, whose addresses are then those of the members. */
      over: z.enum(["grpc", "bus"]).default("grpc"),
      /** host:port of every member. */
      members: z.partialRecord(z.enum(serviceNames), z.array(hostPort).min(1)),
    })
    .optional(),
});

const shopConfig = shopShape
  .superRefine(({ databases, areas: served, services }, context) => {
    for (const business of ["user", "trade"] as const) {
      const needing = served.filter(
        (area) =>
          businessesOf[area].includes(business) &&
          !servicesOf[area][business].every((name) => services?.members[name] !== undefined),
      );
      if (databases[business] !== undefined || needing.length === 0) continue;
      const message = `is missing, and ${needing.join(", ")} cannot do without`;
      context.addIssue({ code: "custom", message, path: ["databases", business] });
    }
  })
  .refine(
    ({ services, areas: served, keyValueStore }) =>
      services?.members.user === undefined || !served.includes("cart") || keyValueStore !== undefined,
    {
      message: "carts are with no user service, and there is no address of a store",
      path: ["keyValueStore"],
    },
  )
  .refine(({ zones }) => zones === undefined || zones.homes.some(({ zone }) => zone === zones.own), {
    message: "its own zone is not among the homes",
    path: ["zones", "own"],
  })
  .refine((config) => config.sharedCache === undefined || config.redis !== undefined, {
    message: "a shared cache needs a redis address",
    path: ["sharedCache"],
  })
  .refine(({ sessions, redis }) => sessions.kept !== "replicated" || redis !== undefined, {
    message: "nodes that replicate find each other through redis, and there is no address of it",
    path: ["sessions"],
  })
  .refine(({ queue, saleCounters, redis }) => queue === undefined || (saleCounters ?? redis) !== undefined, {
    message: "what is sold through a queue is counted in redis, and there is no address of it",
    path: ["queue"],
  })
  .refine((config) => !config.freshCopies || config.redis !== undefined, {
    message: "fresh copies need a redis address",
    path: ["freshCopies"],
  })
  .refine(({ databases: { trade } }) => (trade?.replicas?.length ?? 0) <= (trade?.shards.length ?? 0), {
    message: "there are more lists of replicas than shards",
    path: ["databases", "trade", "replicas"],
  });

export type ShopConfig = Readonly<z.infer<typeof shopConfig>>;

/**
 * Reads a configuration from JSON text; unknown keys are problems too.
 * @throws {Error} with every problem, one per line
 */
export const parseConfig = (text: string): ShopConfig => parsedConfig(shopConfig, text);
