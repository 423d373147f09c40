/** Claims about stage 11, applications instead of one shop and a configuration centre: who is left alone, who hears of a change. */
import type { RunExperiment, StageClaim } from "../stage-claim.ts";

/**
 * Three quarters of the rate claimed, at which the search engine of this stage is near what its budget carries. With fewer
 * item pages a single error in three runs would leave open whether there was one in a thousand.
 */
const ordinaryDay: RunExperiment = {
  kind: "run",
  side: { target: "stage-11" },
  scenario: "mixed-daily",
  ratePerS: 150,
  durationS: 30,
};

/** It ends without a goodbye and is started again, over and over: a release that goes wrong, and a crash. */
const restarting: RunExperiment = { ...ordinaryDay, faults: ["crash-loop=3s:cart-app@5s+20s"] };
/** Item pages, two thirds of what is asked, come from another application. */
const bystanders = { figure: "good-ratio", operation: "detail" } as const;

/** Favourites can be done without, and are one request in fifty. */
const switchedOff: RunExperiment = { ...ordinaryDay, durationS: 25, faults: ["toggle=favourite@8s+12s"] };

export const stage11Claims: readonly StageClaim[] = [
  {
    id: "S11-deploy",
    stage: "stage-11",
    statement: "While the cart is started again and again, at most one item page in a thousand is an error.",
    sources: ["hundred-to-millions", "monolith-to-distributed"],
    kind: "isolation",
    expectation: "supports",
    decided: {
      by: "value",
      measure: bystanders,
      of: restarting,
      value: {
        atLeast: 0.999,
        basis: "judgement",
        because: "One in a thousand is what the stage claims undisturbed.",
      },
    },
    control: {
      what: "the application that answers for item pages is started again instead, in one of the two zones",
      question: {
        by: "value",
        measure: bystanders,
        of: { ...ordinaryDay, faults: ["crash-loop=3s:home-app-a@5s+20s"] },
        value: { atLeast: 0.999, basis: "judgement", because: "The same bound; these are its own requests." },
      },
    },
  },
  {
    id: "S11-scale-part",
    stage: "stage-11",
    statement:
      "Two more applications for the one busy part give more throughput for each core than two more whole shops.",
    sources: ["hundred-to-millions"],
    kind: "scalability",
    expectation: "supports",
    decided: {
      by: "nothing",
      because:
        "By our own budgets: applications of stage-11 have 600 m of its 2.4 cores and shops of stage-10 1,200 m, and the store of the carts has half in the former of what it has in the latter, so a comparison would read these back. It would take stages of equal budgets, and the gain of two more applications held against that of two more shops.",
    },
  },
  {
    id: "S11-crash",
    stage: "stage-11",
    statement: "While the cart crashes over and over, 99 of 100 item pages are answered well.",
    sources: [],
    kind: "isolation",
    expectation: "supports",
    decided: {
      by: "value",
      measure: bystanders,
      of: restarting,
      value: {
        atLeast: 0.99,
        basis: "judgement",
        because: "A crash is no announced release: ten times as much may be lost.",
      },
    },
  },
  {
    id: "S11-config",
    stage: "stage-11",
    statement: "A change in the configuration centre is in force at every application within five seconds.",
    sources: ["hundred-to-millions", "fourteen-stages"],
    kind: "consistency",
    expectation: "supports",
    decided: {
      by: "value",
      measure: { figure: "effect-s" },
      of: switchedOff,
      value: {
        atMost: 5,
        basis: "judgement",
        because: "By the slowest application, which is more than the 99 in 100 that were asked for.",
      },
    },
  },
  {
    id: "S11-config-down",
    stage: "stage-11",
    statement:
      "While the configuration centre is gone, running applications go on: 999 of 1,000 requests are answered well.",
    sources: [],
    kind: "availability",
    expectation: "supports",
    decided: {
      by: "value",
      // Whether an application can start meanwhile is asked by `bench exam feature-toggle`.
      measure: { figure: "good-ratio" },
      of: { ...ordinaryDay, faults: ["kill:config@3s+25s"] },
      value: { atLeast: 0.999, basis: "judgement", because: "What the stage claims undisturbed." },
    },
  },
  {
    id: "PR-toggle",
    stage: "stage-11",
    statement: "A feature is switched off for all applications within five seconds, under load.",
    sources: [
      "scalability-to-cloud-native",
      "hundred-to-millions",
      "monolith-to-distributed",
      "fourteen-stages",
    ],
    kind: "availability",
    expectation: "supports",
    decided: {
      by: "value",
      measure: { figure: "effect-s" },
      of: switchedOff,
      value: {
        atMost: 5,
        basis: "judgement",
        because: "Within seconds, say the articles; a release takes minutes.",
      },
    },
  },
];
