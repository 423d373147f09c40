/** Words of the command line to numbers with units. Each gives a value or a problem in a sentence; none throws. */
import { secondsIn } from "../load/seconds-in.ts";
import type { BearingObjective, HealingObjective, RecoveryObjective } from "../verdict/recovery/objective.ts";

export type Read<T> = { readonly value: T } | { readonly problem: string };

/** `90s`, `1.5m`, `500ms`, `2h`, or plain seconds. */
export function readDurationS(flag: string, word: string): Read<number> {
  const value = secondsIn(word);
  return value === undefined
    ? { problem: `${flag} "${word}" is not a duration; write for example 30s, 500ms or 2m` }
    : { value };
}

/** `500`, `500/s`, `2k`, `2.5k/s`, `6000/m`: per second. */
export function readRatePerS(flag: string, word: string): Read<number> {
  const match = /^(\d+(?:\.\d+)?)(k|M)?(?:\/(s|m|min|h))?$/.exec(word.trim());
  if (!match) return { problem: `${flag} "${word}" is not a rate; write for example 500, 2k/s or 6000/m` };
  const scale = match[2] === "k" ? 1e3 : match[2] === "M" ? 1e6 : 1;
  return { value: (Number(match[1]) * scale) / (secondsIn(`1${match[3] ?? "s"}`) ?? 1) };
}

export function readWhole(flag: string, word: string, from: number, to: number): Read<number> {
  const value = Number(word);
  if (!/^\d+$/.test(word.trim()) || value < from || value > to) {
    return { problem: `${flag} "${word}" is not a whole number from ${from} to ${to}` };
  }
  return { value };
}

export interface Objectives {
  readonly p99Ms?: number;
  readonly errorRatio?: number;
  readonly behindMs?: number;
}

/** `p99<250ms,errors<0.1%,behind<500ms`: limits that replace the target's own claim. */
export function readObjectives(flag: string, word: string): Read<Objectives> {
  const objectives: { p99Ms?: number; errorRatio?: number; behindMs?: number } = {};
  for (const part of word.split(",").map((piece) => piece.trim())) {
    const p99 = /^p99\s*<=?\s*(\d+(?:\.\d+)?)(ms|s)$/.exec(part);
    const errors = /^errors\s*<=?\s*(\d+(?:\.\d+)?)%$/.exec(part);
    const behind = /^behind\s*<=?\s*(\d+(?:\.\d+)?)(ms|s)$/.exec(part);
    if (p99) objectives.p99Ms = Number(p99[1]) * (p99[2] === "s" ? 1000 : 1);
    else if (behind) objectives.behindMs = Number(behind[1]) * (behind[2] === "s" ? 1000 : 1);
    else if (errors) objectives.errorRatio = Number(errors[1]) / 100;
    else return { problem: `${flag} "${part}" is not an objective; write for example p99<250ms,errors<0.1%` };
  }
  return { value: objectives };
}

/**
 * `p99<200ms within 20s, errors<1% within 20s, good>99% within 10s`: how soon after a fault the target has to be well;
 * `detect<3s, amplification<1.5`: how soon it has to notice, and how much more work a request may make.
 */
export function readRecover(flag: string, word: string): Read<readonly RecoveryObjective[]> {
  const objectives: RecoveryObjective[] = [];
  for (const part of word.split(",").map((piece) => piece.trim())) {
    const bearing = bearingIn(part);
    if (bearing !== undefined) {
      objectives.push(bearing);
      continue;
    }
    const [what = "", within = "", ...more] = part.split(/\s+within\s+/);
    const limit = limitIn(what);
    const withinS = readDurationS(flag, within);
    if (limit === undefined || more.length > 0 || !("value" in withinS)) {
      return {
        problem: `${flag} "${part}" is not a recovery objective; write for example "p99<200ms within 20s", "errors<1% within 20s", "good>99% within 10s", "detect<3s" or "amplification<1.5"`,
      };
    }
    objectives.push({ ...limit, withinS: withinS.value });
  }
  return { value: objectives };
}

function bearingIn(word: string): BearingObjective | undefined {
  const detect = /^detect\s*<=?\s*(\d+(?:\.\d+)?(?:ms|s|m))$/.exec(word);
  const limit = detect === null ? undefined : secondsIn(detect[1]!);
  if (limit !== undefined) return { figure: "detect", limit };
  const amplification = /^amplification\s*<=?\s*(\d+(?:\.\d+)?)$/.exec(word);
  return amplification === null ? undefined : { figure: "amplification", limit: Number(amplification[1]) };
}

function limitIn(word: string): Pick<HealingObjective, "figure" | "limit"> | undefined {
  const { value } = { value: undefined, ...readObjectives("", word) };
  if (value?.p99Ms !== undefined) return { figure: "p99", limit: value.p99Ms };
  if (value?.errorRatio !== undefined) return { figure: "errors", limit: value.errorRatio };
  const good = /^good\s*>=?\s*(\d+(?:\.\d+)?)%$/.exec(word);
  return good !== null && Number(good[1]) <= 100
    ? { figure: "good", limit: Number(good[1]) / 100 }
    : undefined;
}

/** Collects problems while reading many words, so that all are told together. */
export class Reader {
  readonly problems: string[] = [];

  /** The value, or undefined with the problem noted. An absent word is no problem. */
  read<T>(word: string | undefined, how: (word: string) => Read<T>): T | undefined {
    if (word === undefined) return undefined;
    const read = how(word);
    if ("value" in read) return read.value;
    this.problems.push(read.problem);
    return undefined;
  }
}
