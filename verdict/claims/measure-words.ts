/** What a measure is, in the words of a sentence's subject. */
import type { KneeMeasure, RunMeasure } from "./measures.ts";

/** `p99 of search`, `the knee`. No two measures have the same. */
export function measureWords(measure: RunMeasure | KneeMeasure): string {
  switch (measure.figure) {
    case "response":
      return `${measure.quantile} of ${measure.operation ?? "all requests"}`;
    case "completed-per-s":
      return "the rate of complete answers";
    case "good-per-s":
      return "the rate of good answers";
    case "good-ratio":
      return `the share of good answers${measure.operation === undefined ? "" : ` to ${measure.operation}`}`;
    case "good-ratio-during":
      return `the share of good answers in ${measure.half === "second" ? "the second half of" : "the time of"} the fault`;
    case "operation-good-ratio-during":
      return `the share of good answers to ${measure.operation} in the time of the fault`;
    case "worst-second-during":
      return "the share of good answers in the worst second of the fault";
    case "dark-s":
      return "the longest time without one good answer";
    case "recovered-s":
      return "the time until all was as usual again";
    case "p99-during-ratio":
      return "p99 while the fault was on, by that before it,";
    case "fault":
      return `what the fault measured as ${measure.name}`;
    case "detected-s":
      return "the time until the target noticed";
    case "effect-s":
      return "the time from the order until it was in effect";
    case "good-ratio-of-worst-fault":
      return "the share of good answers in the time of the worst fault";
    case "noticed-ratio":
      return `the share of faults that the target noticed within ${measure.withinS} s`;
    case "hit-ratio":
      return "the share of operations that the fault hit";
    case "amplification":
      return `how many times as many ${measure.hop} there were for each that was meant`;
    case "oversold":
      return "units sold that were not there";
    case "lost":
      return "accepted attempts that are not in the books";
    case "duplicates":
      return "attempts that became more than one order";
    case "phantom":
      return "orders that nobody was told of";
    case "over-limit":
      return "shoppers with more than the limit";
    case "not-conserved":
      return "units that the books cannot account for";
    case "accepted-orders":
      return "the number of accepted orders";
    case "orders-per-s":
      return "the rate of accepted orders";
    case "wrong-answers":
      return "answers that were not what was asked for";
    case "pages-differing":
      return "pages that did not show what the database held";
    case "broken-looks":
      return `looks that found ${measure.guarantee} broken`;
    case "broken-looks-ratio":
      return `the share of looks that found ${measure.guarantee} broken`;
    case "counted-per-request":
      return `${measure.counter} counted for each request`;
    case "cpu-ms-per-request":
      return `CPU ${measure.tier === undefined ? "" : `of tier ${measure.tier} `}for each answer`;
    case "node-cpu-ms-per-request":
      return `CPU of ${measure.nodes.join(", ")} for each answer`;
    case "busiest-cpu-ms-per-request":
      return `CPU of the busiest ${measure.node} for each answer`;
    case "imbalance":
      return `CPU of the busiest ${"tier" in measure ? `node of tier ${measure.tier}` : measure.node} by the mean of them`;
    case "off-budget":
      return `how far shares of the requests to tier ${measure.tier} are from shares of its budgets`;
    case "request-imbalance":
      return `requests to the busiest node of tier ${measure.tier} by the mean of them`;
    case "used-ratio":
      return `the share of its budget that the busiest node of tier ${measure.tier} used`;
    case "knee-per-s":
      return "the knee";
    case "knee-per-core":
      return "the knee for each core";
    case "goodput-at-knee":
      return "the rate of good answers at the knee";
    case "good-ratio-overloaded":
      return "the share of good answers under half as much again as the knee";
    default:
      return measure satisfies never;
  }
}
