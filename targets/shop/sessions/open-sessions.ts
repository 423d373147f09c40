/** The way of keeping sessions that the configuration asks for. */
import type { Redis } from "ioredis";
import type { ShopConfig } from "../config.ts";
import type { Log } from "../log.ts";
import { Fellows } from "./fellows.ts";
import { OwnMemory } from "./own-memory.ts";
import { Replicated } from "./replicated.ts";
import type { Sessions } from "./session.ts";
import type { SessionMetrics } from "./session-metrics.ts";
import { SessionServer } from "./session-server.ts";
import { SignedCookie } from "./signed-cookie.ts";

export interface SessionSurroundings {
  readonly log: Log;
  readonly metrics: SessionMetrics;
  /** The cache that all nodes share. */
  readonly redis: Redis | undefined;
  /** Opens the way to another Redis. */
  openRedis(url: string): Redis;
  /** The port this node listens on; undefined while it does not. */
  port(): number | undefined;
  epochMs(): number;
}

export function openSessions(
  { sessions }: Pick<ShopConfig, "sessions">,
  around: SessionSurroundings,
): Sessions {
  const { log, metrics, redis, epochMs } = around;
  switch (sessions.kept) {
    case "in-process":
      return new OwnMemory(epochMs);
    case "cookie":
      return new SignedCookie(sessions.key, epochMs);
    case "server":
      return new SessionServer(around.openRedis(sessions.redis), epochMs);
    case "replicated": {
      const { key } = sessions;
      if (redis === undefined)
        throw new Error("replicated sessions need the cache; the configuration says so");
      return new Replicated({
        memory: new OwnMemory(epochMs),
        fellows: new Fellows(redis, () => ownAddress(redis, around.port()), epochMs),
        key,
        log,
        sent: (result, sizeBytes) => metrics.copy(result, sizeBytes),
      });
    }
    default:
      return sessions satisfies never;
  }
}

/** The address from which we reach the cache is one at which others who reach it can reach us. */
function ownAddress(redis: Redis, port: number | undefined): string | undefined {
  const { localAddress } = redis.stream ?? {};
  return localAddress === undefined || port === undefined ? undefined : `${localAddress}:${port}`;
}
