/** Somebody else on a node's machine keeps it busy, and uses up the CPU budget they share. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isAlive } from "../../targets/launch/process-identity.ts";
import type { Fault } from "../fault.ts";
import { startBusyProcess } from "../machines/busy-process.ts";
import type { GatedProcess } from "../machines/gated-process.ts";
import { BASELINE_S, HeldBack } from "../machines/held-back.ts";
import { budgetProblems, machineOf } from "../machines/machine-of.ts";
import { performMend } from "../mend.ts";
import { leftoverPrefix } from "../mends/leftover.ts";
import { untilDue } from "../until-due.ts";

/** More than a machine of ours has cores tell of nothing more. Our choice. */
const MOST = 8;
/** How much longer than planned it may go on when nobody is left to end it. */
const GRACE_MS = 5_000;

export const neighbour: Fault = {
  name: "neighbour",
  does: "puts busy processes on a node's machine, which use up the CPU budget they share with it",
  place: "node",
  value: { means: `how many busy processes, 1 to ${MOST}`, usual: "2" },
  lasts: "while",
  undo: "self-limiting",
  plan({ nodes: [name = ""], value = "" }, outlook) {
    const machine = outlook.launcher === "external" ? undefined : machineOf(outlook, name);
    return {
      mechanism: `${value} busy processes in the cgroup of its machine${machine?.shared ?? ""}`,
      problems: [
        ...(countIn(value) === undefined
          ? [`"${value}" is not a number of processes from 1 to ${MOST}`]
          : []),
        ...(outlook.launcher === "compose"
          ? ["nobody else is let into a container; slow takes CPU away from it"]
          : budgetProblems(outlook)),
      ],
      takes: [`CPU of ${machine?.name ?? name}`],
    };
  },
  leadS: () => BASELINE_S,
  async prepare({ id, nodes: [name = ""], value = "", forS = 0 }, ground) {
    const victim = ground.node(name);
    const watch = await HeldBack.begin(victim, ground.clock);
    const grip = victim.grip();
    if (grip.kind !== "processes" || grip.cpuGroup === undefined)
      throw new Error(`${name} stands on no machine that others could be put on`);
    // Below the machine's own, whose budget it shares, so that who is in it is known by where it is.
    const group = join(grip.cpuGroup, `${leftoverPrefix}${id.replace(/[^\w.-]/g, "-")}`);
    const end = { mend: "cgroup" as const, path: group };
    let neighbours: readonly GatedProcess[] = [];
    return {
      mends: [end],
      async inject(signal) {
        if (neighbours.length > 0) return;
        const limitMs = (BASELINE_S + forS) * 1_000 + GRACE_MS;
        neighbours = Array.from({ length: countIn(value) ?? 1 }, () => startBusyProcess(limitMs));
        await untilDue(ground, signal);
        await watch.disturb(signal);
        mkdirSync(group, { recursive: true });
        for (const each of neighbours) {
          writeFileSync(join(group, "cgroup.procs"), String(each.pid));
          each.go();
        }
      },
      async verify() {
        const words = await watch.seen();
        return words === undefined ? undefined : `${name} is ${words}`;
      },
      async undo(signal) {
        await performMend(end, signal);
        // Those that were never let in.
        for (const each of neighbours) each.end();
        await watch.calm();
      },
      async verifyUndone() {
        if (existsSync(group))
          return `${group}, with busy processes on the machine of ${name}, is still there`;
        const left = neighbours.find((each) => isAlive(each));
        return left && `the busy process ${left.pid} of ${name} is still there`;
      },
    };
  },
};

function countIn(word: string): number | undefined {
  const count = Number(word);
  return Number.isInteger(count) && count >= 1 && count <= MOST ? count : undefined;
}
