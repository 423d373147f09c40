/** Claims about stage 10, a search engine and stores for carts and pictures: what leaves the database, and what comes with a second copy. */
import type { RunExperiment, StageClaim } from "../stage-claim.ts";

const everyArticle = [
  "scalability-to-cloud-native",
  "hundred-to-millions",
  "monolith-to-distributed",
  "single-server-to-distributed",
  "fourteen-stages",
] as const;

const ordinaryDay: RunExperiment = {
  kind: "run",
  side: { target: "stage-10" },
  scenario: "mixed-daily",
  durationS: 25,
};

/**
 * Nobody signed in searches: logins, carts and orders, some 85 requests a second. Not twice as many: of 120 a second a
 * quarter were answered badly by stage-11 (docs/exams.md), of which the smallest budgets are about half of those here.
 */
const signedIn: RunExperiment = {
  kind: "run",
  side: { target: "stage-10" },
  scenario: "signed-in",
  ratePerS: 10,
  durationS: 30,
};

/**
 * A picture is a wrong answer when the store says that there is none, and when it does not come the fourth time in a second
 * and a half. 40 a second are a quarter of what 50 m carry of them by the shop's own time for such a page (an estimate).
 */
const withoutMembers = (...members: readonly string[]): RunExperiment => ({
  ...{ kind: "run", side: { target: "stage-10" }, scenario: "pictures", ratePerS: 40, durationS: 24 },
  faults: members.map((member) => `kill:${member}@6s+12s`),
});

/** The contract is what the database's search was first: all words in the name, twenty to a page, counted up to 200. */
const exactSearches: RunExperiment = {
  kind: "run",
  side: { target: "stage-10" },
  scenario: "exact-search",
  ratePerS: 20,
  durationS: 24,
};

/**
 * Logins in the cookie, so that the stores compared keep carts and nothing else. Three times as many shoppers as elsewhere:
 * what a store does for itself, asked or not, is to be little beside what it does for them.
 */
const cookie = ["session=cookie"];
const manySignedIn = { ...signedIn, ratePerS: 30 } as const;
const cartsByKey: RunExperiment = { ...manySignedIn, side: { target: "stage-10", variants: cookie } };
const cartsInTables: RunExperiment = { ...manySignedIn, side: { target: "stage-09", variants: cookie } };
/** Where users are, and where carts are: in stage 10 the former has nearly nothing left to do for these shoppers. */
const storesOfCarts = { figure: "node-cpu-ms-per-request", nodes: ["user", "carts"] } as const;

