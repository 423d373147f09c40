/** Claims about stage 11, applications instead of one shop and a configuration centre: who is left alone, who hears of a change. */
import type { KneeExperiment, RunExperiment, StageClaim } from "../stage-claim.ts";

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

/**
 * Seven in ten requests of those who are signed in are the cart's. Logins are in the cookie: the store that would keep them
 * beside the carts has half the budget in stage-11 that it has in stage-10, and would be the limit instead of applications.
 */
const signedIn = { kind: "knee", scenario: "signed-in" } as const;
const cookie = "session=cookie";
const oneScaled: KneeExperiment = {
  ...signedIn,
  side: { target: "stage-11", variants: [cookie, "cart-apps=3"] },
};
const allScaled: KneeExperiment = {
  ...signedIn,
  side: { target: "stage-10", variants: [cookie, "shops=3"] },
};

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
      by: "ratio",
      // Memory, of which the article speaks too, is in no evidence.
      pair: { measure: { figure: "knee-per-core" }, of: oneScaled, to: allScaled },
      ratio: {
        atLeast: 1,
        basis: "derived",
        because:
          "The article gives a direction and no magnitude; CPU is counted, and in a whole shop no part of it is reserved for the others.",
      },
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
