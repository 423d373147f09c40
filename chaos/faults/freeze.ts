/** A node stands still: its connections stay, and nothing comes out of them. */
import type { Fault, Outlook } from "../fault.ts";
import { standstillOf } from "../machines/standstill.ts";
import { takeoverWords } from "../machines/takeover.ts";

export const freeze: Fault = {
  name: "freeze",
  does: "stops all processes of a node where they are, as a machine that hangs",
  place: "node",
  lasts: "while",
  undo: "reversible",
  plan: ({ nodes: [name = ""] }, outlook) => ({
    mechanism: `${freezeMechanism(outlook)}${takeoverWords(outlook, name)}`,
    problems: freezeProblems(outlook),
    takes: [`state of ${name}`],
  }),
  async prepare({ nodes: [name = ""] }, { node }) {
    const standstill = standstillOf(node(name));
    return {
      get mends() {
        return standstill.mends;
      },
      inject: () => standstill.begin(),
      verify: () => standstill.seen(),
      undo: (signal) => standstill.end(signal),
      verifyUndone: () => standstill.remains(),
    };
  },
};

export const freezeMechanism = ({ launcher }: Pick<Outlook, "launcher">): string =>
  launcher === "compose" ? "container paused by its engine" : "SIGSTOP to all its processes";

export function freezeProblems({ launcher, host }: Pick<Outlook, "launcher" | "host">): readonly string[] {
  switch (launcher) {
    case "processes":
      return host.hasProc
        ? []
        : ["freeze must know processes by their start times, which this system does not tell"];
    case "compose":
      return [];
    case "external":
      return ["your own system is not ours to stop; describe a hook that does it"];
    default:
      return launcher satisfies never;
  }
}
