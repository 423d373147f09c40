/** What a shop node is told: where its stores are, which parts are on, and its limits. */
import { z } from "zod";

const pgUrl = z.string().regex(/^postgres(ql)?:\/\//, "must be a postgres:// address");
const ms = z.number().int().positive();

const replicated = z.strictObject({ primary: pgUrl, replicas: z.array(pgUrl).default([]) });

const shopConfig = z
  .strictObject({
    /** Name of this node in logs and metrics. */
    name: z.string().min(1),
    host: z.string().min(1),
    /** 0 takes any free port; the log line "listening" says which. */
    port: z.number().int().min(0).max(65_535),
    /** The same address for several businesses means one shared pool. */
    databases: z.strictObject({
      catalog: replicated,
      user: replicated,
      /** Item id modulo the number of shards chooses; the order of this list is therefore part of the data. */
      trade: z.strictObject({ shards: z.array(pgUrl).min(1).max(64) }),
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
    pools: z.strictObject({
      /** Connections to one database. */
      max: z.number().int().positive(),
      /** How long a request waits for a connection, free or new, before it is shed. */
      connectTimeoutMs: ms,
      statementTimeoutMs: ms,
    }),
    /** Requests in hand above which the shop sheds. */
    inFlightLimit: z.number().int().positive(),
  })
  .refine((config) => config.sharedCache === undefined || config.redis !== undefined, {
    message: "a shared cache needs a redis address",
    path: ["sharedCache"],
  });

export type ShopConfig = Readonly<z.infer<typeof shopConfig>>;

/**
 * Reads a configuration from JSON text; unknown keys are problems too.
 * @throws {Error} with every problem, one per line
 */
export function parseConfig(text: string): ShopConfig {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`the configuration is not JSON: ${(error as Error).message}`);
  }
  const result = shopConfig.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    ({ path, message }) => `${path.join(".") || "configuration"}: ${message}`,
  );
  throw new Error(problems.join("\n"));
}
