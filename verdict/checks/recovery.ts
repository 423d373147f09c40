/** After each fault the target is as good as was asked for, and soon enough. */
import type { FaultSeen } from "../../metrics/fault-seen.ts";
import type { Check } from "../check.ts";
import type { Evidence } from "../evidence.ts";
import type { Finding } from "../finding.ts";
import { hopWords } from "../recovery/amplification.ts";
import { detectorWords, type Noticed } from "../recovery/detection.ts";
import { type FaultWindow, isNeverGone, spansOf, windowsOf } from "../recovery/fault-window.ts";
import {
  type BearingObjective,
  type HealingObjective,
  holdS,
  isHealing,
  limitWords,
  objectiveWords,
} from "../recovery/objective.ts";
import { objectiveHeld } from "../recovery/objective-held.ts";
import { type Recovery, recoveries } from "../recovery/recovery.ts";
import { type Signal, signalOf } from "../recovery/signal.ts";
import { figure as digits, seconds } from "../telling/figures.ts";

export const recovery: Check = {
  name: "recovery",
  title: "after each fault the target was well again as soon as was asked for",
  kind: "recovery",
  limits: {
    holdS: {
      value: holdS,
      unit: "s",
      source:
        "judgement: an objective holds when it holds over five seconds, so that a lucky moment is no recovery",
    },
  },
  judge(evidence) {
    const { recover = [] } = evidence.plan;
    if (recover.length === 0) return [];
    const signal = signalOf(evidence.timeline);
    const seen = recover.every(isHealing) ? [] : recoveries(evidence);
    const ofGone = windowsOf(evidence).flatMap((window) =>
      recover.map((objective) =>
        isHealing(objective)
          ? findingOf({ evidence, signal, window, objective })
          : borneBy(
              seen.find(({ fault }) => fault === window.id),
              window,
              objective,
            ),
      ),
    );
    return [...ofGone, ...neverGone(evidence, recover.filter(isHealing))];
  },
};

interface Asked {
  readonly evidence: Evidence;
  readonly signal: Signal | undefined;
  readonly window: FaultWindow;
  readonly objective: HealingObjective;
}

function findingOf({ evidence, signal, window, objective }: Asked): Finding {
  const { id, togetherToS: clearS, endS, endedBy, together } = window;
  const others = othersThan(window);
  const { figure, limit, withinS } = objective;
  const about = {
    check: "recovery",
    kind: "recovery",
    subject: `${id}, ${objectiveWords(objective)}`,
  } as const;
  const gone = together.length === 0 ? `${id} was gone` : `${id} and what was due with it were gone`;
  if (clearS >= endS) {
    const first = endedBy === undefined ? "the measured part was over" : `${endedBy} began`;
    const because = `nothing could be watched of it: ${first} before ${gone}`;
    return { ...about, status: "inconclusive", because };
  }
  const ended = endedBy === undefined ? "the run was over" : `${endedBy} began`;
  const held = objectiveHeld({ timeline: evidence.timeline, signal }, objective, { clearS, endS, ended });
  const asked = limitWords(figure, limit);
  const allowed = `${seconds(withinS)} are allowed`;
  const figures = held.fromS === undefined ? {} : { observed: held.fromS.most, limit: withinS, unit: "s" };
  const after = `after ${gone}`;
  if (held.fromS !== undefined && held.fromS.most <= withinS) {
    return {
      ...{ ...about, ...figures, status: "upheld" },
      because: `${asked} held from ${seconds(held.fromS.most)} ${after}; ${allowed}`,
    };
  }
  const late =
    held.fromS === undefined
      ? `${asked} did not hold in the ${seconds(endS - clearS)} ${after}`
      : `${asked} held only from ${seconds(held.fromS.most)} ${after}`;
  const doubt =
    held.unseen ??
    (held.fromS !== undefined && held.fromS.least <= withinS
      ? `it may have held from ${seconds(held.fromS.least)}, because response times are kept by the second`
      : inPlaceToo(others));
  const because = doubt === undefined ? `${late}; ${allowed}` : `${late}, but ${doubt}`;
  return { ...about, ...figures, status: doubt === undefined ? "refuted" : "inconclusive", because };
}

/** Those due at the same instant are one disturbance with it, of which it is asked when all of it is gone. */
const othersThan = ({ others, together }: FaultWindow): readonly string[] =>
  others.filter((id) => !together.includes(id));

const inPlaceToo = (others: readonly string[]): string | undefined =>
  others.length === 0
    ? undefined
    : `${others.join(" and ")} ${others.length === 1 ? "was" : "were"} in place at the same time`;

