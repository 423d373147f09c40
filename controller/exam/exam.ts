/** An exam asks a target for one principle of design: load, faults, and what has to hold meanwhile. */
import type { ChaosPlan } from "../../chaos/chaos-plan.ts";
import type { Member } from "../../targets/launch/members.ts";
import type { Evidence } from "../../verdict/evidence.ts";
import type { Finding, Status } from "../../verdict/finding.ts";
import type { Verdict } from "../../verdict/verdict.ts";
import type { PrincipleName } from "./principles.ts";

export interface Exam {
  readonly name: PrincipleName;
  /** What is done and what has to hold, as one line for people. */
  readonly does: string;
  readonly scenario: string;
  /** Share of the rate that the target claims for its ordinary day at which it is asked, 0-1. */
  readonly loadRatio: number;
  /** A target that must fail: an exam that it passes proves nothing. */
  readonly control: {
    readonly target: string;
    readonly variants: readonly string[];
    readonly because: string;
  };
  /** Which faults, when; or everything that is in the way, one sentence each. */
  plan(sitting: Sitting): ExamPlan | { readonly problems: readonly string[] };
  /** One row for each question, from what was seen; `verdict` is that of the run it was seen in. */
  judge(evidence: Evidence, verdict: Verdict): ExamAnswer;
}

/** Who sits the exam, and how much time there is. */
export interface Sitting {
  readonly members: readonly Member[];
  /** Faults that are tried one after the other, of those the exam knows; absent: all of them. */
  readonly faults?: readonly string[];
  /** How long each lasts, seconds; absent: as long as the exam finds right. */
  readonly holdS?: number;
  /** From the end of one to the beginning of the next, seconds. */
  readonly gapS?: number;
  /** Requests a second of its ordinary day, as it claims; absent: it claims nothing. */
  readonly dailyPerS?: number;
  /** Requests a second at which it will be asked; absent: not known yet. */
  readonly requestsPerS?: number;
}

export interface ExamPlan {
  readonly chaos: ChaosPlan;
  readonly durationS: number;
}

export interface ExamAnswer {
  /** In the order they were asked. */
  readonly rows: readonly ExamRow[];
  /** What the exam found, with the kind that decides the exit code; nothing about the instrument and the books. */
  readonly findings: readonly Finding[];
  /** What has to be known to weigh it, one sentence each. */
  readonly notes: readonly string[];
}

export interface ExamRow {
  /** Node or other part that was asked about. */
  readonly subject: string;
  readonly fault: string;
  /** In a word: `carried`. */
  readonly answer: string;
  readonly status: Status;
  /** The sentence with the figures. */
  readonly because: string;
  readonly figures: Readonly<Record<string, number | null>>;
}

/**
 * `loadRatio` of exams that ask shoppers who are signed in. Their visits are carts and orders only, which are 8 % of the
 * requests of an ordinary day (the mix of scenarios/mixed-daily.ts): a fifth of its requests is two and a half times as many
 * of these as usual. With six tenths a quarter of the answers of stage-11 were bad before anything was done to it.
 */
export const signedInRatio = 0.2;
