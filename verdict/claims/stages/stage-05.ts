/** Claims about stage 05, replicas to read from: what they add and cannot, and what is lost with a primary. */
import type { RunExperiment, Side, StageClaim } from "../stage-claim.ts";

/** The cookie remembers who is logged in: nobody is sent away by another shop, and no store is asked for it. */
const ordering = { kind: "run", scenario: "signed-in", ratePerS: 24, durationS: 30 } as const;
const looking = { kind: "run", scenario: "browse", ratePerS: 200, durationS: 30 } as const;
const primaryWork = { figure: "node-cpu-ms-per-request", nodes: ["db"] } as const;
const primaryAndTwo = { target: "stage-05", variants: ["session=cookie"] } as const;
const primaryAlone = { target: "stage-05", variants: ["replicas=0", "session=cookie"] } as const;

/** 3.5 / (3.5 + 4): see the claim. */
const leastWriteShare = 0.47;

/** Nothing is done to it: the run of which the primary's work is asked, too. */
const calm: RunExperiment = { ...ordering, side: primaryAndTwo };
/** Few shoppers: each of them has to be answered, for whoever is not has looked at nothing. */
const own = { kind: "run", scenario: "signed-in", ratePerS: 12, durationS: 20 } as const;
const lagging = ["replica-lag=3s:tier=db@3s+14s"] as const;
const sessionServer = ["session=server"] as const;
const behind: RunExperiment = {
  ...own,
  side: { target: "stage-05", variants: sessionServer },
  faults: lagging,
};
const behindWithoutCopies: RunExperiment = {
  ...own,
  side: { target: "stage-05", variants: ["fresh=off", ...sessionServer] },
  faults: lagging,
};
const withoutReplicasToLag: RunExperiment = {
  ...own,
  side: { target: "stage-04", variants: sessionServer },
};

/** An ordinary day below what either stage claims; the node is away for as long as it takes to see what is left. */
const ordinaryDay = { kind: "run", scenario: "mixed-daily", ratePerS: 150, durationS: 22 } as const;
const replicaLost: RunExperiment = {
  ...ordinaryDay,
  side: { target: "stage-05" },
  faults: ["kill:db-replica-1@4s+16s"],
};
const primaryLost: RunExperiment = {
  ...ordinaryDay,
  side: { target: "stage-05" },
  faults: ["kill:db@4s+16s"],
};
/** Where one database holds everything: claims about stage 06 ask it as well. */
export const onlyDatabaseLost: RunExperiment = { ...primaryLost, side: { target: "stage-04" } };

const nearlyAll = {
  atLeast: 0.99,
  basis: "judgement",
  because: "No source gives a figure; one request in a hundred may be unlucky.",
} as const;

