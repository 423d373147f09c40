/** Whether a target that was given too much comes back by itself when it is given less again. */
import { tenthsPerSecond } from "../../metrics/tenths.ts";
import type { SettledSecond } from "../../metrics/timeline-second.ts";
import type { AfterOverload } from "./capacity-seen.ts";
import type { ProbeSeen } from "./probe.ts";

/** As good as it has to be, for this long. The objective is 99 %; a second so that a lucky moment is no return. */
const goodRatio = 0.99;
const holdTenths = tenthsPerSecond;

export interface Watched {
  readonly seen: ProbeSeen;
  /** Of the probe after the overload, from its first. */
  readonly seconds: readonly SettledSecond[];
  /** Between the end of the overload and the first of these seconds. */
  readonly pauseS: number;
}

export function afterOverload(overload: ProbeSeen, { seen: after, seconds, pauseS }: Watched): AfterOverload {
  const tenths = seconds.flatMap(({ tenths: counts }) =>
    (counts?.planned ?? []).map((planned, at) => ({ planned, good: counts?.good[at] ?? 0 })),
  );
  const isGoodFrom = (from: number): boolean => {
    const window = tenths.slice(from, from + holdTenths);
    const planned = window.reduce((sum, tenth) => sum + tenth.planned, 0);
    const good = window.reduce((sum, tenth) => sum + tenth.good, 0);
    return window.length === holdTenths && planned > 0 && good >= planned * goodRatio;
  };
  const from = tenths.findIndex((_, at) => isGoodFrom(at));
  return {
    overloadPerS: overload.ratePerS,
    afterPerS: after.ratePerS,
    goodRatioUnder: goodShare(overload),
    goodRatioAfter: goodShare(after),
    pauseS,
    ...(from < 0 ? {} : { backAfterS: pauseS + from / tenthsPerSecond }),
    watchedS: seconds.length,
  };
}

const goodShare = ({ late }: ProbeSeen): number => (late.of === 0 ? 0 : 1 - late.missed / late.of);
