/** After each fault the target is as good as was asked for, and soon enough. */
import type { Check } from "../check.ts";
import type { Evidence } from "../evidence.ts";
import type { Finding } from "../finding.ts";
import { type FaultWindow, windowsOf } from "../recovery/fault-window.ts";
import { holdS, limitWords, objectiveWords, type RecoveryObjective } from "../recovery/objective.ts";
import { objectiveHeld } from "../recovery/objective-held.ts";
import { type Signal, signalOf } from "../recovery/signal.ts";
import { seconds } from "../telling/figures.ts";

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
    return windowsOf(evidence).flatMap((window) =>
      recover.map((objective) => findingOf({ evidence, signal, window, objective })),
    );
  },
};

interface Asked {
  readonly evidence: Evidence;
  readonly signal: Signal | undefined;
  readonly window: FaultWindow;
  readonly objective: RecoveryObjective;
}

function findingOf({ evidence, signal, window, objective }: Asked): Finding {
  const { id, toS: clearS, endS, endedBy, others } = window;
  const { figure, limit, withinS } = objective;
  const about = {
    check: "recovery",
    kind: "recovery",
    subject: `${id}, ${objectiveWords(objective)}`,
  } as const;
  if (clearS >= endS) {
    const because = `nothing could be watched of it: the measured part was over before ${id} was gone`;
    return { ...about, status: "inconclusive", because };
  }
  const ended = endedBy === undefined ? "the run was over" : `${endedBy} began`;
  const held = objectiveHeld({ timeline: evidence.timeline, signal }, objective, { clearS, endS, ended });
  const asked = limitWords(figure, limit);
  const allowed = `${seconds(withinS)} are allowed`;
  const figures = held.fromS === undefined ? {} : { observed: held.fromS.most, limit: withinS, unit: "s" };
  const after = `after ${id} was gone`;
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
      : others.length > 0
        ? `${others.join(" and ")} ${others.length === 1 ? "was" : "were"} in place at the same time`
        : undefined);
  const because = doubt === undefined ? `${late}; ${allowed}` : `${late}, but ${doubt}`;
  return { ...about, ...figures, status: doubt === undefined ? "refuted" : "inconclusive", because };
}
