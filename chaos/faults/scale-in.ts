/** Members of an application are taken away by its orchestrator while it serves, as by an autoscaler that is wrong. */
import { leastOf } from "../../targets/launch/compose/spares.ts";
import type { Member } from "../../targets/launch/members.ts";
import type { NodeHandle, Operations } from "../../targets/running-target.ts";
import type { Fault } from "../fault.ts";
import { isListening } from "../listening.ts";

export const scaleIn: Fault = {
  name: "scale-in",
  does: "has the orchestrator leave an application only so many members, and give it back the others afterwards",
  place: "group",
  value: { means: "how many members are left", usual: "1" },
  lasts: "while",
  undo: "compensable",
  plan({ group = "", nodes, value = "" }, { spec, members, launcher }) {
    const scaling = Object.keys((launcher === "compose" && spec?.orchestration?.scales) || {});
    return {
      mechanism: "an order to the target's own orchestrator",
      problems: scaling.includes(group)
        ? countProblems(value, { group, members: members.filter(({ node }) => node === group) })
        : [whyNot(group, scaling)],
      takes: [`size of ${group}`, ...nodes.map((name) => `state of ${name}`)],
    };
  },
  async prepare({ group = "", value = "", nodes }, { target }) {
    const { operations } = target;
    if (operations === undefined) throw new Error(`${target.id} has no orchestrator`);
    const count = sizeOf(operations, group);
    const ofGroup = () => target.nodes.filter(isMemberBeside(nodes));
    const present = ofGroup();
    const countUp = async () => ofGroup().length - (await silent(ofGroup())).length;
    return {
      // Whoever clears up after us takes the whole target down: there is nothing to give back.
      mends: [],
      async inject(signal) {
        await operations.scale(group, Number(value), signal);
      },
      async verify() {
        const gone = await silent(present);
        const up = await countUp();
        if (gone.length === 0 || up >= count) return undefined;
        return `${up} of ${count} members of ${group} are left; nobody listens any more as ${namesOf(gone)}`;
      },
      async undo(signal) {
        await operations.scale(group, count, signal);
      },
      async verifyUndone() {
        const up = await countUp();
        return up >= count ? undefined : `${group} has ${up} of its ${count} members`;
      },
    };
  },
};

function whyNot(group: string, scaling: readonly string[]): string {
  return scaling.length === 0
    ? "only an orchestrator takes members away: stages 14 and 15 have one, with --launcher compose"
    : `${group} does not scale; ${scaling.join(", ")} do`;
}

function countProblems(
  value: string,
  { group, members }: { readonly group: string; readonly members: readonly Member[] },
): readonly string[] {
  const left = Number(value);
  const least = leastOf(members);
  if (members.length <= least) {
    return [
      `${group} has no member to spare: ${members.length}, one in each of its zones; bring it up with more of them`,
    ];
  }
  if (Number.isInteger(left) && left >= least && left < members.length) return [];
  return [
    `${group} has ${members.length} members, of which ${least} to ${members.length - 1} can be left; ${value} cannot`,
  ];
}

function sizeOf(operations: Operations, group: string): number {
  const found = operations.scalable().find(({ node }) => node === group);
  if (found === undefined) throw new Error(`${group} does not scale`);
  return found.members;
}

/** New ones are called after those that were there: `shop-3` stands beside `shop-1`. */
function isMemberBeside(names: readonly string[]): (node: NodeHandle) => boolean {
  const base = (name: string) => name.replace(/-\d+$/, "");
  const bases = new Set(names.map(base));
  return ({ name }) => bases.has(base(name));
}

async function silent(nodes: readonly NodeHandle[]): Promise<readonly NodeHandle[]> {
  const are = await Promise.all(nodes.map(({ address }) => isListening(address)));
  return nodes.filter((_, index) => !are[index]);
}

const namesOf = (nodes: readonly NodeHandle[]) => nodes.map(({ name }) => name).join(", ");
