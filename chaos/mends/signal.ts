/** A signal to processes, each checked to be who it was: SIGCONT after SIGSTOP, SIGKILL to a helper of a fault. */
import { z } from "zod";
import { isAlive } from "../../targets/launch/process-identity.ts";
import { mendKind } from "./mend-kind.ts";

export const signalMend = mendKind({
  shape: z.object({
    mend: z.literal("signal"),
    signal: z.enum(["SIGCONT", "SIGKILL", "SIGTERM"]),
    processes: z.array(z.object({ pid: z.number().int().min(2), startTicks: z.number().int().optional() })),
  }),
  async perform({ signal, processes }) {
    for (const { pid, startTicks } of processes) {
      if (!isAlive({ pid, startTicks })) continue;
      try {
        process.kill(pid, signal);
      } catch (error) {
        // It may have ended since we looked.
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
      }
    }
  },
  manual: ({ signal, processes }) =>
    `kill -${signal.slice("SIG".length)} ${processes.map(({ pid }) => pid).join(" ")}`,
});
