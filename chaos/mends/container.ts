/** A container goes on, or gets its CPU limit back. One that is gone took what was done to it along. */
import { z } from "zod";
import { withEngine } from "../stores/engine.ts";
import { mendKind } from "./mend-kind.ts";

export const containerMend = mendKind({
  shape: z.object({
    mend: z.literal("container"),
    /** Path of the engine's socket. */
    engine: z.string(),
    id: z.string(),
    order: z.discriminatedUnion("do", [
      z.object({ do: z.literal("resume") }),
      z.object({ do: z.literal("limit-cpu"), quotaUs: z.number().int(), periodUs: z.number().int() }),
    ]),
  }),
  async perform({ engine: socket, id, order }) {
    await withEngine(socket, async (engine) => {
      const seen = await engine.stateIfAny(id);
      if (seen === undefined) return;
      switch (order.do) {
        case "resume":
          if (seen.Paused) await engine.resume(id);
          return;
        case "limit-cpu":
          return engine.limitCpu(id, order.quotaUs, order.periodUs);
        default:
          return order satisfies never;
      }
    });
  },
  manual: ({ engine, id, order }) => {
    const docker = `docker -H unix://${engine}`;
    return order.do === "resume"
      ? `${docker} unpause ${id}`
      : `${docker} update --cpu-period ${order.periodUs} --cpu-quota ${order.quotaUs} ${id}`;
  },
});
