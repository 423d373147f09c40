/**
 * A statement about a stage that measurement can find true or false: who says it, what is measured, and what decides.
 * The catalogue has one file per stage; what a figure is comes from `measures.ts`.
 */
import type { KneeMeasure, RunMeasure } from "./measures.ts";

export interface StageClaim {
  /** `S03-offload`: what `bench verify` takes. */
  readonly id: string;
  /** Where it is first checked. */
  readonly stage: StageName;
  /** In our own words, as a sentence that can be wrong. */
  readonly statement: string;
  /** Who says so; none: ours, and `decided` says what it rests on. */
  readonly sources: readonly Article[];
  readonly kind: ClaimKind;
  /** *counter-claim*: the popular reading of the articles says the opposite, and we expect that to be wrong. */
  readonly expectation: "supports" | "counter-claim";
  readonly decided: Question | Undecidable;
  /**
   * The same question about a target of which the answer must be no: when it is not refuted, the claim is inconclusive,
   * because whatever asks it cannot tell. Every throughput claim has one.
   */
  readonly control?: Control;
}

export type StageName =
  `stage-${"01" | "02" | "03" | "04" | "05" | "06" | "07" | "08" | "09" | "10" | "11" | "12" | "13" | "14" | "15"}`;

export type ClaimKind =
  | "throughput"
  | "latency"
  | "availability"
  | "consistency"
  | "scalability"
  | "offload"
  | "isolation";

/** The five articles the stages come from, by title. */
export const articles = {
  "scalability-to-cloud-native":
    "Evolution of Taobao Backend Architecture: From Single-Server to Cloud-Native Scalability (Top Architect)",
  "hundred-to-millions": "How Taobao Scaled from 100 to Millions of Concurrent Users (21CTO)",
  "monolith-to-distributed":
    "From a Simple MVP Monolith to a Complex Distributed Architecture: Taobao Case Study (IT Architects Alliance)",
  "single-server-to-distributed":
    "Evolution of Large-Scale E-commerce Backend Architecture: From Single Server to Distributed Systems (Qunar Tech Salon)",
  "fourteen-stages":
    "From Single Server to Global Scale: 14 Stages of Backend Architecture Evolution (IT Architects Alliance; original by huashiou)",
} as const;

export type Article = keyof typeof articles;

/** Where a number comes from. */
export interface Basis {
  readonly basis:
    | "seed"
    | "original"
    | "published"
    | "published-discounted"
    | "derived"
    | "spec-default"
    | "invariant"
    | "judgement";
  /** One sentence: which arithmetic, which document, or why we chose so. */
  readonly because: string;
}

/** A figure has to be at least, at most, or between; a bare direction is *at least* or *at most* 1 with basis *derived*. */
export type Bound = Basis &
  (
    | { readonly atLeast: number }
    | { readonly atMost: number }
    | { readonly atLeast: number; readonly atMost: number }
  );

/**
 * How often, of each side, where the usual number of repetitions cannot tell: from how the figure varied before, also where it
 * was asked and left open. It is for a sitting that begins anew: runs that were looked at already are not added to.
 */
export interface Repeated {
  readonly repetitions?: number;
}

export type Question = RatioQuestion | ValueQuestion | NeverQuestion | SometimesQuestion | TierQuestion;

/** The figure of `of` as a multiple of that of `to`, over fresh targets in turns (A B B A). */
export interface RatioQuestion extends Repeated {
  readonly by: "ratio";
  readonly pair: Pair;
  readonly ratio: Bound;
}

export type Pair =
  | { readonly measure: RunMeasure; readonly of: RunExperiment; readonly to: RunExperiment }
  | { readonly measure: KneeMeasure; readonly of: KneeExperiment; readonly to: KneeExperiment };

/** The figure itself, over repeated runs with fresh targets. */
export interface ValueQuestion extends Repeated {
  readonly by: "value";
  readonly measure: RunMeasure;
  readonly of: RunExperiment;
  readonly value: Bound;
}

/** A count that has to be 0 in every run: one that is not refutes. */
export interface NeverQuestion {
  readonly by: "never";
  readonly count: RunMeasure;
  readonly of: RunExperiment;
}

/** A count that has to be above 0 in some run: one that is upholds; none in all runs refutes, when there were enough looks. */
export interface SometimesQuestion {
  readonly by: "sometimes";
  readonly count: RunMeasure;
  readonly of: RunExperiment;
}

/** The tier that saturates first, as the search for the knee tells it. */
export interface TierQuestion {
  readonly by: "tier";
  readonly of: KneeExperiment;
  readonly tier: string;
}

/** Not decided here, with the reason a reader accepts: what is missing, and what would decide it. */
export interface Undecidable {
  readonly by: "nothing";
  readonly because: string;
}

export interface Control {
  /** What it is: `one shop instead of three`. */
  readonly what: string;
  readonly question: Question;
}

/** A target as it is brought up. */
export interface Side {
  readonly target: StageName;
  /** `shops=1` */
  readonly variants?: readonly string[];
  readonly strategy?: string;
  readonly launcher?: "processes" | "compose";
  readonly network?: "loopback" | "namespaces";
}

/** One run of `bench run`. Two that are equal are carried out once, whoever asks. */
export interface RunExperiment {
  readonly kind: "run";
  readonly side: Side;
  readonly scenario: string;
  /** Arrivals per second at the peak; absent: what the stage claims. */
  readonly ratePerS?: number;
  readonly durationS: number;
  /** Of each agent, at most; absent: 64, in line for which waits whatever is too much. */
  readonly connections?: number;
  /** As words: `kill:shop-1@10s+8s`. */
  readonly faults?: readonly string[];
  /**
   * Applications nobody may have asked, which is part of what is looked for: `shop-b`. A fault of which nothing was seen
   * is no doubt then, if by their own count they had no request at all.
   */
  readonly nobodyAt?: string;
}

/** One search of `bench capacity`. */
export interface KneeExperiment {
  readonly kind: "knee";
  readonly side: Side;
  readonly scenario: string;
}

export type Experiment = RunExperiment | KneeExperiment;
