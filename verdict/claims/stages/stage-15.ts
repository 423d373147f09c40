/** Claims about stage 15, rented machines: what elasticity saves, how soon it comes, and what a lost region leaves. */
import type { StageClaim } from "../stage-claim.ts";

const fourOfFive = [
  "scalability-to-cloud-native",
  "hundred-to-millions",
  "monolith-to-distributed",
  "fourteen-stages",
] as const;

export const stage15Claims: readonly StageClaim[] = [
  {
    id: "S15-cost",
    stage: "stage-15",
    statement:
      "Renting for the peak and giving back afterwards takes at most 0.65 of the machine hours, for each order, that owning the peak does.",
    sources: fourOfFive,
    kind: "scalability",
    expectation: "supports",
    decided: {
      by: "nothing",
      because:
        "There is no scenario with the ups and downs of a day, and the bill stands in the run's folder (target/autoscale.ndjson) and not in the evidence; a day's curve, shortened as the autoscaler's times are, and the bill as a figure would decide.",
    },
  },
  {
    id: "S15-utilisation",
    stage: "stage-15",
    statement: "With elasticity at least three fifths of what runs are used, on average over a day.",
    sources: [],
    kind: "scalability",
    expectation: "supports",
    decided: {
      by: "nothing",
      because:
        "There is no scenario with the ups and downs of a day, and members that come and go during a run are in no figure of used CPU; under an even load the autoscaler's own aim would be read back, and nothing learnt.",
    },
  },
  {
    id: "S15-provision",
    stage: "stage-15",
    statement:
      "A new machine takes longer to arrive than a new container on one that is there, and what comes sooner than it is turned away.",
    sources: [],
    kind: "availability",
    expectation: "supports",
    decided: {
      by: "nothing",
      because:
        "The six seconds in which a machine arrives are a figure of ours, kept in the stage's file, so a run would only read it back; a provider's real machines would decide.",
    },
  },
  {
    id: "S15-zone-loss",
    stage: "stage-15",
    statement: "When one of two regions fails, 99 of 100 requests are answered well by the other.",
    sources: ["scalability-to-cloud-native"],
    kind: "availability",
    expectation: "supports",
    decided: {
      by: "value",
      // The second half begins when no answer of the name server may be kept any longer.
      measure: { figure: "good-ratio-during", half: "second" },
      // The one in which most is at home: it has to be so whichever is lost. Half the rate claimed, as half is left.
      of: {
        kind: "run",
        side: { target: "stage-15" },
        scenario: "mixed-daily",
        ratePerS: 40,
        durationS: 30,
        faults: ["zone-lost:zone=a@5s+14s"],
      },
      value: {
        atLeast: 0.99,
        basis: "judgement",
        because: "No source gives a figure; it is what we ask of two zones as well.",
      },
    },
  },
];
