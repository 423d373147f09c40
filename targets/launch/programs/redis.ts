/** Redis as the cache that all shops share. */
import { answersPing } from "../probes.ts";
import { renderRedis } from "../render-redis.ts";
import { commandOf, ownFolder, type ProgramKind } from "./program-kind.ts";

export const redis: ProgramKind = {
  settings: [],
  problems: () => [],
  async recipe(order) {
    const { port, kitchen, base, write } = order;
    const config = await write(renderRedis({ port, folder: await ownFolder(order) }));
    const { user } = kitchen;
    return {
      program: { ...base, command: commandOf("redis", kitchen), args: ["-"], stdinPath: config, user },
      readiness: { does: "answer PING", limitMs: 10_000, probe: answersPing(port) },
    };
  },
};
