/** Claims about stage 06, a database for each business: what keeps them apart, what that carries, and what it costs. */
import type { KneeExperiment, RunExperiment, StageClaim } from "../stage-claim.ts";
import { onlyDatabaseLost } from "./stage-05.ts";

const ordinaryDayKnee = { kind: "knee", scenario: "mixed-daily" } as const;
/** Six shops, so that databases can be what ends it: with four, shops are the busiest on either side (docs/performance.md). */
const sixShops = ["shops=6"] as const;
const byBusiness: KneeExperiment = { ...ordinaryDayKnee, side: { target: "stage-06", variants: sixShops } };
const byBusinessOneShop: KneeExperiment = {
  ...ordinaryDayKnee,
  side: { target: "stage-06", variants: ["shops=1"] },
};
/** The stage as it is. */
const fourShops: KneeExperiment = { ...ordinaryDayKnee, side: { target: "stage-06" } };
const together: KneeExperiment = { ...ordinaryDayKnee, side: { target: "stage-05", variants: sixShops } };

/** Below what either stage claims: what is slow is to be the database that somebody makes slow. */
const ordinaryDay = { kind: "run", scenario: "mixed-daily", ratePerS: 150, durationS: 30 } as const;
const calm: RunExperiment = { ...ordinaryDay, side: { target: "stage-06" } };
const tradeBusy: RunExperiment = { ...calm, faults: ["slow-queries=4:trade@2s+26s"] };
/** For as long as, and under the load in which, stage-04 is without its one database. */
const userLost: RunExperiment = {
  ...onlyDatabaseLost,
  side: { target: "stage-06" },
  faults: ["kill:user@4s+16s"],
};
/** Reads would otherwise go to replicas, and be kept apart by those. */
const oneForAll: RunExperiment = {
  ...ordinaryDay,
  side: { target: "stage-05", variants: ["replicas=0"] },
};
const oneForAllBusy: RunExperiment = { ...oneForAll, faults: ["slow-queries=4:db@2s+26s"] };

/** Ten orders a second, and the page four times for each. */
const pastOrders = (side: RunExperiment["side"]): RunExperiment => ({
  ...{ kind: "run", side, scenario: "past-orders", ratePerS: 10, durationS: 30 },
});

/** Of searches, for which nobody asks any other database than the catalogue's. */
const ofSearches = { figure: "response", quantile: "p90", operation: "search" } as const;
const aFifthLonger = {
  atMost: 1.2,
  basis: "judgement",
  because:
    "No source gives a figure; a fifth is what we take for unmoved. Of the p90: the p99 of one target differs from the next of its kind by a quarter (docs/decisions/0020), and nobody would see a fifth in it.",
} as const;
const nearlyAll = {
  atLeast: 0.99,
  basis: "judgement",
  because: "No source gives a figure; one request in a hundred may be unlucky.",
} as const;

export const stage06Claims: readonly StageClaim[] = [
  {
    id: "S06-isolation",
    stage: "stage-06",
    statement:
      "While the database of trade is kept busy by costly queries, 90 of 100 searches of the catalogue take at most a fifth longer than usual.",
    sources: [
      "scalability-to-cloud-native",
      "hundred-to-millions",
      "monolith-to-distributed",
      "single-server-to-distributed",
      "fourteen-stages",
    ],
    kind: "isolation",
    expectation: "supports",
    decided: { by: "ratio", pair: { measure: ofSearches, of: tradeBusy, to: calm }, ratio: aFifthLonger },
    control: {
      what: "stage-05 without replicas, where one database holds every business",
      question: {
        by: "ratio",
        pair: { measure: ofSearches, of: oneForAllBusy, to: oneForAll },
        ratio: aFifthLonger,
      },
    },
  },
  {
    id: "S06-capacity",
    stage: "stage-06",
    statement:
      "A database for each business carries more of an ordinary day, all businesses together, than one for all with its replicas.",
    sources: ["hundred-to-millions", "monolith-to-distributed", "fourteen-stages"],
    kind: "scalability",
    expectation: "supports",
    decided: {
      by: "ratio",
      pair: { measure: { figure: "knee-per-s" }, of: byBusiness, to: together },
      ratio: {
        atLeast: 1,
        basis: "derived",
        because:
          "The articles give a direction and no magnitude: above 1 is the direction, with 800 m for databases where stage-05 has 900 m.",
      },
    },
    control: {
      what: "the same with one shop instead of six",
      question: {
        by: "ratio",
        pair: { measure: { figure: "knee-per-s" }, of: byBusinessOneShop, to: together },
        ratio: {
          atLeast: 1,
          basis: "derived",
          because: "No way to split databases makes up for five of six shops.",
        },
      },
    },
  },
  {
    id: "S06-aggregation",
    stage: "stage-06",
    statement:
      "A page that shows something of three businesses takes longer where each has a database of its own than where one join finds all of it.",
    sources: ["scalability-to-cloud-native", "fourteen-stages"],
    kind: "latency",
    expectation: "supports",
    decided: {
      by: "ratio",
      pair: {
        measure: { figure: "response", quantile: "p95", operation: "order_history" },
        of: pastOrders({ target: "stage-06" }),
        to: pastOrders({ target: "stage-05", variants: ["replicas=0"] }),
      },
      ratio: {
        atLeast: 1,
        basis: "derived",
        because:
          "The articles give a direction and no magnitude. Budgets differ (one database there, three here), and with so few " +
          "shoppers none is near its own.",
      },
    },
  },
  {
    id: "S06-atomicity",
    stage: "stage-06",
    statement:
      "A crash between writes to the databases of two businesses leaves rows that do not match, unless somebody repairs them.",
    sources: [],
    kind: "consistency",
    expectation: "supports",
    decided: {
      by: "nothing",
      because:
        "No operation of this shop writes to two businesses: stock, order, payment and key lie in the database of trade by design (docs/data.md), so there is no moment between such writes to crash in. It would take an operation that does (an order that empties the cart), and a count of carts that still hold what was ordered.",
    },
  },
  {
    id: "S06-fault-domain",
    stage: "stage-06",
    statement:
      "While the database of the users is down, 99 of 100 item pages, of which catalogue and trade know all, are answered well.",
    sources: [],
    kind: "availability",
    expectation: "supports",
    decided: {
      by: "value",
      measure: { figure: "operation-good-ratio-during", operation: "detail" },
      of: userLost,
      value: nearlyAll,
    },
    control: {
      what: "stage-04, whose one database is down",
      question: {
        by: "value",
        measure: { figure: "operation-good-ratio-during", operation: "detail" },
        of: onlyDatabaseLost,
        value: nearlyAll,
      },
    },
  },
  {
    id: "S06-vertical-contention",
    stage: "stage-06",
    statement:
      "Where products, users and deals have databases of their own, a transaction that writes waits for locks and disks for a shorter time.",
    sources: ["single-server-to-distributed"],
    kind: "throughput",
    expectation: "supports",
    decided: {
      by: "nothing",
      because:
        "Nobody reads for what a database's sessions wait, and they would wait for little: rows are locked for one statement, and each business writes to tables of its own in stage-05 as well. It would take samples of pg_stat_activity (wait events) for each transaction, under a mix that mostly writes, in stage-06 and in stage-05.",
    },
  },
  {
    id: "S06-next-bottleneck",
    stage: "stage-06",
    statement:
      "Under an ordinary day the first to saturate is a database, as the article has it of the one that the busiest business writes to, and not the applications in front of it.",
    sources: [],
    kind: "scalability",
    expectation: "supports",
    decided: { by: "tier", of: fourShops, tier: "db" },
  },
];
