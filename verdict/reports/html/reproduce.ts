/** How to make the same run again, in one command. Pure. */
import type { FaultSeen } from "../../../metrics/fault-seen.ts";
import type { Evidence } from "../../evidence.ts";
import { isHealing, type RecoveryObjective } from "../../recovery/objective.ts";

export interface Again {
  /** In words that a shell takes as they are. */
  readonly command: string;
  /** Faults that are not in it, because no words of the command line say them: they stand in plan.json of the run. */
  readonly leftOut: readonly string[];
}

export function againOf({ scenario, target, seed, plan, targetSeen, faults = [] }: Evidence): Again {
  const { ratePerS, durationS, warmupS, agents, strategy, unusual = [], recover = [], openOrClosed } = plan;
  const faultWords = faults.map((fault) => ({ id: fault.id, word: wordOf(fault) }));
  const said = faultWords.flatMap(({ word }) => (word === undefined ? [] : [word]));
  const words = [
    ...["bench", "run", scenario, "--target"],
    ...(targetSeen.launcher === "external" ? target.split(",") : [target]),
    ...(targetSeen.launcher === "compose" ? ["--launcher", "compose"] : []),
    ...["--rate", String(ratePerS), "--duration", `${durationS}s`, "--warmup", `${warmupS}s`],
    ...["--agents", String(agents), "--seed", String(seed)],
    ...(plan.requestTimeoutMs === undefined ? [] : ["--timeout", `${plan.requestTimeoutMs}ms`]),
    ...(strategy === undefined ? [] : ["--strategy", strategy]),
    ...unusual.flatMap((variant) => ["--variant", variant]),
    ...said.flatMap((word) => ["--chaos", word]),
    // About nothing, where no fault is left.
    ...(said.length === 0 || recover.length === 0 ? [] : ["--recover", recover.map(recoverWord).join(",")]),
  ];
  return {
    command: (openOrClosed === "closed" ? words.filter((_, at) => !isRate(words, at)) : words)
      .map(inShell)
      .join(" "),
    leftOut: faultWords.flatMap(({ id, word }) => (word === undefined ? [id] : [])),
  };
}

/** A closed load has shoppers in the place of a rate, and how many is its scenario's business. */
const isRate = (words: readonly string[], at: number): boolean =>
  words[at] === "--rate" || words[at - 1] === "--rate";

/** `kill:shop-2@20s+15s`; undefined of one at several places, which selectors and plan files name. */
function wordOf({
  fault,
  value,
  nodes,
  edges,
  zone,
  plannedAtS,
  plannedForS,
}: FaultSeen): string | undefined {
  const places = zone === undefined ? (edges.length > 0 ? edges : nodes) : [`zone=${zone}`];
  if (places.length > 1) return undefined;
  const what = value === undefined ? fault : `${fault}=${value}`;
  const where = places.length === 0 ? "" : `:${places[0]}`;
  const lasts = plannedForS === undefined ? "" : `+${plannedForS}s`;
  return `${what}${where}@${plannedAtS}s${lasts}`;
}

function recoverWord(objective: RecoveryObjective): string {
  const { figure, limit } = objective;
  const inPercent = `${Number((limit * 100).toPrecision(6))}%`;
  const within = isHealing(objective) ? ` within ${objective.withinS}s` : "";
  switch (figure) {
    case "p99":
      return `p99<${limit}ms${within}`;
    case "errors":
      return `errors<${inPercent}${within}`;
    case "good":
      return `good>${inPercent}${within}`;
    case "detect":
      return `detect<${limit}s`;
    case "amplification":
      return `amplification<${limit}`;
    default:
      return figure satisfies never;
  }
}

const inShell = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
