/** Claims about stage 01, one machine for everything: what sharing it costs, what its loss costs, and the first control. */
import type { KneeExperiment, RunExperiment, StageClaim } from "../stage-claim.ts";

/** The knee of an ordinary day. */
const ordinaryDay = { kind: "knee", scenario: "mixed-daily" } as const;
const oneMachine: KneeExperiment = { ...ordinaryDay, side: { target: "stage-01" } };
const twoMachines: KneeExperiment = { ...ordinaryDay, side: { target: "stage-02" } };
/** As much CPU as the one machine has, and nothing shared: whatever it carries more cannot come from more hardware. */
const twoHalves: KneeExperiment = {
  ...ordinaryDay,
  side: { target: "stage-02", variants: ["machines=half"] },
};

/**
 * Long against the fraction of a second for which an end is not yet seen, or a start already answers. Claims of later
 * stages ask it too: nobody is left to answer.
 */
export const machineLost: RunExperiment = {
  kind: "run",
  side: { target: "stage-01" },
  scenario: "browse",
  ratePerS: 80,
  durationS: 30,
  faults: ["kill:shop@7s+20s", "kill:db@7s+20s"],
};
/**
 * Stage 04 asks the same. A tenth before a whole second: it takes 24 ms until an end is seen (docs/performance.md), and
 * the worst second is looked for among those that come wholly after that.
 */
export const oneOfThreeLost: RunExperiment = {
  kind: "run",
  side: { target: "stage-04" },
  scenario: "browse",
  durationS: 24,
  faults: ["kill:shop-2@7.9s+8s"],
};

export const stage01Claims: readonly StageClaim[] = [
  {
    id: "S01-contention",
    stage: "stage-01",
    statement:
      "An application and a database that share one machine reach their knee at a lower load than with a machine of that size each.",
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
      pair: { measure: { figure: "knee-per-s" }, of: oneMachine, to: twoMachines },
      ratio: {
        atMost: 1,
        basis: "derived",
        because: "The articles give a direction and no magnitude: below 1 is the direction.",
      },
    },
    control: {
      what: "a machine each, held against the same with half of each machine: nobody shares anything, and there is more of it",
      question: {
        by: "ratio",
        pair: { measure: { figure: "knee-per-s" }, of: twoMachines, to: twoHalves },
        ratio: {
          atMost: 1,
          basis: "derived",
          because: "Twice of everything carries more, not less.",
        },
      },
    },
  },
  {
    id: "S01-spof",
    stage: "stage-01",
    statement: "While the one machine is down, no more than one request in a hundred is answered well.",
    sources: [],
    kind: "availability",
    expectation: "supports",
    decided: {
      by: "value",
      measure: { figure: "good-ratio-during" },
      of: machineLost,
      value: {
        atMost: 0.01,
        basis: "derived",
        because:
          "Nobody else could answer; a hundredth is for the moments in which its end is not seen yet and its start not any more.",
      },
    },
    control: {
      what: "stage-04 with one of its three shops down",
      question: {
        by: "value",
        measure: { figure: "good-ratio-during" },
        of: oneOfThreeLost,
        value: { atMost: 0.01, basis: "derived", because: "Two shops are left, which answer." },
      },
    },
  },
  {
    id: "FS-control",
    stage: "stage-01",
    statement:
      "Reading the stock and then writing it back without a condition (F0) sells more units than there are; where it does not, " +
      "too few buyers come at the same time.",
    sources: [],
    kind: "consistency",
    expectation: "supports",
    decided: {
      by: "sometimes",
      count: { figure: "oversold" },
      // Three times what the stage claims: that buyers meet at the stock is the point.
      of: {
        kind: "run",
        side: { target: "stage-01", strategy: "F0" },
        scenario: "flash-sale",
        ratePerS: 300,
        durationS: 20,
      },
    },
  },
];
