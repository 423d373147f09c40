/** One guarantee against what shoppers found: broken once is broken, and what nobody could look at is not upheld. */
import type { Guarantee } from "../metrics/guarantee.ts";
import type { Limit } from "./check.ts";
import type { Evidence } from "./evidence.ts";
import type { Finding, Status } from "./finding.ts";
import { count, counted, instant } from "./telling/figures.ts";

export interface GuaranteeWords {
  readonly subject: string;
  /** Goes on from `3 of 1,204 looks`. */
  readonly broken: string;
  /** Goes on from `1,204 looks`. */
  readonly held: string;
}

export const brokenLooks: Limit = {
  value: 0,
  unit: "looks",
  source: "by definition: what was answered with yes is done, for whoever was told so",
};

export function guaranteeFinding(
  { consistency }: Evidence,
  guarantee: Guarantee,
  words: GuaranteeWords,
): readonly Finding[] {
  const seen = consistency?.[guarantee];
  if (seen === undefined) return [];
  const { checked, broken, firstBrokenAtS } = seen;
  const { subject } = words;
  const finding = (status: Status, because: string): readonly Finding[] => [
    {
      check: guarantee,
      kind: "correctness",
      subject,
      status,
      because,
      observed: broken,
      limit: 0,
      unit: "looks",
    },
  ];
  if (broken > 0) {
    const first = firstBrokenAtS === undefined ? "" : `, first ${instant(firstBrokenAtS)}`;
    return finding("refuted", `${count(broken)} of ${counted(checked, "look")} ${words.broken}${first}`);
  }
  return checked === 0
    ? finding("inconclusive", "not one shopper came to look at it")
    : finding("upheld", `${counted(checked, "look")} ${words.held}`);
}
