/** The machine a member stands on: its own, or one that several share, and with it their budget. Pure. */
import type { Outlook } from "../fault.ts";

export interface MachineOf {
  readonly name: string;
  /** Of all who stand on it. */
  readonly cpuMillicores: number;
  /** Who else is hit, as the end of a sentence; empty where nobody is. */
  readonly shared: string;
}

/** Of containers each has a budget of its own, whatever was declared. */
export function machineOf(
  { members, launcher }: Pick<Outlook, "members" | "launcher">,
  name: string,
): MachineOf {
  const member = members.find((each) => each.name === name);
  if (member === undefined) throw new Error(`there is no member ${name}`);
  if (member.machine === undefined || launcher === "compose")
    return { name, cpuMillicores: member.cpuMillicores, shared: "" };
  const together = members.filter(({ machine }) => machine === member.machine);
  const others = together.filter((each) => each !== member).map((each) => each.name);
  return {
    name: member.machine,
    cpuMillicores: together.reduce((sum, each) => sum + each.cpuMillicores, 0),
    shared: others.length === 0 ? "" : `, which is also the machine of ${others.join(" and ")}`,
  };
}

/** All who stand on the machine of a member, itself included; of containers each has one of its own. */
export function togetherOn(
  { members, launcher }: Pick<Outlook, "members" | "launcher">,
  name: string,
): readonly string[] {
  const machine = members.find((each) => each.name === name)?.machine;
  if (machine === undefined || launcher === "compose") return [name];
  return members.filter((each) => each.machine === machine).map((each) => each.name);
}

/** Why a node's machine has no CPU budget that could be interfered with, one sentence each. */
export function budgetProblems({ launcher, host }: Pick<Outlook, "launcher" | "host">): readonly string[] {
  switch (launcher) {
    case "compose":
      return [];
    case "external":
      return ["the machines of your own system are not ours to hold back; describe a hook that does it"];
    case "processes":
      return host.noCpuGroups === undefined ? [] : [`nodes have no CPU budgets here: ${host.noCpuGroups}`];
    default:
      return launcher satisfies never;
  }
}
