/** Redis, as the cache that all shops share or as a store of its own. */
import { answersPing } from "../probes.ts";
import { renderRedis } from "../render-redis.ts";
import { commandOf, ownFolder, type ProgramKind } from "./program-kind.ts";

export const redis: ProgramKind = {
  settings: ["keeps"],
  problems: () => [],
  async recipe(order) {
    const { member, port, host, reachedAt, kitchen, base, write } = order;
    const isDurable = member.settings.keeps === "carts";
    const config = await write(renderRedis({ port, host, folder: await ownFolder(order), isDurable }));
    const { user } = kitchen;
    return {
      program: { ...base, command: commandOf("redis", kitchen), args: ["-"], stdinPath: config, user },
      readiness: { does: "answer PING", limitMs: 10_000, probe: answersPing(port, reachedAt) },
    };
  },
};
