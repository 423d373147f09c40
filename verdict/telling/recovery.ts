/** How a target got over a fault, in sentences for people. */
import { hopWords } from "../recovery/amplification.ts";
import { detectorWords } from "../recovery/detection.ts";
import { holdS } from "../recovery/objective.ts";
import type { Recovery, Times } from "../recovery/recovery.ts";
import type { WindowFigures } from "../recovery/window-figures.ts";
import { count, counted, figure, percent, seconds } from "./figures.ts";

/** One sentence each, what is worth knowing first; never empty. */
export function recoverySentences(seen: Recovery): readonly string[] {
  const { times, because, others, markedSeconds } = seen;
  return [
    ...(times === undefined ? [] : [timePhrases(seen, times).join("; ")]),
    ...ratioSentence(seen),
    ...noticedSentence(seen),
    ...blastSentence(seen),
    ...lossSentence(seen),
    ...amplificationSentence(seen),
    ...budgetSentence(seen),
    ...overshootSentence(seen),
    ...(because === undefined ? [] : [`there is nothing to compare with: ${because}`]),
    ...(others.length === 0
      ? []
      : [`the figures are about ${others.join(" and ")} too, in place at the same time`]),
    ...(markedSeconds === 0
      ? []
      : [`our instrument was not well in ${counted(markedSeconds, "second")} of this, or just beside`]),
  ];
}

function timePhrases(seen: Recovery, times: Times): readonly string[] {
  if (times.toImpactS === undefined) return ["not felt by shoppers"];
  const { lastedS, watchedS, endedBy, metastable } = seen;
  const under =
    times.underFaultS === undefined
      ? lastedS < holdS
        ? []
        : [`not back while it was on (${seconds(lastedS)})`]
      : times.underFaultS === 0
        ? ["not felt while it was on"]
        : [`back ${seconds(times.underFaultS)} after it was seen to bite, although it was on`];
  const until = endedBy === undefined ? "" : `, when ${endedBy} began`;
  const after =
    watchedS === 0
      ? ["the measured part was over before it was gone"]
      : times.afterClearS === undefined
        ? [`not back in the ${seconds(watchedS)} after it was gone that could be watched${until}`]
        : [
            times.afterClearS === 0
              ? "back as soon as it was gone"
              : `back ${seconds(times.afterClearS)} after it was gone`,
          ];
  const again = (times.fellAgain ?? 0) === 0 ? [] : [`felt again ${counted(times.fellAgain ?? 0, "time")}`];
  return [
    times.toImpactS === 0 ? "felt at once" : `felt ${seconds(times.toImpactS)} after it was seen to bite`,
    ...under,
    ...after,
    ...again,
    ...(times.afterClearS === undefined && watchedS > 0 && metastable !== undefined
      ? [staysDown(metastable)]
      : []),
    ...(times.afterClearS !== undefined && metastable?.isMetastable === true ? [staysDown(metastable)] : []),
  ];
}

function staysDown({ isMetastable, afterS, loop }: NonNullable<Recovery["metastable"]>): string {
  if (isMetastable === true) {
    const kept = loop === undefined ? "" : `; what may keep it there: more ${hopWords(loop)}`;
    return `metastable: it stayed down by itself for ${seconds(afterS)} under the load from before${kept}`;
  }
  if (isMetastable === false) return "not metastable: it was up in between";
  return `whether it stays down by itself takes ${seconds(afterS)} under the load from before to see`;
}

function ratioSentence({ duringRatio, afterRatio, control }: Recovery): readonly string[] {
  const parts = [
    ...(duringRatio === undefined ? [] : [`${percent(duringRatio)} while it was on`]),
    ...(afterRatio === undefined ? [] : [`${percent(afterRatio)} after`]),
    ...(control?.goodRatio === undefined ? [] : [`${percent(control.goodRatio)} before (control)`]),
  ];
  return parts.length === 0 ? [] : [`good answers: ${parts.join(", ")}`];
}

function noticedSentence({ noticed }: Recovery): readonly string[] {
  if (noticed === undefined) return [];
  const { detectS, by, because } = noticed;
  const [first, ...others] = by;
  if (detectS !== undefined && first !== undefined) {
    const more = others.length === 0 ? "" : `, and ${counted(others.length, "other")} after it`;
    const when =
      detectS === 0 ? "before it was seen to bite" : `${exactly(detectS)} after it was seen to bite`;
    return [`noticed by the target ${when}: ${detectorWords(first)}${more}`];
  }
  return because === undefined ? [] : [`not noticed by the target while it was on: ${because}`];
}

