/** A file or folder that a fault put somewhere is removed; its name says that it is ours. */
import { rm } from "node:fs/promises";
import { basename, isAbsolute } from "node:path";
import { z } from "zod";
import { mendKind } from "./mend-kind.ts";

/** What every file of a fault is called. */
export const leftoverPrefix = "stagebench-fault-";

export const leftoverMend = mendKind({
  shape: z.object({ mend: z.literal("leftover"), path: z.string() }),
  async perform({ path }) {
    if (!isAbsolute(path) || !basename(path).startsWith(leftoverPrefix))
      throw new Error(`${path} is not a file that a fault of ours made`);
    await rm(path, { recursive: true, force: true });
  },
  manual: ({ path }) => `rm -r ${path}`,
});
