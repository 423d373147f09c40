/** Commands to a Redis. */
import { z } from "zod";
import { mendKind } from "./mend-kind.ts";

export const redisMend = mendKind({
  shape: z.object({
    mend: z.literal("redis"),
    /** host:port */
    address: z.string(),
    commands: z.array(z.array(z.string()).min(1)),
  }),
  async perform({ address, commands }, signal) {
    const { askRedis } = await import("../stores/redis.ts");
    await askRedis(address, commands, signal);
  },
  manual: ({ address, commands }) => {
    const [host, port] = address.split(":");
    return commands.map((words) => `redis-cli -h ${host} -p ${port} ${words.join(" ")}`).join("; ");
  },
});