export const stage05Claims: readonly StageClaim[] = [
  {
    id: "S05-read-scale",
    stage: "stage-05",
    statement:
      "Two replicas to read from let the databases carry at least one and a half times as much of a read-heavy mix: an answer " +
      "leaves the primary at most two thirds of the work that it leaves one database alone.",
    sources: [
      "scalability-to-cloud-native",
      "hundred-to-millions",
      "monolith-to-distributed",
      "single-server-to-distributed",
      "fourteen-stages",
    ],
    kind: "scalability",
    expectation: "supports",
    decided: {
      by: "ratio",
      pair: {
        measure: primaryWork,
        of: { ...looking, side: primaryAndTwo },
        to: { ...looking, side: primaryAlone },
      },
      ratio: {
        atMost: 0.667,
        basis: "judgement",
        because:
          "1 / 1.5: half as much again is what is worth two machines. By the work for each answer, because proxy and shops of this stage saturate before its databases: what a node can carry is its budget divided by that work.",
      },
    },
    control: {
      what: "shoppers of whose questions nearly half are writes, which stay with the primary",
      question: {
        by: "ratio",
        pair: {
          measure: primaryWork,
          of: { ...ordering, side: primaryAndTwo },
          to: { ...ordering, side: primaryAlone },
        },
        ratio: {
          atMost: 0.667,
          basis: "judgement",
          because: "Of what it writes and ships to others a primary has no less with replicas than alone.",
        },
      },
    },
  },
  {
    id: "S05-write-bound",
    stage: "stage-05",
    statement:
      "Where nearly half of what a database is asked are writes (signed-in), two replicas leave the primary at least 47 % of its work for each request, so that it can carry little more than twice as much with them.",
    sources: ["hundred-to-millions"],
    kind: "scalability",
    expectation: "supports",
    decided: {
      by: "ratio",
      pair: {
        measure: primaryWork,
        of: { ...ordering, side: primaryAndTwo },
        to: { ...ordering, side: primaryAlone },
      },
      ratio: {
        atLeast: leastWriteShare,
        basis: "derived",
        because:
          "A gain is bounded by 1/w, and w is what stays with the primary; a visit writes 3.5 times (3 carts, an order by every second) and reads its own 4 times, and a write takes a database no less than a read: w is at least 3.5/7.5.",
      },
    },
    control: {
      what: "browse, of which one request in twenty writes",
      question: {
        by: "ratio",
        pair: {
          measure: primaryWork,
          of: { ...looking, side: primaryAndTwo },
          to: { ...looking, side: primaryAlone },
        },
        ratio: {
          atLeast: leastWriteShare,
          basis: "derived",
          because: "Hardly anything of it has to stay with the primary.",
        },
      },
    },
  },
  {
    id: "S05-stale",
    stage: "stage-05",
    statement:
      "Who reads from a replica just after writing can miss what he wrote: with replicas three seconds behind and no fresh copies, shoppers look for their own orders and carts and do not find them.",
    sources: ["fourteen-stages"],
    kind: "consistency",
    expectation: "supports",
    decided: {
      by: "sometimes",
      count: { figure: "broken-looks", guarantee: "read-your-writes" },
      of: behindWithoutCopies,
    },
    control: {
      what: "stage-04, which has no replica to read from",
      question: {
        by: "sometimes",
        count: { figure: "broken-looks", guarantee: "read-your-writes" },
        of: withoutReplicasToLag,
      },
    },
  },
  {
    id: "S05-cache-copy",
    stage: "stage-05",
    statement:
      "Putting what was just written into the cache as well leaves at most one look in a hundred for one's own writes in vain, although the replicas are three seconds behind.",
    sources: [],
    kind: "consistency",
    expectation: "supports",
    decided: {
      by: "value",
      measure: { figure: "broken-looks-ratio", guarantee: "read-your-writes" },
      of: behind,
      value: {
        atMost: 0.01,
        basis: "judgement",
        because:
          "The original article proposes the copy and gives no figure; one look in a hundred is our reading of almost all.",
      },
    },
    control: {
      what: "the same without fresh copies",
      question: {
        by: "value",
        measure: { figure: "broken-looks-ratio", guarantee: "read-your-writes" },
        of: behindWithoutCopies,
        value: {
          atMost: 0.01,
          basis: "judgement",
          because: "The limit of the claim; nothing hides the lag then.",
        },
      },
    },
  },
  {
    id: "S05-replica-kill",
    stage: "stage-05",
    statement:
      "With one of two replicas lost an ordinary day goes on: once it is left out, 99 of 100 requests are answered well, writes among them.",
    sources: [],
    kind: "availability",
    expectation: "supports",
    decided: {
      by: "value",
      measure: { figure: "good-ratio-during", half: "second" },
      of: replicaLost,
      value: nearlyAll,
    },
    control: {
      what: "stage-04 without its one database",
      question: {
        by: "value",
        measure: { figure: "good-ratio-during", half: "second" },
        of: onlyDatabaseLost,
        value: nearlyAll,
      },
    },
  },
  {
    id: "S05-primary-kill",
    stage: "stage-05",
    statement:
      "What a lost primary takes along are the writes, until another is put in its place, and not the reads: of searches, which no cache answers, 99 of 100 are answered well meanwhile.",
    sources: [],
    kind: "availability",
    expectation: "supports",
    decided: {
      by: "value",
      measure: { figure: "operation-good-ratio-during", operation: "search" },
      of: primaryLost,
      value: {
        ...nearlyAll,
        because:
          "The claim has no figure of its own: what is asked of the loss of a replica is asked of this one, too.",
      },
    },
    control: {
      what: "stage-04, where the lost database was the only one",
      question: {
        by: "value",
        measure: { figure: "operation-good-ratio-during", operation: "search" },
        of: onlyDatabaseLost,
        value: nearlyAll,
      },
    },
  },
  {
    id: "S05-lost-writes",
    stage: "stage-05",
    statement:
      "An asynchronous replica that is put in the place of its primary can lack orders that were acknowledged: here those of the two seconds in which it had heard of nothing.",
    sources: [],
    kind: "consistency",
    expectation: "supports",
    decided: { by: "sometimes", count: { figure: "lost" }, of: promoted("async") },
    control: {
      what: "a commit that waits until a replica has it",
      question: { by: "sometimes", count: { figure: "lost" }, of: promoted("sync") },
    },
  },
  {
    id: "S05-transparent",
    stage: "stage-05",
    statement:
      "The layer that reaches the data hides the split: shoppers who log in, order and look for what they did are given, by the interface of stage-04, not one answer that is not what was asked for.",
    sources: ["single-server-to-distributed"],
    kind: "consistency",
    expectation: "supports",
    decided: { by: "never", count: { figure: "wrong-answers" }, of: calm },
    control: {
      what: "replicas that are behind, and nothing that hides it",
      question: { by: "never", count: { figure: "wrong-answers" }, of: behindWithoutCopies },
    },
  },
];

/**
 * A dozen orders a second are promised: two dozen while nobody else hears of them, and with a commit that waits some 250 in
 * all, so that three runs have more than the 300 promises without which none lost says nothing. Long enough after it for
 * the new primary to take orders again.
 */
function promoted(replication: "async" | "sync"): RunExperiment {
  // What is usual need not be said, and equal experiments are to be equal documents.
  const side: Side =
    replication === "async"
      ? primaryAndTwo
      : { target: "stage-05", variants: [`replication=${replication}`, "session=cookie"] };
  return { ...ordering, side, durationS: 24, faults: ["promote=2s:db@12s"] };
}
