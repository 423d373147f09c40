/** A configuration file of a node gets its text back, and the node reads it again. */
import { existsSync, writeFileSync } from "node:fs";
import { isAbsolute, normalize } from "node:path";
import { z } from "zod";
import { isAlive } from "../../targets/launch/process-identity.ts";
import { mendKind } from "./mend-kind.ts";

/** What the temporary folder of every target is called. */
const oursBegins = "stagebench-";

export const reloadMend = mendKind({
  shape: z.object({
    mend: z.literal("reload"),
    path: z.string(),
    text: z.string(),
    /** Who reads it, at a SIGHUP. */
    process: z.object({ pid: z.number().int().min(2), startTicks: z.number().int().optional() }),
  }),
  async perform({ path, text, process: { pid, startTicks } }) {
    if (!isOurs(path)) throw new Error(`${path} is not in a folder that a run of ours made`);
    // With the folder the whole target is gone.
    if (!existsSync(path)) return;
    writeFileSync(path, text);
    if (!isAlive({ pid, startTicks })) return;
    try {
      process.kill(pid, "SIGHUP");
    } catch (error) {
      // It may have ended since we looked.
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  },
  manual: ({ path, text, process: { pid } }) =>
    `printf %s '${text.replaceAll("'", `'\\''`)}' > ${path} && kill -HUP ${pid}`,
});

const isOurs = (path: string): boolean =>
  isAbsolute(path) && normalize(path) === path && path.split("/").some((part) => part.startsWith(oursBegins));
