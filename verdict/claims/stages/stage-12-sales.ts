/** Claims of stage 12 about its flash sale: the queue between promise and order, gates, leases, and reservations that end. */
import type { Question, RunExperiment, Side, StageClaim } from "../stage-claim.ts";

/**
 * At twice what the stage claims for a sale about 600 tries are made in 36 s, and there are two units. A 99th percentile
 * takes 500: in 30 s there would be hardly more, and fewer where tries that are given up are not made again.
 */
const salePerS = 120;
/** Of promises there have to be hundreds. Below the 40 a second at which the queue is tested (test/e2e/negative-controls.test.ts). */
const promisesPerS = 30;

/** In 36 s people gather for 12 s, rush for 10 s, and drift away for 14 s (docs/decisions/0005). */
const sale = (side: Omit<Side, "target">, faults?: readonly string[]): RunExperiment => ({
  ...{ kind: "run", side: { target: "stage-12", ...side }, durationS: 36 },
  ...{ scenario: "flash-sale", ratePerS: salePerS },
  ...(faults && { faults }),
});

/** A sale with units for everybody: of about 900 tries in 30 s hardly one is turned away. */
const plenty = (side: Omit<Side, "target">, faults?: readonly string[]): RunExperiment => ({
  ...{ kind: "run", side: { target: "stage-12", ...side }, durationS: 30 },
  ...{ scenario: "plentiful-sale", ratePerS: promisesPerS },
  ...(faults && { faults }),
});

/** The whole crowd at the stock row, each try by one statement. */
const openDoor = sale({ strategy: "F2" });
/** As the stage sells unless told otherwise: by F8, a reservation in Redis before anybody reaches the row. */
const asUsual = sale({});
/** The same crowd, with the row locked for five round trips each. */
const convoy = sale({ strategy: "F1" });

const duplicated = (side: Omit<Side, "target">): Question => ({
  by: "sometimes",
  count: { figure: "duplicates" },
  of: plenty(side, ["queue-duplicates=30%@6s+16s"]),
});

/** Whoever has read the stock waits for the row, far longer than a lease of 50 ms, and writes when it is free. */
const heldUp = (strategy: string): Question => ({
  by: "sometimes",
  count: { figure: "oversold" },
  of: sale({ strategy, variants: ["tuning=short-lease"] }, ["row-lock=sale@11500ms+2s"]),
});

