/** A way to a Redis that fails soon rather than late. */
import { Redis } from "ioredis";
import type { ShopConfig } from "./config.ts";
import type { Log } from "./log.ts";

/** Commands fail at once while Redis is away, and none is ever sent twice. */
export function openRedis(url: string, { pools, name }: Pick<ShopConfig, "pools" | "name">, log: Log): Redis {
  const redis = new Redis(url, {
    connectionName: name,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: pools.connectTimeoutMs,
    commandTimeout: pools.statementTimeoutMs,
    retryStrategy: (times) => Math.min(1_000, 50 * times),
  });
  redis.on("error", (error) => log.error("redis", error));
  return redis;
}
