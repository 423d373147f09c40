/** A control file of a cgroup of ours gets its text back. */
import { writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { isOurCgroup } from "../../targets/launch/cgroup-folder.ts";
import { mendKind } from "./mend-kind.ts";

export const fileMend = mendKind({
  shape: z.object({ mend: z.literal("file"), path: z.string(), text: z.string() }),
  async perform({ path, text }) {
    if (!isOurCgroup(dirname(path))) throw new Error(`${path} is not in a cgroup that a run of ours made`);
    try {
      writeFileSync(path, text);
    } catch (error) {
      // With its cgroup the limit is gone as well.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  },
  manual: ({ path, text }) => `echo ${text} > ${path}`,
});
