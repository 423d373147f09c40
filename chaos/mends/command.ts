/** A command of the user's own, who said that it takes the fault back. */
import { z } from "zod";
import { runUserCommand } from "../user-command.ts";
import { mendKind } from "./mend-kind.ts";

export const commandMend = mendKind({
  shape: z.object({
    mend: z.literal("command"),
    command: z.string(),
    /** Where it is run; whoever mends may be elsewhere. */
    folder: z.string().optional(),
    limitMs: z.number().int().min(1),
  }),
  async perform(mend, signal) {
    const { exitCode, how, lastLine } = await runUserCommand(mend, signal);
    if (exitCode !== 0)
      throw new Error(`\`${mend.command}\` ${how}${lastLine === "" ? "" : `: ${lastLine}`}`);
  },
  manual: ({ command, folder }) => (folder === undefined ? command : `cd ${folder} && ${command}`),
});