export const stage12SaleClaims: readonly StageClaim[] = [
  {
    id: "MQ-shave",
    stage: "stage-12",
    statement:
      "Queueing orders holds the rate of writes at that of the consumer, within a tenth, however steep the rush is.",
    sources: ["single-server-to-distributed"],
    kind: "throughput",
    expectation: "supports",
    decided: {
      by: "nothing",
      because:
        "Nobody counts what is written second by second, and there is no peak to shave: a flash sale here has one unit for a " +
        "hundred buyers, so a handful of orders is written in a run. A rush with thousands of units, and the commits of each " +
        "database by the second, would decide it.",
    },
  },
  {
    id: "MQ-latency",
    stage: "stage-12",
    statement:
      "An order is accepted sooner when its write to the database is queued than when the buyer waits for it.",
    sources: ["single-server-to-distributed"],
    kind: "latency",
    expectation: "supports",
    decided: {
      by: "ratio",
      pair: {
        measure: { figure: "response", quantile: "p99", operation: "seckill_try" },
        of: plenty({ strategy: "F9" }),
        to: plenty({}),
      },
      ratio: {
        atMost: 1,
        basis: "derived",
        because:
          "The direction only: both reserve in Redis, then one waits for the queue and the other for the row. In a flash sale " +
          "not one try in a hundred is accepted, so this is asked of one with units for everybody.",
      },
    },
  },
  {
    id: "MQ-down",
    stage: "stage-12",
    statement:
      "When the queue ends while promises wait in it, new tries are refused, and not one promise that was acknowledged is lost.",
    sources: ["single-server-to-distributed"],
    kind: "availability",
    expectation: "supports",
    decided: {
      by: "never",
      count: { figure: "lost" },
      // Nobody works the promises off, so that they are still in the queue when it ends.
      of: plenty({ strategy: "F9" }, ["kill:order-worker@6s+9s", "kill:queue@10s+4s"]),
    },
  },
  {
    id: "MQ-duplicate",
    stage: "stage-12",
    statement:
      "A queue that delivers promises twice makes orders twice, unless whoever writes them looks whether it has written them before.",
    sources: [],
    kind: "consistency",
    expectation: "supports",
    decided: duplicated({ strategy: "F9", variants: ["planted=forgotten-promises"] }),
    control: {
      what: "a worker that finds its own order under the key, given the same promises twice",
      question: duplicated({ strategy: "F9" }),
    },
  },
  {
    id: "FS-deduct-publish-gap",
    stage: "stage-12",
    statement:
      "Whoever ends between reserving a unit and handing the promise to the queue leaves a unit that nobody gets.",
    sources: [],
    kind: "consistency",
    expectation: "supports",
    decided: {
      by: "sometimes",
      count: { figure: "not-conserved" },
      // Promises neither arrive nor fail; they are still being sent when all their senders end. After 3 s of silence the
      // queue would be known to be gone, and nothing reserved any more.
      of: plenty({ strategy: "F9" }, [
        "blackhole=reset:order-service>queue@8s+6s",
        "kill:order-service@10s+5s",
      ]),
    },
    control: {
      what: "units taken and orders written by one statement (F2), so that there is nothing between",
      question: {
        by: "sometimes",
        count: { figure: "not-conserved" },
        of: plenty({ strategy: "F2" }, ["kill:order-service@10s+5s"]),
      },
    },
  },
  {
    id: "FS-token",
    stage: "stage-12",
    statement:
      "A gate that lets in a few tries a second turns the rest away quickly: a try takes no longer, at its 99th percentile, than where all of them reach the database.",
    sources: [],
    kind: "throughput",
    expectation: "supports",
    decided: {
      by: "ratio",
      pair: {
        measure: { figure: "response", quantile: "p99", operation: "seckill_try" },
        of: sale({ strategy: "F11", variants: ["tuning=narrow-gate"] }),
        to: openDoor,
      },
      ratio: {
        atMost: 1,
        basis: "derived",
        because:
          "The direction only: behind the gate is the same statement, and a try that is turned away has asked nobody. Of 600 " +
          "tries two are accepted, so this percentile is that of the others.",
      },
    },
    control: {
      what: "a lock on the row for five round trips (F1) where the gate was: everybody waits and nobody is turned away",
      question: {
        by: "ratio",
        pair: {
          measure: { figure: "response", quantile: "p99", operation: "seckill_try" },
          of: convoy,
          to: openDoor,
        },
        ratio: {
          atMost: 1,
          basis: "derived",
          because: "The bound of the claim itself: five statements in turn take longer than one.",
        },
      },
    },
  },
  {
    id: "FS-funnel",
    stage: "stage-12",
    statement:
      "The layers before it keep the crowd from the database: a request of the sale costs the stores of data less CPU behind a reservation in Redis than without.",
    sources: [],
    kind: "offload",
    expectation: "supports",
    decided: {
      by: "ratio",
      pair: {
        measure: { figure: "cpu-ms-per-request", tier: "db" },
        of: asUsual,
        to: openDoor,
      },
      ratio: {
        atMost: 1,
        basis: "derived",
        because:
          "The direction only, which says less than the 1.5 order writes for each unit that it was written for: statements are " +
          "not counted by what they do, and F2 sends one for each try where F8 sends one for each unit.",
      },
    },
    control: {
      what: "no layer at all, and five statements for each try instead of one (F1)",
      question: {
        by: "ratio",
        pair: { measure: { figure: "cpu-ms-per-request", tier: "db" }, of: convoy, to: openDoor },
        ratio: {
          atMost: 1,
          basis: "derived",
          because: "The bound of the claim itself: more statements for each try cost more.",
        },
      },
    },
  },
  {
    id: "FS-lock-expiry",
    stage: "stage-12",
    statement:
      "A lock that is a lease, without a fence, lets a holder who was held up write after the lease is over: more is sold than there is.",
    sources: [],
    kind: "consistency",
    expectation: "supports",
    decided: heldUp("F15-unfenced"),
    control: {
      what: "the same with a rising number in the stock row, which only its own holder may write (F15-fenced)",
      question: heldUp("F15-fenced"),
    },
  },
  {
    id: "FS-reserve-expiry",
    stage: "stage-12",
    statement:
      "A payment that comes as its reservation ends neither frees the unit twice nor is taken for nothing.",
    sources: [],
    kind: "consistency",
    expectation: "supports",
    decided: {
      by: "nothing",
      because:
        "Nobody pays in the flash sale: its journey ends with the result of the try. A step that pays about when the hold of " +
        "F16-reserve ends, and payments in the books that are read, would decide it; of one shop the race is played in " +
        "test/contracts/strategy-failures.test.ts.",
    },
  },
];
