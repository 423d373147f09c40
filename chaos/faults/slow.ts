/** A node's machine gets less CPU than it has budget for, as one whose host gives it to somebody else. */
import type { Fault } from "../fault.ts";
import { cpuLimitOf } from "../machines/cpu-limit.ts";
import { BASELINE_S, HeldBack } from "../machines/held-back.ts";
import { budgetProblems, machineOf } from "../machines/machine-of.ts";
import { performMend } from "../mend.ts";
import { shareIn } from "../share.ts";
import { untilDue } from "../until-due.ts";

export const slow: Fault = {
  name: "slow",
  does: "leaves a node's machine only a share of its CPU budget",
  place: "node",
  value: { means: "the share that is left, above 0 % and below 100 %", usual: "25%" },
  lasts: "while",
  undo: "reversible",
  plan({ nodes: [name = ""], value = "" }, outlook) {
    const machine = outlook.launcher === "external" ? undefined : machineOf(outlook, name);
    const by = outlook.launcher === "compose" ? "the container engine" : `its cgroup${machine?.shared ?? ""}`;
    return {
      mechanism: `CPU budget of its machine cut to ${value} by ${by}`,
      problems: [
        ...((shareIn(value) ?? 1) < 1 ? [] : [`"${value}" is not a share above 0% and below 100%`]),
        ...budgetProblems(outlook),
      ],
      takes: [`CPU of ${machine?.name ?? name}`],
    };
  },
  leadS: () => BASELINE_S,
  async prepare({ nodes: [name = ""], value = "" }, ground) {
    const victim = ground.node(name);
    const limit = await cpuLimitOf(victim);
    const watch = await HeldBack.begin(victim, ground.clock);
    return {
      mends: limit.mends,
      async inject(signal) {
        await untilDue(ground, signal);
        await watch.disturb(signal);
        // A share of the thousandth part of a core is none: the kernel's least is about that.
        await limit.cut(Math.max(1, machineOf(ground.outlook, name).cpuMillicores * (shareIn(value) ?? 1)));
      },
      async verify() {
        const words = await watch.seen();
        return words === undefined ? undefined : `${name} is ${words}`;
      },
      async undo(signal) {
        for (const mend of limit.mends) await performMend(mend, signal);
        await watch.calm();
      },
      verifyUndone: () => limit.remains(),
    };
  },
};
