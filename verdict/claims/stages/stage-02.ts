/** Claims about stage 02, a machine each for shop and database: what it buys, what it keeps apart, what is next. */
import type { KneeExperiment, RunExperiment, StageClaim } from "../stage-claim.ts";
import { machineLost } from "./stage-01.ts";

/** The knee of an ordinary day. */
const ordinaryDay = { kind: "knee", scenario: "mixed-daily" } as const;
const oneMachine: KneeExperiment = { ...ordinaryDay, side: { target: "stage-01" } };
const twoMachines: KneeExperiment = { ...ordinaryDay, side: { target: "stage-02" } };
const twoHalves: KneeExperiment = {
  ...ordinaryDay,
  side: { target: "stage-02", variants: ["machines=half"] },
};

/**
 * What is asked of the database itself, by a session of ours beside the load: no shop is in that figure. It is taken in
 * the moment before the costly queries begin, and they are there for its sake. They are sixteen, for they have to be seen
 * to bite where two busy processes use up the machine already: a question has to take three times as long as before.
 */
const askedDirectly = { figure: "fault", name: "smallQuestionBeforeMs" } as const;
const asking = "slow-queries=16:db@19s+6s";
const busy = "neighbour=2:shop@5s+20s";
const loaded = { kind: "run", scenario: "mixed-daily", ratePerS: 150, durationS: 27 } as const;

const together: RunExperiment = { ...loaded, side: { target: "stage-01" }, faults: [asking] };
const togetherAndBusy: RunExperiment = { ...loaded, side: { target: "stage-01" }, faults: [busy, asking] };
const apart: RunExperiment = { ...loaded, side: { target: "stage-02" }, faults: [asking] };
const apartAndBusy: RunExperiment = { ...loaded, side: { target: "stage-02" }, faults: [busy, asking] };
const apartInHalves: RunExperiment = {
  ...loaded,
  side: { target: "stage-02", variants: ["machines=half"] },
  faults: [asking],
};

const atMostAFifthLonger = {
  atMost: 1.2,
  basis: "judgement",
  because: "No source gives a figure; a fifth is what we take for unmoved.",
} as const;

