/** What the databases got to do when a cache let go: their reads in the seconds after, against those before. Pure. */
import type { FaultAccount } from "../fault.ts";
import { between, type ReadsSeen } from "./database-reads.ts";

/** Looks at the counters: one from well before, one at the instant, and one at the end of each second after it. */
export interface StampedeSeen {
  readonly before: ReadsSeen;
  readonly at: ReadsSeen;
  readonly after: readonly ReadsSeen[];
}

/**
 * Stampede factor: pages read from the databases in the first second after the event, divided by those a second before.
 * Its lower bound is what perfect single flight in every shop would have left: each page once at a time.
 * Source: the definitions in docs/cache-faults.md.
 */
export function stampedeOf({ before, at, after }: StampedeSeen): FaultAccount {
  const usual = between(before, at);
  const usualPerS = usual.loads / usual.spanS;
  const seconds = [at, ...after].slice(0, -1).map((from, second) => between(from, after[second]!));
  const [first] = seconds;
  if (first === undefined || !(usual.spanS > 0) || !(first.spanS > 0))
    throw new Error("the counters of the shops were not read before and after it");
  const perS = seconds.map(({ loads, spanS }) => loads / spanS);
  const [firstPerS = 0] = perS;
  const worstPerS = Math.max(...perS);
  const alonePerS = (first.loads - first.beside) / first.spanS;
  const ratio = (counters: { misses: number; lookUps: number }) =>
    counters.lookUps === 0 ? undefined : counters.misses / counters.lookUps;
  const [missedBefore, missedAfter] = [ratio(usual), ratio(first)];
  const figures = {
    databaseReadsBeforePerS: rounded(usualPerS),
    databaseReadsFirstS: rounded(firstPerS),
    databaseReadsSingleFlightFirstS: rounded(alonePerS),
    databaseReadsWorstPerS: rounded(worstPerS),
    ...(usualPerS > 0 && {
      stampedeFactor: rounded(firstPerS / usualPerS),
      stampedeFactorSingleFlight: rounded(alonePerS / usualPerS),
    }),
    ...(missedBefore !== undefined && { missRatioBefore: rounded(missedBefore) }),
    ...(missedAfter !== undefined && { missRatioFirstS: rounded(missedAfter) }),
  };
  return {
    sentence: sentenceOf({ usualPerS, firstPerS, alonePerS, worstPerS, seconds: seconds.length }),
    figures,
  };
}

function sentenceOf({
  usualPerS,
  firstPerS,
  alonePerS,
  worstPerS,
  seconds,
}: {
  readonly usualPerS: number;
  readonly firstPerS: number;
  readonly alonePerS: number;
  readonly worstPerS: number;
  readonly seconds: number;
}): string {
  const factor = (perS: number) => (perS / usualPerS).toFixed(1);
  const reads = `${firstPerS.toFixed(0)} pages were read from the databases in the first second after it`;
  if (!(usualPerS > 0)) return `${reads}, and none a second before`;
  const isWorse = factor(worstPerS) !== factor(firstPerS);
  const most = isWorse ? `, ${factor(worstPerS)} in the worst of ${seconds} seconds` : "";
  return (
    `${reads}, ${usualPerS.toFixed(1)} a second before: stampede factor ${factor(firstPerS)}` +
    ` (${factor(alonePerS)} if no page had been read twice at a time${most})`
  );
}

/** Three decimals: what the counters can carry, and a document that people read. */
export const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;
