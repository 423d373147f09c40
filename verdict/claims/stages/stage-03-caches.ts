/** Claims about the caches of stage 03: what they take off the database, what they let through, and what they show. */
import type { KneeExperiment, RunExperiment, Side, StageClaim } from "../stage-claim.ts";

const withoutCaches: Side = { target: "stage-02" };
const withCaches: Side = { target: "stage-03" };
/** A cache is needed by the usual way of selling, which is therefore another one here. */
const switchedOff: Side = { target: "stage-03", variants: ["cache=0", "strategy=F2"] };
const unguarded: Side = { target: "stage-03", variants: ["cache-guards=off"] };

const looking = { kind: "run", scenario: "browse" } as const;

/**
 * Pages that were read from databases are told by this fault only. So that it adds next to nothing, it asks twice a
 * second for one item that does not exist: about one page in a hundred, without caches and behind them.
 */
const pagesRead = { figure: "fault", name: "databaseReadsUnderPerS" } as const;
const counting = "penetration=2/s,1@9s+18s";
/**
 * Half of what the shop's budget carries (docs/performance.md: 28 % at 150/s). What is kept is what was asked for within
 * a minute, so under less load it is less than the hot pages that the bound is about.
 */
const counted = { ...looking, ratePerS: 250, durationS: 30, faults: [counting] } as const;
const allFromDatabase: RunExperiment = { ...counted, side: withoutCaches };
const mostFromCaches: RunExperiment = { ...counted, side: withCaches };

/** Twenty items that do not exist, each asked for two and a half times a second: docs/cache-faults.md has it as its example. */
const absentItems = {
  ...looking,
  ratePerS: 100,
  durationS: 24,
  faults: ["penetration=50/s,20@7s+14s"],
} as const;
const absentPassed = { figure: "fault", name: "absentPassedRatio" } as const;

/** What single flight saves shows where a page takes longer to load than from one request for it to the next. */
const hottestEnds = {
  ...looking,
  ratePerS: 150,
  durationS: 26,
  faults: ["latency=50ms:shop>db@10s+14s", "breakdown=1:cache@16s"],
} as const;

const worstReads = { figure: "fault", name: "databaseReadsWorstPerS" } as const;
/** Some dozens of pages are read in a second: at more than what the stage claims chance moves that less. */
const someEnd = { ...looking, side: withCaches, ratePerS: 200, durationS: 20 } as const;

const kneeOfLooking = { kind: "knee", scenario: "browse" } as const;
const kneeWithCaches: KneeExperiment = { ...kneeOfLooking, side: withCaches };

const quarterOfReads = {
  atMost: 0.25,
  basis: "derived",
  because:
    "The article's hot fifth of the items takes four fifths of the accesses at the skew of browse (0.92); a twentieth more " +
    "for what ends and is fetched again.",
} as const;

/**
 * Everybody asks for the one page: 300 of them a second come in upon a page that takes 50 ms to load, sixteen where
 * nobody waits for anybody.
 */
const onePageEnds = {
  kind: "run",
  scenario: "front-page",
  ratePerS: 300,
  durationS: 26,
  faults: ["latency=50ms:shop>db@10s+14s", "breakdown=1:cache@16s"],
} as const;

/**
 * An ordinary day of few shoppers, without a page that everybody asks for: what the shop's own memory answers, which is
 * not lost with the Redis, is about one question in ten (of 40 a second, by Zipf's law, within its two seconds).
 */
const fewOfMany = { kind: "run", scenario: "mixed-daily", ratePerS: 40, durationS: 50 } as const;
const countingRarely = "penetration=0.5/s,1@9s+38s";

