/** A node ends as by a power cut, and is started again when the time is over. */
import type { Fault } from "../fault.ts";
import { isListening } from "../listening.ts";
import { takeoverWords } from "../machines/takeover.ts";

/** Of a node that keeps data: PostgreSQL replays its log first. */
const RESTART_LIMIT_MS = 60_000;

export const kill: Fault = {
  name: "kill",
  does: "ends a node at once, without a goodbye, and starts it again with what it kept on disk",
  place: "node",
  lasts: "while",
  undo: "compensable",
  plan: ({ nodes: [name = ""] }, outlook) => ({
    mechanism:
      outlook.launcher === "compose"
        ? "SIGKILL by the container engine"
        : `SIGKILL to all its processes${takeoverWords(outlook, name)}`,
    problems: [],
    takes: [`state of ${name}`],
  }),
  async prepare({ nodes: [name = ""] }, { node }) {
    const victim = node(name);
    return {
      // Whoever clears up after us takes the whole target down: there is nothing to start again.
      mends: [],
      inject: () => victim.kill(),
      async verify() {
        if (victim.isRunning || (await isListening(victim.address))) return undefined;
        return `nobody listens on ${victim.address} any more`;
      },
      undo: (signal) =>
        victim.isRunning
          ? Promise.resolve()
          : victim.restart(AbortSignal.any([signal, AbortSignal.timeout(RESTART_LIMIT_MS)])),
      verifyUndone: async () => (victim.isRunning ? undefined : `${name} is down`),
    };
  },
};