export const stage02Claims: readonly StageClaim[] = [
  {
    id: "S02-throughput",
    stage: "stage-02",
    statement:
      "With a machine each, shop and database carry more than on one, and at most twice as much: the hardware has doubled, so " +
      "more than that would be a mistake of ours.",
    sources: [
      "scalability-to-cloud-native",
      "hundred-to-millions",
      "monolith-to-distributed",
      "single-server-to-distributed",
      "fourteen-stages",
    ],
    kind: "throughput",
    expectation: "supports",
    decided: {
      by: "ratio",
      pair: { measure: { figure: "knee-per-s" }, of: twoMachines, to: oneMachine },
      ratio: {
        atLeast: 1,
        atMost: 2,
        basis: "derived",
        because: "The articles say more and give no figure; twice the CPU does at most twice the work.",
      },
    },
    control: {
      what: "two machines of half the size, held against two whole ones",
      question: {
        by: "ratio",
        pair: { measure: { figure: "knee-per-s" }, of: twoHalves, to: twoMachines },
        ratio: {
          atLeast: 1,
          atMost: 2,
          basis: "derived",
          because: "With half of everything there is nothing to carry more with.",
        },
      },
    },
  },
  {
    id: "S02-normalised",
    stage: "stage-02",
    statement:
      "With the same CPU in all, half of it for each, the database answers a small question sooner than where it shares one " +
      "machine with the shop: the mean of what is asked of it directly during an ordinary day, for nothing here times what " +
      "shops ask it.",
    sources: ["scalability-to-cloud-native", "fourteen-stages"],
    kind: "isolation",
    expectation: "supports",
    decided: {
      by: "ratio",
      pair: { measure: askedDirectly, of: apartInHalves, to: together },
      ratio: {
        atMost: 1,
        basis: "derived",
        because: "The articles give a direction and no magnitude: below 1 is the direction.",
      },
    },
  },
  {
    id: "S02-cpu-isolation",
    stage: "stage-02",
    statement:
      "Two busy processes on the machine of the shop make the database take no more than a fifth longer for a small question: " +
      "the mean of what is asked of it directly during an ordinary day.",
    sources: [
      "scalability-to-cloud-native",
      "hundred-to-millions",
      "monolith-to-distributed",
      "fourteen-stages",
    ],
    kind: "isolation",
    expectation: "supports",
    decided: {
      by: "ratio",
      pair: { measure: askedDirectly, of: apartAndBusy, to: apart },
      ratio: atMostAFifthLonger,
    },
    control: {
      what: "stage-01, where the busy processes are on the machine of the database too",
      question: {
        by: "ratio",
        pair: { measure: askedDirectly, of: togetherAndBusy, to: together },
        ratio: atMostAFifthLonger,
      },
    },
  },
  {
    id: "S02-next-bottleneck",
    stage: "stage-02",
    statement:
      "Once shop and database are apart, the database is the first to be saturated by an ordinary day.",
    sources: [
      "scalability-to-cloud-native",
      "hundred-to-millions",
      "monolith-to-distributed",
      "fourteen-stages",
    ],
    kind: "scalability",
    expectation: "supports",
    decided: { by: "tier", of: twoMachines, tier: "db" },
  },
  {
    id: "S02-partial-failure",
    stage: "stage-02",
    statement:
      "Where files are kept by a service of their own, its loss leaves 99 of 100 requests to shop and databases answered well. " +
      "Stage-02 keeps no files: it is asked of stage-10, the first with an object store, all of which is lost, and of browse, " +
      "which asks for no picture.",
    sources: ["single-server-to-distributed"],
    kind: "availability",
    expectation: "supports",
    decided: {
      by: "value",
      measure: { figure: "good-ratio-during" },
      of: {
        kind: "run",
        side: { target: "stage-10" },
        scenario: "browse",
        ratePerS: 100,
        durationS: 30,
        faults: ["kill:pictures@8s+16s"],
      },
      value: {
        atLeast: 0.99,
        basis: "judgement",
        because: "The article says usable and gives no figure; one request in a hundred may be unlucky.",
      },
    },
    control: {
      what: "stage-01, whose one machine has nothing apart, and is lost",
      question: {
        by: "value",
        measure: { figure: "good-ratio-during" },
        of: machineLost,
        value: {
          atLeast: 0.99,
          basis: "judgement",
          because: "The limit of the claim; nobody is left to answer.",
        },
      },
    },
  },
  {
    id: "FS-hotrow-collapse",
    stage: "stage-02",
    statement:
      "With a hundred clients a single row is updated at most half as often a second as with two of them.",
    sources: [],
    kind: "throughput",
    expectation: "supports",
    decided: {
      by: "nothing",
      because:
        "The flash sale has one unit for a hundred tries, so updates of its row are over within the first second, however the " +
        "row is taken; and a shop asks its database over 8 connections at most, so a hundred clients never meet at the row. " +
        "It would take a closed load of 2 and of 100 sessions on one item with units for all of them, without the shop's pool " +
        "in between.",
    },
  },
  {
    id: "FS-goodput-vs-tps",
    stage: "stage-02",
    statement:
      "Ways to sell that give up when the row is locked (F4) take a unit in at most a fifth as many of their transactions as one that waits for it (F2).",
    sources: [],
    kind: "throughput",
    expectation: "supports",
    decided: {
      by: "nothing",
      because:
        "The published figure is of 20 clients who ask for one row without a pause. There is a sale with units for everybody " +
        "(plentiful-sale), but its buyers come at a rate, and a shop asks its database over 8 connections at most: how many " +
        "give up would follow from the rate we choose. It would take a closed load of 20 sessions on one item, without the " +
        "shop's pool in between.",
    },
  },
];
