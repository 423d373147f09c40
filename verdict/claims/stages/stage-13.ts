/** Claims about stage 13, a bus for all calls to services: what a step more costs, and what one place for all of them means. */
import type { RunExperiment, StageClaim } from "../stage-claim.ts";

const fourOfFive = [
  "scalability-to-cloud-native",
  "hundred-to-millions",
  "monolith-to-distributed",
  "fourteen-stages",
] as const;

/**
 * Logins, carts and orders, some 35 requests a second. Each asks a service who it is, and goes over the bus where there is
 * one; at twice that rate the bus itself would be near its budget, and its queue would be measured in place of its step.
 */
const signedIn: RunExperiment = {
  kind: "run",
  side: { target: "stage-13" },
  scenario: "signed-in",
  ratePerS: 4,
  durationS: 30,
};

/**
 * Item pages that no cache has ask for their stock, and strangers ask for 35 a second. While each of these calls takes two
 * seconds, more of them come than a bus with 64 turns brings there, 32 a second. The shoppers could not do that: an agent
 * has 64 connections, and those who look at items would hold all of them, so that the others waited at the agent and not at
 * the bus. The strangers come first, so that there are calls to compare the slow ones with. Without governance a caller
 * waits five seconds, so none of them fails by its own slowness.
 */
const slowStock = {
  kind: "run",
  scenario: "signed-in",
  ratePerS: 2,
  durationS: 30,
  faults: ["penetration=35/s@3s+25s", "service-slow=2s:stock-service@6s+22s"],
} as const;

const isSpoken = "behind the bus of this stage every service speaks the same protocol";

export const stage13Claims: readonly StageClaim[] = [
  {
    id: "S13-adapters",
    stage: "stage-13",
    statement: "With N applications and M protocols a bus needs N + M adapters, and calls without one N × M.",
    sources: fourOfFive,
    kind: "isolation",
    expectation: "supports",
    decided: {
      by: "nothing",
      because: `Adapters are counted in a program and not measured in a run, and there is nothing to count: ${isSpoken}; a second protocol would decide.`,
    },
  },
  {
    id: "S13-cost",
    stage: "stage-13",
    statement:
      "A bus only adds cost: the 95th percentile of those who log in, fill carts and order is higher with it than without.",
    sources: [],
    kind: "latency",
    expectation: "counter-claim",
    decided: {
      by: "ratio",
      pair: {
        measure: { figure: "response", quantile: "p95" },
        of: signedIn,
        to: { ...signedIn, side: { target: "stage-12" } },
      },
      // A third more, with as much again from run to run, left four of each open.
      repetitions: 8,
      ratio: {
        atLeast: 1,
        basis: "derived",
        because: "Every call takes one step more, and nothing is taken away for it.",
      },
    },
  },
  {
    id: "S13-spof",
    stage: "stage-13",
    statement:
      "While the bus is gone, no more than one request in twenty that needs a service is answered well, though every service is.",
    sources: [],
    kind: "availability",
    expectation: "supports",
    decided: {
      by: "value",
      measure: { figure: "good-ratio-during" },
      of: { ...signedIn, faults: ["kill:bus@8s+14s"] },
      value: {
        atMost: 0.05,
        basis: "derived",
        because: "All of them need one; the rest is for the moments in which its end is not seen yet.",
      },
    },
    control: {
      what: "two buses, of which one is lost",
      question: {
        by: "value",
        measure: { figure: "good-ratio-during" },
        of: {
          ...signedIn,
          side: { target: "stage-13", variants: ["buses=2"] },
          faults: ["kill:bus-1@8s+14s"],
        },
        value: { atMost: 0.05, basis: "derived", because: "The same bound; one is left." },
      },
    },
  },
  {
    id: "S13-noisy",
    stage: "stage-13",
    statement:
      "Where calls are not governed, one slow service keeps callers of another one waiting on a bus with one lane for all, and not with a lane for each.",
    sources: [],
    kind: "isolation",
    expectation: "supports",
    decided: {
      by: "ratio",
      pair: {
        // Logins need the auth service alone. There are some sixty of them: enough for a median, not for a p99.
        measure: { figure: "response", quantile: "p50", operation: "login" },
        of: { ...slowStock, side: { target: "stage-13", variants: ["governance=off"] } },
        to: {
          ...slowStock,
          side: { target: "stage-13", variants: ["governance=off", "bus-lanes=separate"] },
        },
      },
      ratio: {
        atLeast: 1,
        basis: "derived",
        because: "The direction alone: how much it is depends on how slow the slow one is.",
      },
    },
  },
  {
    id: "S13-uniform",
    stage: "stage-13",
    statement: "Behind a bus a service changes its protocol without a change in those who call it.",
    sources: fourOfFive,
    kind: "consistency",
    expectation: "supports",
    decided: {
      by: "nothing",
      because: `No service can change to another protocol: ${isSpoken}; one suite holds calls with and without a bus to the same promises (test/contracts/service-member.test.ts), and a second protocol would decide.`,
    },
  },
];
