/** A Redis of the target, asked directly. */
import { Redis } from "ioredis";

/** Redis on loopback answers in well under a millisecond; what takes longer is one that is held. */
const CONNECT_LIMIT_MS = 2_000;
/** As of PostgreSQL: one that stands still takes connections, by its kernel, and answers nobody. */
const ANSWER_LIMIT_MS = 5_000;

/**
 * A connection for as long as `work` takes.
 * @throws when it cannot be reached, or does not answer a command in time
 */
export async function withRedis<T>(
  address: string,
  work: (redis: Redis) => Promise<T>,
  answerLimitMs = ANSWER_LIMIT_MS,
): Promise<T> {
  const { hostname, port } = new URL(`redis://${address}`);
  const redis = new Redis({
    ...{ host: hostname, port: Number(port) },
    ...{ lazyConnect: true, connectTimeout: CONNECT_LIMIT_MS, maxRetriesPerRequest: 0 },
    // Counts for the question as well by which the client finds out whether the server is ready.
    commandTimeout: answerLimitMs,
    retryStrategy: () => null,
  });
  // Who waits for the connection is told no more than that it was closed.
  let why: unknown;
  redis.on("error", (error) => {
    why ??= error;
  });
  try {
    await redis.connect().catch((error: unknown) => {
      throw why ?? error;
    });
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}