export const stage03CacheClaims: readonly StageClaim[] = [
  {
    id: "S03-offload",
    stage: "stage-03",
    statement:
      "With caches, which here keep what was asked for within the last minute, the database is asked for at most a quarter of " +
      "the pages that it is asked for without, under the same load.",
    sources: [
      "scalability-to-cloud-native",
      "hundred-to-millions",
      "monolith-to-distributed",
      "single-server-to-distributed",
      "fourteen-stages",
    ],
    kind: "offload",
    expectation: "supports",
    decided: {
      by: "ratio",
      pair: { measure: pagesRead, of: mostFromCaches, to: allFromDatabase },
      ratio: quarterOfReads,
    },
    control: {
      what: "stage-03 with its caches off",
      question: {
        by: "ratio",
        pair: { measure: pagesRead, of: { ...counted, side: switchedOff }, to: allFromDatabase },
        ratio: quarterOfReads,
      },
    },
  },
  {
    id: "S03-hot1pct",
    stage: "stage-03",
    statement: "A cache with room for one item in a hundred answers almost half of the questions for items.",
    sources: [],
    kind: "offload",
    expectation: "supports",
    decided: {
      by: "nothing",
      because:
        "The Redis of this stage keeps pages for a minute and has no limit of its own: how much it holds follows from the load, " +
        "and cannot be set to a share of the items. It would take a variant with a cache of 1,000 pages, the least used leaving " +
        "first, and a scenario whose popularity can be made steeper.",
    },
  },
  {
    id: "S03-latency",
    stage: "stage-03",
    statement:
      "The p95 of item pages, those that a cache had and those that none had together, is lower than where all are read from the database.",
    sources: ["single-server-to-distributed"],
    kind: "latency",
    expectation: "supports",
    decided: {
      by: "ratio",
      pair: {
        measure: { figure: "response", quantile: "p95", operation: "detail" },
        // What is asked besides, for one item that does not exist, is not among these answers.
        of: mostFromCaches,
        to: allFromDatabase,
      },
      ratio: {
        atMost: 1,
        basis: "derived",
        because: "The article gives a direction and no magnitude: below 1 is the direction.",
      },
    },
  },
  {
    id: "S03-local-tier",
    stage: "stage-03",
    statement:
      "Pages in the shop's own memory spare looks into the Redis: there are fewer of these than questions for pages, each of " +
      "which would be one without that memory (no variant is without it, so that is arithmetic).",
    sources: [
      "scalability-to-cloud-native",
      "hundred-to-millions",
      "monolith-to-distributed",
      "fourteen-stages",
    ],
    kind: "offload",
    expectation: "supports",
    decided: {
      by: "value",
      measure: { figure: "counted-per-request", counter: "cacheReads" },
      // With the guards on, questions for one page at the same time would share a look, which is not the memory's merit.
      // That the database is far away meanwhile, and that a page ends, can only make more looks of it.
      of: { ...hottestEnds, side: unguarded },
      value: {
        atMost: 0.72,
        basis: "derived",
        because:
          "29 % of browse is the home page, 22 % are lists, and 21 % items; a quote looks an item up besides.",
      },
    },
  },
  {
    id: "S03-consistency",
    stage: "stage-03",
    statement:
      "When the shop cannot reach its Redis while items are changed, old pages are shown after that, although the database has " +
      "the new ones; for how long at most is checked in every such run (pages-agree).",
    sources: ["hundred-to-millions", "fourteen-stages"],
    kind: "consistency",
    expectation: "supports",
    decided: {
      by: "sometimes",
      count: { figure: "pages-differing" },
      // Two requests in a thousand change an item, a third of them one of the 200 that are looked at: hence the rate.
      of: {
        ...looking,
        side: withCaches,
        ratePerS: 250,
        durationS: 20,
        faults: ["refuse:shop>cache@4s+14s"],
      },
    },
  },
  {
    id: "S03-penetration",
    stage: "stage-03",
    statement:
      "Where nobody remembers what does not exist, at least 95 of 100 questions for such items pass the caches and reach the database.",
    sources: ["hundred-to-millions", "fourteen-stages"],
    kind: "offload",
    expectation: "supports",
    decided: {
      by: "value",
      measure: absentPassed,
      of: { ...absentItems, side: unguarded },
      value: {
        atLeast: 0.95,
        basis: "derived",
        because:
          "One look each; a twentieth for those whose answer falls on the other side of a reading of the counters.",
      },
    },
  },
  {
    id: "S03-penetration-guard",
    stage: "stage-03",
    statement:
      "Remembering for two seconds what does not exist, as this stage does, lets at most one in twenty of the questions for " +
      "twenty such items, asked 50 times a second, reach the database.",
    sources: ["hundred-to-millions", "fourteen-stages"],
    kind: "offload",
    expectation: "supports",
    decided: {
      by: "value",
      measure: absentPassed,
      of: { ...absentItems, side: withCaches },
      value: { atMost: 0.05, basis: "judgement", because: "The articles say nearly all and give no figure." },
    },
  },
  {
    id: "S03-breakdown",
    stage: "stage-03",
    statement:
      "When the page that 300 shoppers a second ask for ends, and the database is 50 ms away, it is read at least ten times as " +
      "often without single flight and the other guards as with them.",
    sources: [],
    kind: "offload",
    expectation: "supports",
    decided: {
      by: "ratio",
      pair: {
        measure: { figure: "fault", name: "hotPageReads" },
        of: { ...onePageEnds, side: unguarded },
        to: { ...onePageEnds, side: withCaches },
      },
      // Reads come in ones: 9 to 21 of them for one left four of each open.
      repetitions: 8,
      ratio: {
        atLeast: 10,
        basis: "published",
        because:
          "Leases of memcache at Facebook took the peak of such keys from 17,000 to 1,300 queries a second (NSDI '13).",
      },
    },
  },
  {
    id: "S03-avalanche",
    stage: "stage-03",
    statement:
      "When all pages end at the same instant the database is asked for more of them in the worst second than when a twelfth " +
      "ends, which is what a second has when lives are spread over 54 to 66 s.",
    sources: ["hundred-to-millions", "fourteen-stages"],
    kind: "availability",
    expectation: "supports",
    decided: {
      by: "ratio",
      pair: {
        measure: worstReads,
        of: { ...someEnd, faults: ["avalanche=100%:cache@10s"] },
        to: { ...someEnd, faults: ["avalanche=8%:cache@10s"] },
      },
      ratio: {
        atLeast: 1,
        basis: "derived",
        because:
          "The articles give a direction and no magnitude. Who ends is chosen by us on both sides: by themselves pages that " +
          "were cached together end a minute later, which is longer than a run.",
      },
    },
  },
  {
    id: "S03-cache-down",
    stage: "stage-03",
    statement:
      "Without its Redis the database is asked for at least four fifths of the pages that it would be asked for had there never " +
      "been a cache, that is for 0.8 / (1 - hit ratio) times as many as before.",
    sources: ["hundred-to-millions", "fourteen-stages"],
    kind: "availability",
    expectation: "supports",
    decided: {
      by: "ratio",
      pair: {
        measure: pagesRead,
        of: { ...fewOfMany, side: withCaches, faults: ["kill:cache@5s+44s", countingRarely] },
        to: { ...fewOfMany, side: withoutCaches, faults: [countingRarely] },
      },
      ratio: {
        atLeast: 0.8,
        basis: "derived",
        because:
          "Reads before are (1 - hit ratio) of the questions for pages, so 0.8 / (1 - hit ratio) times as many are four fifths " +
          "of these, which all reach the database where there are no caches.",
      },
    },
  },
  {
    id: "S03-next-bottleneck",
    stage: "stage-03",
    statement:
      "With its reads taken by caches, the one shop is the first to be saturated by people who look around.",
    sources: [],
    kind: "scalability",
    expectation: "supports",
    decided: { by: "tier", of: kneeWithCaches, tier: "app" },
  },
  {
    id: "S03-hotkey-bound",
    stage: "stage-03",
    statement:
      "When one key takes a fifth of all accesses, more cache shards help up to five times one shard, and not beyond.",
    sources: [],
    kind: "scalability",
    expectation: "supports",
    decided: {
      by: "nothing",
      because:
        "No stage has more than one cache for the same pages, and the shop's own memory answers for the hottest key before any " +
        "shard is asked. It would take a variant with several shards and none of that memory, and a scenario with a skew of 1.22.",
    },
  },
];