/** What never came back is not well again: that nobody can watch it getting well is no excuse. */
function neverGone(evidence: Evidence, objectives: readonly HealingObjective[]): readonly Finding[] {
  const { faults = [] } = evidence;
  return faults
    .filter(isNeverGone)
    .flatMap((fault) => objectives.map((objective) => findingOfNeverGone(evidence, fault, objective)));
}

function findingOfNeverGone(evidence: Evidence, fault: FaultSeen, objective: HealingObjective): Finding {
  const { faults = [], ending } = evidence;
  const { id, plannedAtS, requestedAtS = plannedAtS, stoppedAtS = 0, because = "nobody knows why" } = fault;
  const about = {
    check: "recovery",
    kind: "recovery",
    subject: `${id}, ${objectiveWords(objective)}`,
  } as const;
  const { withinS } = objective;
  const untilS = stoppedAtS + withinS + holdS;
  const dueElsewhen = faults.filter((other) => other.plannedAtS !== plannedAtS).map((other) => other.id);
  const others = spansOf(evidence)
    .filter((span) => dueElsewhen.includes(span.id) && span.fromS <= untilS && span.toS >= requestedAtS)
    .map((span) => span.id);
  const doubt =
    ending.measuredS < untilS
      ? `the measured part was over ${seconds(Math.max(0, ending.measuredS - stoppedAtS))} after it should have been gone, and this takes ${seconds(withinS + holdS)}`
      : inPlaceToo(others);
  const never = `${id} was never gone, so that nothing held after it: ${because}`;
  return doubt === undefined
    ? { ...about, status: "refuted", because: `${never}; ${seconds(withinS)} are allowed` }
    : { ...about, status: "inconclusive", because: `${never}, but ${doubt}` };
}

/** What was to be so of the fault itself, whenever the target was well again. */
function borneBy(seen: Recovery | undefined, window: FaultWindow, objective: BearingObjective): Finding {
  const { id } = window;
  const about = {
    check: "recovery",
    kind: "recovery",
    subject: `${id}, ${objectiveWords(objective)}`,
  } as const;
  const borne =
    seen === undefined
      ? unseen("good answers were not counted by tenths of a second")
      : borneIn(seen, objective);
  const { status, because, observed } = borne;
  const figures =
    observed === undefined
      ? {}
      : { observed, limit: objective.limit, unit: objective.figure === "detect" ? "s" : "times" };
  const doubt = inPlaceToo(othersThan(window));
  if (status === "refuted" && doubt !== undefined)
    return { ...about, ...figures, status: "inconclusive", because: `${because}, but ${doubt}` };
  return { ...about, ...figures, status, because };
}

const unheardBecause = "nobody listened to what the target says of itself";
const unheard: Noticed = { by: [], because: unheardBecause };

type Borne = Pick<Finding, "status" | "because"> & { readonly observed?: number };

const unseen = (because: string): Borne => ({ status: "inconclusive", because });

function borneIn(seen: Recovery, { figure, limit }: BearingObjective): Borne {
  switch (figure) {
    case "detect":
      return detectedIn(seen, limit);
    case "amplification":
      return amplifiedIn(seen, limit);
    default:
      return figure satisfies never;
  }
}

function detectedIn({ fault, noticed = unheard, lastedS }: Recovery, limit: number): Borne {
  const { detectS, by, because, isSilent = false } = noticed;
  const allowed = `${seconds(limit)} are allowed`;
  if (detectS !== undefined) {
    const [first] = by;
    return {
      status: detectS <= limit ? "upheld" : "refuted",
      because: `${first === undefined ? "the target" : detectorWords(first)} said so ${seconds(detectS)} after ${fault} was seen to bite; ${allowed}`,
      observed: detectS,
    };
  }
  const why = because ?? "nobody said anything of it";
  if (!isSilent) return unseen(`whether the target noticed could not be seen: ${why}`);
  return lastedS > limit
    ? { status: "refuted", because: `the target did not notice ${fault} while it was on: ${why}; ${allowed}` }
    : unseen(`${why}, but ${fault} was gone after ${seconds(lastedS)}, and ${allowed}`);
}

function amplifiedIn(
  { amplification = { hops: [], because: unheardBecause } }: Recovery,
  limit: number,
): Borne {
  const { worst, because } = amplification;
  if (worst === undefined) return unseen(because ?? "nothing was counted");
  const { hop, factor } = worst;
  return {
    status: factor <= limit ? "upheld" : "refuted",
    because: `${hopWords(hop)}: ${digits(factor)} times what it was before; ${digits(limit)} times are allowed`,
    observed: factor,
  };
}
