/** A cgroup that a fault made is emptied by killing what is in it, and removed. */
import { basename } from "node:path";
import { z } from "zod";
import { sleep } from "../../base/clock.ts";
import { isOurCgroup, pidsInCgroup, removeCgroup } from "../../targets/launch/cgroup-folder.ts";
import { leftoverPrefix } from "./leftover.ts";
import { mendKind } from "./mend-kind.ts";

const LOOK_EVERY_MS = 10;

export const cgroupMend = mendKind({
  shape: z.object({ mend: z.literal("cgroup"), path: z.string() }),
  async perform({ path }, signal) {
    if (!isOurCgroup(path) || !basename(path).startsWith(leftoverPrefix))
      throw new Error(`${path} is not a cgroup that a fault of ours made`);
    for (;;) {
      for (const pid of pidsInCgroup(path)) kill(pid);
      // The kernel lets go of a dead member a moment after it is dead.
      const problem = removeCgroup(path);
      if (problem === undefined) return;
      if (signal.aborted) throw new Error(`${path} is still there: ${problem}`);
      await sleep(LOOK_EVERY_MS);
    }
  },
  manual: ({ path }) => `kill -9 $(cat ${path}/cgroup.procs); rmdir ${path}`,
});

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    // It may have ended since we looked.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
