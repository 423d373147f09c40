/** How soon the target itself noticed a fault: the first of its own nodes that said so of a node it was done to. */
import type { Detection, Detector, Watched } from "../../metrics/detection.ts";
import type { FaultSeen } from "../../metrics/fault-seen.ts";

export interface Noticed {
  /** From seen to bite to the first that said so; 0 when it did before the fault was seen. Absent: nobody did while it was on. */
  readonly detectS?: number;
  /** Why nobody did, or why that cannot be said. */
  readonly because?: string;
  /** Somebody watches who could be believed, and said nothing of it while it was on. */
  readonly isSilent?: boolean;
  /** Everybody who said so while it was on, the first time each. */
  readonly by: readonly NoticedBy[];
}

export interface NoticedBy extends Pick<Detection, "by" | "source" | "says"> {
  /** From when it was seen to bite; 0 when it was before. */
  readonly afterS: number;
}

export interface NoticedWhen {
  /** From when it can have been noticed. */
  readonly fromS: number;
  readonly effectS: number;
  /** When it was gone: what is said later is not about it while it was on. */
  readonly clearS: number;
  /** Until when nothing had been done to the target. */
  readonly calmS: number;
}

type Told = Pick<FaultSeen, "nodes" | "edges">;

export function noticedOf(
  watched: Watched,
  fault: Told,
  { fromS, effectS, clearS, calmS }: NoticedWhen,
): Noticed {
  if (fault.nodes.length + fault.edges.length === 0)
    return { by: [], because: "it was done to no node in particular" };
  const watching = watched.detectors.filter((detector) => isAbout(detector, fault));
  if (watching.length === 0)
    return { by: [], because: `nothing in the target that we could read watches ${whoOf(fault)}` };
  const said = watched.detections.filter((detection) => !detection.isBack && isAbout(detection, fault));
  const crying = said.filter(({ atS }) => atS < calmS).map(keyOf);
  const credible = watching.filter((detector) => !crying.includes(keyOf(detector)));
  if (credible.length === 0) {
    const who = namesOf(watching);
    return { by: [], because: `${who} said so before anything had been done, too` };
  }
  const trusted = said.filter((detection) => !crying.includes(keyOf(detection)) && detection.atS >= fromS);
  const inTime = trusted.filter(({ atS }) => atS <= clearS);
  const firsts = inTime.filter(
    (detection, index) => inTime.findIndex((other) => keyOf(other) === keyOf(detection)) === index,
  );
  const by = firsts.map(({ by: name, source, says, atS }) => ({
    ...{ by: name, source, says },
    afterS: sinceOf(atS, effectS),
  }));
  const [first] = by;
  if (first !== undefined) return { detectS: first.afterS, by };
  const [late] = trusted;
  const because =
    late === undefined
      ? `${namesOf(credible)} said nothing of it`
      : `${late.by} said so only ${(late.atS - clearS).toFixed(1)} s after it was gone`;
  return { by: [], because, isSilent: true };
}

/** On a node by whoever says so; of an edge also by the node at its other end. */
const isAbout = ({ by, about }: Detector, { nodes, edges }: Told): boolean =>
  about.some((name) => nodes.includes(name) || edges.includes(`${by}>${name}`));

const keyOf = ({ by, source }: Detector): string => `${by} ${source}`;

const whoOf = ({ nodes, edges }: Told): string => (nodes.length > 0 ? nodes : edges).join(" and ");

const sourceWords: Readonly<Record<Detection["source"], string>> = {
  "health-check": "health checks",
  "failed-tries": "count of failed tries",
  vrrp: "VRRP",
  breaker: "breakers",
  connection: "connections",
  replication: "replication",
  log: "log",
  orchestrator: "restarts",
};

/** `l4-1 (health checks)` */
export const detectorWords = ({ by, source }: Pick<Detector, "by" | "source">): string =>
  `${by} (${sourceWords[source]})`;

const named = 3;

function namesOf(detectors: readonly Detector[]): string {
  const words = detectors.map(detectorWords);
  const more = words.length - named;
  return more > 0 ? `${words.slice(0, named).join(", ")} and ${more} more` : words.join(" and ");
}

/** Whole milliseconds, never below 0. */
const sinceOf = (atS: number, effectS: number): number =>
  Math.max(0, Math.round((atS - effectS) * 1_000) / 1_000);
