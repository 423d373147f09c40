/** Claims about a flash sale where trade is split over shards: one row stays one row, until its stock lies in several. */
import type { RunExperiment, StageClaim } from "../stage-claim.ts";

/** Nothing but tries, each of which is decided on: looks at pages and results ask every shard, whatever becomes of the stock. */
const sale = { kind: "run", scenario: "plentiful-sale", ratePerS: 300, durationS: 30 } as const;
/** One row; not by F8, whose counter in Redis keeps nearly all tries away from the shards. */
const oneRowTwoShards: RunExperiment = { ...sale, side: { target: "stage-07", strategy: "F2" } };
const oneRowFourShards: RunExperiment = {
  ...sale,
  side: { target: "stage-07", strategy: "F2", variants: ["shards=4"] },
};
/** Eight buckets. */
const bucketsTwoShards: RunExperiment = { ...sale, side: { target: "stage-07", strategy: "F13" } };
const bucketsFourShards: RunExperiment = {
  ...sale,
  side: { target: "stage-07", strategy: "F13", variants: ["shards=4"] },
};
const oneRowOneShard: RunExperiment = {
  ...sale,
  side: { target: "stage-07", strategy: "F2", variants: ["shards=1"] },
};
/** As many buckets as shards. */
const twoBuckets: RunExperiment = {
  ...sale,
  side: { target: "stage-07", strategy: "F13", variants: ["tuning=few-buckets"] },
};
const twoBucketsOneShard: RunExperiment = {
  ...sale,
  side: { target: "stage-07", strategy: "F13", variants: ["tuning=few-buckets", "shards=1"] },
};
/** Work that an answer leaves for the busiest shard, which decides how many can be answered. */
const workOfBusiest = { figure: "busiest-cpu-ms-per-request", node: "trade" } as const;

const unmoved = {
  atLeast: 0.9,
  atMost: 1.1,
  basis: "judgement",
  because:
    "A vendor of databases says of one hot row that neither shards nor hardware relieve it; a tenth either way is what we take for unmoved.",
} as const;
/** 1 / (0.6 * 2) */
const workWithTwoBuckets = 0.833;

export const stage07SaleClaims: readonly StageClaim[] = [
  {
    id: "S07-hot-row",
    stage: "stage-07",
    statement:
      "Splitting trade does not help a flash sale of one item, as the articles let one hope: all tries meet on the shard of its row, which does as much for each answer with four shards as with two.",
    sources: [],
    kind: "scalability",
    expectation: "counter-claim",
    decided: {
      by: "ratio",
      pair: { measure: workOfBusiest, of: oneRowFourShards, to: oneRowTwoShards },
      // Four of each left 0.994 (0.85 to 1.16) open.
      repetitions: 8,
      ratio: unmoved,
    },
    control: {
      what: "the stock in eight buckets over all shards (F13), which does spread it",
      question: {
        by: "ratio",
        pair: { measure: workOfBusiest, of: bucketsFourShards, to: bucketsTwoShards },
        ratio: unmoved,
      },
    },
  },
  {
    id: "FS-split",
    stage: "stage-07",
    statement:
      "A stock in two buckets on two shards can be decided on at least 1.2 times as often as in one row: an answer leaves the busiest shard at most 0.833 of the work.",
    sources: [],
    kind: "scalability",
    expectation: "supports",
    decided: {
      by: "ratio",
      pair: { measure: workOfBusiest, of: twoBuckets, to: oneRowTwoShards },
      ratio: {
        atMost: workWithTwoBuckets,
        basis: "judgement",
        because:
          "0.6 for each of B buckets, up to four; two are the set that is below five (tuning few-buckets). By the work for each answer, because shops saturate long before shards: what a node can carry is its budget divided by that work.",
      },
    },
    control: {
      what: "both buckets on one shard",
      question: {
        by: "ratio",
        pair: { measure: workOfBusiest, of: twoBucketsOneShard, to: oneRowOneShard },
        ratio: {
          atMost: workWithTwoBuckets,
          basis: "judgement",
          because: "Two rows of one database are no less work for it than one.",
        },
      },
    },
  },
  {
    id: "FS-split-undersell",
    stage: "stage-07",
    statement: "Without a balance at the end some buckets turn buyers away while others still have units.",
    sources: [],
    kind: "consistency",
    expectation: "supports",
    decided: {
      by: "nothing",
      because:
        "A bucket that is empty too early shows only in the order of the answers, and neither ledger nor books know when each try was answered; in the end all is sold, for there are a hundred buyers to a unit, and every bucket is asked. It would take the instants of every yes and no, or a sale with hardly more buyers than units, whose units that are left could be counted.",
    },
  },
];