/** Fractions of a second tell health checks apart. */
const exactly = (value: number): string => `${figure(value)} s`;

/** At most so many operations by name. */
const shownOperations = 4;

function blastSentence({ blastRadius }: Recovery): readonly string[] {
  if (blastRadius === undefined) return [];
  const { operations, hitShare, unseen } = blastRadius;
  const hit = operations.filter(({ isHit }) => isHit);
  const judged = counted(operations.length, "operation");
  const untold = unseen.length === 0 ? "" : `; of ${count(unseen.length)} more there were too few to say`;
  if (hit.length === 0)
    return [`hit: none of ${judged} lost more than a twentieth of its good answers${untold}`];
  const named = hit
    .slice(0, shownOperations)
    .map(({ operation, duringRatio }) => `${operation} (${percent(duringRatio)} good)`);
  const rest = hit.length - named.length;
  const more = rest > 0 ? ` and ${count(rest)} more` : "";
  return [
    `hit: ${count(hit.length)} of ${judged}, ${percent(hitShare)} of what is asked: ${named.join(", ")}${more}${untold}`,
  ];
}

/** As much more as the counters can tell from none: they are read once a second. */
const worthTelling = 1.1;

function amplificationSentence({ amplification }: Recovery): readonly string[] {
  if (amplification === undefined) return [];
  const { worst, hops, because } = amplification;
  if (worst === undefined) return because === undefined ? [] : [`amplification: unknown; ${because}`];
  const load = hops.find(({ hop }) => hop === worst.hop);
  if (worst.factor < worthTelling || load === undefined)
    return ["amplification: no tier had more to do for a request than before"];
  const now =
    load.during === undefined
      ? ""
      : `, ${figure(load.before)} before and ${figure(load.during)} while it was on`;
  return [`amplification: ${figure(worst.factor)} times as many ${hopWords(worst.hop)}${now}`];
}

function lossSentence({ window, control }: Recovery): readonly string[] {
  if (window.loss === undefined) return [];
  const without = control === undefined ? "" : ` (control: ${lossWords(control)})`;
  return [
    `lost: ${lossWords(window)}${without}; ${percent(window.loss.depthRatio)} below the usual at worst`,
  ];
}

function lossWords({ spanS, loss }: WindowFigures): string {
  if (loss === undefined) return `unknown in ${seconds(spanS)}`;
  return `${counted(loss.lostGood, "good answer")}, ${figure(loss.areaLostS)} good-seconds in ${seconds(spanS)}`;
}

function budgetSentence({ budget }: Recovery): readonly string[] {
  if (budget === undefined || budget.burnedRatio === 0) return [];
  const { sloRatio, burnedRatio, burnRate } = budget;
  return [
    `error budget: ${percent(burnedRatio)} of what 30 days may have at ${percent(sloRatio)}, used up ${figure(burnRate)} times as fast as allowed`,
  ];
}

/** Only where it was more than chance makes of a second, after something that was felt. */
function overshootSentence({ overshoot, times }: Recovery): readonly string[] {
  if (overshoot === undefined || times?.toImpactS === undefined) return [];
  const { afterRatio, beforeRatio } = overshoot;
  if (afterRatio <= beforeRatio) return [];
  return [
    `overshoot: then up to ${figure(afterRatio)} times as many good answers in a second as on average before, where it was up to ${figure(beforeRatio)}`,
  ];
}

/** `usual: 99.9 % good within 250 ms; felt below 98.9 %`; undefined when nothing is. */
export function usualWords({ usual }: Recovery, goodWithinMs: number | undefined): string | undefined {
  if (usual === undefined) return undefined;
  const within = goodWithinMs === undefined ? "" : ` within ${count(goodWithinMs)} ms`;
  const { goodRatio, noiseRatio, thresholdRatio } = usual;
  return `usual before the first fault: ${percent(goodRatio)} good${within}, give or take ${percent(noiseRatio)}; felt below ${percent(thresholdRatio)}`;
}