export const stage10Claims: readonly StageClaim[] = [
  {
    id: "DFS-durability",
    stage: "stage-10",
    statement: "Losing one member of the object store makes no picture unreadable.",
    sources: [],
    kind: "availability",
    expectation: "supports",
    decided: { by: "never", count: { figure: "wrong-answers" }, of: withoutMembers("pictures-a") },
    control: {
      what: "all members of it are lost",
      question: {
        by: "never",
        count: { figure: "wrong-answers" },
        of: withoutMembers("pictures-a", "pictures-b"),
      },
    },
  },
  {
    id: "DFS-continuity",
    stage: "stage-10",
    statement: "While pictures move to the object store, every address of one goes on to work.",
    sources: ["single-server-to-distributed"],
    kind: "consistency",
    expectation: "supports",
    decided: {
      by: "nothing",
      because:
        "Nothing moves: a stage comes up with its pictures where they belong, and the stages before have none to move; a migration under load, with a scenario that asks for pictures, would decide.",
    },
  },
  {
    id: "S10-search-latency",
    stage: "stage-10",
    statement:
      "On the same catalogue, and with the same CPU, the 95th percentile of searches is lower by a search engine than by the database.",
    sources: everyArticle,
    kind: "latency",
    expectation: "supports",
    decided: {
      by: "ratio",
      pair: {
        measure: { figure: "response", quantile: "p95", operation: "search" },
        of: ordinaryDay,
        to: { ...ordinaryDay, side: { target: "stage-10", variants: ["search=sql"] } },
      },
      ratio: { atMost: 1, basis: "derived", because: "The articles give a direction and no magnitude." },
    },
  },
  {
    id: "S10-isolation",
    stage: "stage-10",
    statement:
      "A flood of searches lengthens the 99th percentile of those who are signed in, fill carts and order, by a fifth at most.",
    sources: [],
    kind: "isolation",
    expectation: "supports",
    decided: {
      by: "value",
      measure: { figure: "p99-during-ratio" },
      // Three times the searches of an ordinary day at the rate claimed, of which the engine's budget is half used up.
      // Before it and while it is on some 1,500 and 2,200 requests are made: of fewer a 99th percentile varies by chance.
      of: { ...signedIn, durationS: 50, faults: ["flood=200/s,search@22s+26s"] },
      // Of so many requests a 99th percentile varies by a twentieth by chance alone.
      repetitions: 7,
      value: { atMost: 1.2, basis: "judgement", because: "A fifth is what we take for unmoved." },
    },
    control: {
      what: "stage-02 on machines half as large, whose one application and one database do everything",
      question: {
        by: "value",
        measure: { figure: "p99-during-ratio" },
        // Whole machines would be half used by so many searches, going by the 26 % of 150 requests a second
        // (docs/performance.md). Of 70 requests a second 500 take more than seven seconds.
        of: {
          ...signedIn,
          side: { target: "stage-02", variants: ["machines=half"] },
          ratePerS: 8,
          faults: ["flood=200/s,search@14s+14s"],
        },
        value: {
          atMost: 1.2,
          basis: "judgement",
          because: "The same bound; searches are in everybody's way.",
        },
      },
    },
  },
  {
    id: "S10-index-lag",
    stage: "stage-10",
    statement: "A change of the catalogue is found by search at most three seconds after it was made.",
    sources: [],
    kind: "consistency",
    expectation: "supports",
    decided: {
      by: "value",
      // Looked at under load, before the fault delays anything: the fault is there for its measurement.
      measure: { figure: "fault", name: "usualIndexLagMs" },
      of: { ...ordinaryDay, faults: ["index-lag=2s@12s+8s"] },
      value: {
        atMost: 3_000,
        basis: "judgement",
        because:
          "Search engines refresh once a second by default; three times that leaves room for the way there.",
      },
    },
  },
  {
    id: "S10-divergence",
    stage: "stage-10",
    statement:
      "After the stream of changes was interrupted, catalogue and index become the same again, with nothing missing.",
    sources: [],
    kind: "consistency",
    expectation: "supports",
    decided: {
      by: "nothing",
      because:
        "Nobody reads the whole index beside the catalogue after a run: only one changed item is looked for; such a reading would decide, and until then a contract test holds the indexer to it (test/contracts/search-index.test.ts).",
    },
  },
  {
    id: "S10-search-down",
    stage: "stage-10",
    statement:
      "While the search engine is gone, those who are signed in, fill carts and order are answered well 99 times of 100.",
    sources: [],
    kind: "availability",
    expectation: "supports",
    decided: {
      by: "value",
      measure: { figure: "good-ratio-during" },
      of: { ...signedIn, faults: ["kill:search@6s+18s"] },
      value: { atLeast: 0.99, basis: "judgement", because: "Nothing they ask for needs it." },
    },
    control: {
      what: "the store of carts and logins is gone instead",
      question: {
        by: "value",
        measure: { figure: "good-ratio-during" },
        of: { ...signedIn, faults: ["kill:carts@6s+18s"] },
        value: {
          atLeast: 0.99,
          basis: "judgement",
          because: "The same bound; they need that one all the time.",
        },
      },
    },
  },
  {
    id: "S10-kv",
    stage: "stage-10",
    statement:
      "Carts that are kept by key cost a key-value store at most a third of the CPU that they cost a relational database.",
    sources: ["hundred-to-millions"],
    kind: "throughput",
    expectation: "supports",
    decided: {
      by: "ratio",
      pair: { measure: storesOfCarts, of: cartsInTables, to: cartsByKey },
      ratio: {
        atLeast: 3,
        basis: "published-discounted",
        because:
          "Benchmarks of simple reads by key give 12 to 20; here every look is a request of its own, and carts are written as often as read.",
      },
    },
    control: {
      what: "carts in a relational database on both sides",
      question: {
        by: "ratio",
        pair: {
          measure: storesOfCarts,
          of: { ...cartsInTables, side: { target: "stage-08", variants: cookie } },
          to: cartsInTables,
        },
        ratio: {
          atLeast: 3,
          basis: "published-discounted",
          because: "The same bound; the store is the same.",
        },
      },
    },
  },
  {
    id: "S10-access-module",
    stage: "stage-10",
    statement:
      "Behind one module for data access the search backend is exchanged without a change of the contract.",
    sources: ["single-server-to-distributed"],
    kind: "consistency",
    expectation: "supports",
    decided: { by: "never", count: { figure: "wrong-answers" }, of: exactSearches },
  },
];
