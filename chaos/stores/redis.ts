/** A Redis of the target, asked directly. */
import { Redis } from "ioredis";

/** Redis on loopback answers in well under a millisecond; what takes longer is one that is held. */
const CONNECT_LIMIT_MS = 2_000;

/**
 * One connection, the commands in order, their answers.
 * @throws when it cannot be reached or refuses one
 */
export async function askRedis(
  address: string,
  commands: readonly (readonly string[])[],
  signal?: AbortSignal,
): Promise<unknown[]> {
  return withRedis(address, async (redis) => {
    const answers: unknown[] = [];
    for (const [command = "", ...words] of commands) {
      signal?.throwIfAborted();
      answers.push(await redis.call(command, ...words));
    }
    return answers;
  });
}

/** A connection for as long as `work` takes. */
export async function withRedis<T>(address: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  const { hostname, port } = new URL(`redis://${address}`);
  const redis = new Redis({
    ...{ host: hostname, port: Number(port) },
    ...{ lazyConnect: true, connectTimeout: CONNECT_LIMIT_MS, maxRetriesPerRequest: 0 },
    retryStrategy: () => null,
  });
  redis.on("error", () => {}); // Told to whoever waits for an answer.
  try {
    await redis.connect();
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}
