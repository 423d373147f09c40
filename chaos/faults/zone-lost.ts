/** A whole place is gone at one instant, as by a power cut or a fibre that was dug up: every node of a zone. */
import type { Fault, Ground, Outlook, PlannedFault, PreparedFault } from "../fault.ts";
import { isListening } from "../listening.ts";
import { standstillOf } from "../machines/standstill.ts";
import { startAgain } from "../start-again.ts";
import { freezeMechanism, freezeProblems } from "./freeze.ts";

/** For all of them: a level after the other, each with databases that replay their logs. */
const RESTART_LIMIT_MS = 120_000;

const ways = ["kill", "freeze"] as const;
type Way = (typeof ways)[number];

export const zoneLost: Fault = {
  name: "zone-lost",
  does:
    "ends every node of a zone at one instant and starts them again in the order of who calls whom; or stops them, and " +
    "lets them go on",
  place: "zone",
  value: { means: "kill, as by a power cut, or freeze, which leaves connections open", usual: "kill" },
  lasts: "while",
  undo: "compensable",
  plan: ({ value, nodes }, outlook) => ({
    mechanism: `${howOf(value, outlook)}, all ${nodes.length} nodes of the zone`,
    problems: [
      ...(wayOf(value) === undefined ? [`"${value}" is not a way to lose a zone: ${ways.join(" or ")}`] : []),
      ...(wayOf(value) === "freeze" ? freezeProblems(outlook) : []),
    ],
    takes: nodes.map((name) => `state of ${name}`),
    // Whoever only stood still goes on, and nobody is started again.
    ...(wayOf(value) === "freeze" && { undo: "reversible" as const }),
  }),
  prepare: async (planned, ground) =>
    wayOf(planned.value) === "freeze" ? frozen(planned, ground) : killed(planned, ground),
};

const wayOf = (value = ""): Way | undefined => ways.find((way) => way === value);

function howOf(value: string | undefined, outlook: Outlook): string {
  if (wayOf(value) === "freeze") return freezeMechanism(outlook);
  return outlook.launcher === "compose" ? "SIGKILL by the container engine" : "SIGKILL to all processes";
}

function killed({ nodes, zone }: PlannedFault, { outlook: { members }, node }: Ground): PreparedFault {
  const victims = nodes.map(node);
  return {
    // Whoever clears up after us takes the whole target down: there is nothing to start again.
    mends: [],
    async inject() {
      await Promise.all(victims.map((victim) => victim.kill()));
    },
    async verify() {
      const up = await Promise.all(victims.map(({ address }) => isListening(address)));
      return up.includes(true)
        ? undefined
        : `nobody listens in zone ${zone} any more, on none of ${up.length} addresses`;
    },
    undo: (signal) =>
      startAgain(nodes, { members, node }, AbortSignal.any([signal, AbortSignal.timeout(RESTART_LIMIT_MS)])),
    async verifyUndone() {
      const down = victims.filter(({ isRunning }) => !isRunning).map(({ name }) => name);
      return down.length === 0 ? undefined : `still down in zone ${zone}: ${down.join(", ")}`;
    },
  };
}

function frozen({ nodes, zone }: PlannedFault, { node }: Ground): PreparedFault {
  const standstills = nodes.map((name) => standstillOf(node(name)));
  return {
    get mends() {
      return standstills.flatMap(({ mends }) => mends);
    },
    async inject() {
      await Promise.all(standstills.map((each) => each.begin()));
    },
    async verify() {
      const seen = await Promise.all(standstills.map((each) => each.seen()));
      return seen.includes(undefined) ? undefined : `all ${seen.length} nodes of zone ${zone} stand still`;
    },
    async undo(signal) {
      await Promise.all(standstills.map((each) => each.end(signal)));
    },
    async verifyUndone() {
      const left = await Promise.all(standstills.map((each) => each.remains()));
      return left.find((each) => each !== undefined);
    },
  };
}
