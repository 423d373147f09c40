/** A Redis that stands still takes connections and answers nobody: whoever asks it is told so in time. */
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { withRedis } from "../../../../chaos/stores/redis.ts";
import { redisMissing, startRedis } from "../../lone-redis.ts";

const missing = redisMissing();

test("one that says nothing from the start is not waited for", async () => {
  const server = createServer((socket) => socket.on("error", () => {}).resume());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `127.0.0.1:${(server.address() as { port: number }).port}`;
  let isAsked = false;
  const work = async () => {
    isAsked = true;
  };
  try {
    await expect(withRedis(address, work, 100)).rejects.toThrow("Command timed out");
    expect(isAsked).toBe(false);
  } finally {
    server.close();
  }
});

test("one that stands still while it is asked is not waited for", async (context) => {
  if (missing !== undefined) context.skip(missing);
  await using server = await startRedis();
  const work = withRedis(
    server.address,
    async (redis) => {
      await redis.call("CLIENT", "PAUSE", "5000", "ALL");
      return redis.get("anything");
    },
    500,
  );
  await expect(work).rejects.toThrow("Command timed out");
});
