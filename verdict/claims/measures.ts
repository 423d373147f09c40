/** Figures that claims are about, as data: what is taken from the evidence of one run, or from one search for a knee. */
import type { TrafficCounter } from "../../metrics/detection.ts";
import type { Guarantee } from "../../metrics/guarantee.ts";
import type { Hop } from "../recovery/amplification.ts";

/**
 * Raised whenever a figure below is taken from the same evidence in another way, so that nobody takes what was measured by
 * the old one for an answer (`askedDigest`). 2: `good-ratio-during` and `worst-second-during` end where taking back begins.
 */
export const measuresVersion = 2;

/** Of one run. Ratios are 0-1, times as their names say; seconds of the measured part. */
export type RunMeasure =
  /** Response time from the planned instant, milliseconds; of one operation, or of all. */
  | {
      readonly figure: "response";
      readonly quantile: "p50" | "p90" | "p95" | "p99";
      readonly operation?: string;
    }
  /** Complete answers a second; good ones. */
  | { readonly figure: "completed-per-s" | "good-per-s" }
  /** Share of requests that were answered well; of one operation, or of all; undisturbed seconds and others. */
  | { readonly figure: "good-ratio"; readonly operation?: string }
  /** The same from the effect of the first fault until taking it back was begun, or in the second `half` of that time. */
  | { readonly figure: "good-ratio-during"; readonly half?: "second" }
  /**
   * Share of the requests of one operation that were answered well in time, of whole seconds from the effect of the first
   * fault until it was gone (`operations` of a timeline second).
   */
  | { readonly figure: "operation-good-ratio-during"; readonly operation: string }
  /** Lowest share of any second of which the first fault was on in some part, until taking it back was begun. */
  | { readonly figure: "worst-second-during" }
  /** Longest stretch without one good answer from the effect of the first fault on, seconds. */
  | { readonly figure: "dark-s" }
  /** From the effect of the first fault until the target was as usual again, seconds. */
  | { readonly figure: "recovered-s" }
  /** p99 of the whole seconds while the first fault was on, as a multiple of that before. */
  | { readonly figure: "p99-during-ratio" }
  /** What a fault measured itself, by name: `stampedeFactor`. */
  | { readonly figure: "fault"; readonly name: string }
  /** From the order of the first fault until its effect was seen, seconds: of a toggle, until all applications had it. */
  | { readonly figure: "effect-s" }
  /** Least of what `good-ratio-during` is for each fault of a run that has several, one at a time; none when one proves nothing. */
  | { readonly figure: "good-ratio-of-worst-fault" }
  /** How soon the target noticed the first fault by its own signals, seconds. */
  | { readonly figure: "detected-s" }
  /**
   * Share of the faults that were seen to bite which the target noticed by its own signals within so many seconds of that
   * (`recovery.noticed.detectS`); one that nothing watches was not noticed.
   */
  | { readonly figure: "noticed-ratio"; readonly withinS: number }
  /** Share of the operations that could be judged which the first fault hit (`recovery.blastRadius.hitRatio`). */
  | { readonly figure: "hit-ratio" }
  /**
   * How many times as many arrive at a hop for each that was meant, from the effect of the first fault to ten seconds after
   * it, as before it (the hop's `factor` in `recovery.amplification`).
   */
  | { readonly figure: "amplification"; readonly hop: Hop }
  /** From the books and the ledger; counts. */
  | {
      readonly figure:
        | "oversold"
        | "lost"
        | "duplicates"
        | "phantom"
        | "over-limit"
        | "not-conserved"
        | "accepted-orders";
    }
  /** Accepted orders a second. */
  | { readonly figure: "orders-per-s" }
  /**
   * Of the pages asked for most, those that did not show what the database held when all was quiet, at the first look
   * (`pages.differedAtFirst`; of `pages.checked`). Only runs with faults whose scenario changes items look.
   */
  | { readonly figure: "pages-differing" }
  /** Answers that were not what was asked for (outcome `wrong`), as the judges of the scenario found them; of all answers. */
  | { readonly figure: "wrong-answers" }
  /** Looks that found a guarantee broken; their share. */
  | { readonly figure: "broken-looks" | "broken-looks-ratio"; readonly guarantee: Guarantee }
  /** What the target's own programs counted, for each request that shoppers made. */
  | { readonly figure: "counted-per-request"; readonly counter: TrafficCounter }
  /** CPU used by a tier, or by all nodes, for each complete answer, milliseconds. */
  | { readonly figure: "cpu-ms-per-request"; readonly tier?: string }
  /** The same of members by name, of as many of them as the target has: one store in one stage, another in the next. */
  | { readonly figure: "node-cpu-ms-per-request"; readonly nodes: readonly string[] }
  /**
   * CPU used by the busiest member of a declared node (`trade`: trade, or trade-1, trade-2, ...) for each complete answer,
   * milliseconds. Where CPU is the limit, all its members carry together what this one carries: its budget divided by this.
   */
  | { readonly figure: "busiest-cpu-ms-per-request"; readonly node: string }
  /** CPU used by the busiest node of a tier, or of the members of a declared node, as a multiple of their mean. */
  | { readonly figure: "imbalance"; readonly tier: string }
  | { readonly figure: "imbalance"; readonly node: string }
  /** Requests that reached the node of a tier which most of them reached, as a multiple of the mean of its nodes. */
  | { readonly figure: "request-imbalance"; readonly tier: string }
  /** How far the share of a tier's requests that one node got is from its share of the tier's budgets, at most. */
  | { readonly figure: "off-budget"; readonly tier: string }
  /** Share of its budget that the busiest node of a tier used. */
  | { readonly figure: "used-ratio"; readonly tier: string };

/** Of one search for a knee. */
export type KneeMeasure =
  /** Peak arrivals a second that were confirmed; the same for each core of all CPU budgets together. */
  | { readonly figure: "knee-per-s" | "knee-per-core" }
  /** Good answers in time, a second, at the knee. */
  | { readonly figure: "goodput-at-knee" }
  /** Share of requests answered well in time at half as much again as the knee. */
  | { readonly figure: "good-ratio-overloaded" };
