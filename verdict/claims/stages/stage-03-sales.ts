/** Claims about flash sales in stage 03, where a Redis can decide who buys: what it may never do, and what it is worth. */
import type { RunExperiment, Side, StageClaim } from "../stage-claim.ts";

/** F8, unless something else is said. */
const usual: Side = { target: "stage-03" };
const sellingBy = (strategy: string): Side => ({ ...usual, strategy });

/** Twice what the stage claims: that buyers meet at the stock is the point. */
const rush = { kind: "run", scenario: "flash-sale", ratePerS: 300, durationS: 20 } as const;
/**
 * Its five units are gone a sixth of a second after the opening, at 6.7 s. Shoppers think for half a second first, so 85
 * tries a second come then, 300 (1 - e^(-t / 0.5 s)): hardly another one in the few milliseconds that a try takes by
 * itself, and four in 50 ms.
 */
const farCounter = { ...rush, faults: ["latency=50ms:shop>cache@4s+8s"] } as const;
/** With time to get over something. It opens after 10 s; when the shop is killed about half of its six units are sold. */
const cutShort = { ...rush, durationS: 30, faults: ["kill:shop@10.1s+4s"] } as const;

/** The counter is read and then taken from, in two commands. */
const wrongCounter: RunExperiment = { ...farCounter, side: sellingBy("F6") };

/** From before the opening, at 8 s: the Redis that takes over has the whole stock on its counter. */
const failover = {
  kind: "run",
  scenario: "flash-sale",
  ratePerS: 150,
  durationS: 24,
  faults: ["cache-failover=2s:cache@9.5s"],
} as const;

/** All is sold by then, and the rush is over. At this peak some 300 tries still come while it is gone. */
const databaseGone = {
  kind: "run",
  scenario: "flash-sale",
  ratePerS: 400,
  durationS: 30,
  faults: ["kill:db@21s+8s"],
} as const;
const triesAnswered = { figure: "operation-good-ratio-during", operation: "seckill_try" } as const;

/**
 * Ten hands of a shopper come within a sixth of a second, and each question of the database takes 20 ms longer, so that most
 * of them look before any has written. Two questions for each try are 240 a second, of 400 that 8 connections carry then.
 */
const handsOf = (side: Side): RunExperiment => ({
  ...{ kind: "run", side, scenario: "many-hands", ratePerS: 60, durationS: 24 },
  faults: ["latency=20ms:shop>db@3s+18s"],
});

/** Nothing but tries, of which one in a hundred is let through: what decides is all there is to do. */
const deciding = (side: Side): RunExperiment => ({
  ...{ kind: "run", side, scenario: "scarce-sale", ratePerS: 300, durationS: 30 },
});
/** Of those who decide, for each try. The shop around them is the limit of the stage long before either is. */
const workOfDeciding = { figure: "node-cpu-ms-per-request", nodes: ["db", "cache"] } as const;

const aFifthOfTheWork = {
  atMost: 0.2,
  basis: "published-discounted",
  because:
    "Five times as many decisions are a fifth of the work for each. Published: a core answers 12 to 20 times as many questions " +
    "as a key-value store as it does point reads as a database; lowered for two cores and loopback.",
} as const;

const withoutDatabase = {
  atLeast: 0.99,
  basis: "judgement",
  because:
    "At most one read of the database in a hundred rejected tries: one that reads it has no answer while it is gone.",
} as const;

export const stage03SaleClaims: readonly StageClaim[] = [
  {
    id: "FS-no-oversell",
    stage: "stage-03",
    statement:
      "A way to sell that is meant to be right never accepts more orders than there is stock; asked of F8, the usual one from " +
      "here on (all the others are held to it by their contract tests).",
    sources: [],
    kind: "consistency",
    expectation: "supports",
    decided: { by: "never", count: { figure: "oversold" }, of: { ...farCounter, side: usual } },
    control: {
      what: "F6, which reads the counter and then takes from it",
      question: { by: "never", count: { figure: "oversold" }, of: wrongCounter },
    },
  },
  {
    id: "FS-conserve",
    stage: "stage-03",
    statement:
      "After a sale in whose rush the shop is killed and started again, what is left and what is sold are what there was at " +
      "first, and the counter in the Redis agrees with the database.",
    sources: [],
    kind: "consistency",
    expectation: "supports",
    decided: {
      by: "never",
      count: { figure: "not-conserved" },
      of: { ...cutShort, side: usual },
    },
    control: {
      what: "F6, whose counter ends below zero",
      question: { by: "never", count: { figure: "not-conserved" }, of: wrongCounter },
    },
  },
  {
    id: "FS-redis-atomic",
    stage: "stage-03",
    statement:
      "Where one script in the Redis decides who may buy (F8), at least five times as many tries can be decided on as where the " +
      "stock row decides (F2): a try leaves Redis and database together at most a fifth of the work.",
    sources: [],
    kind: "throughput",
    expectation: "supports",
    decided: {
      by: "ratio",
      pair: { measure: workOfDeciding, of: deciding(usual), to: deciding(sellingBy("F2")) },
      ratio: aFifthOfTheWork,
    },
    control: {
      what: "F1, which locks the stock row and takes five round trips, in the place of the script",
      question: {
        by: "ratio",
        pair: { measure: workOfDeciding, of: deciding(sellingBy("F1")), to: deciding(sellingBy("F2")) },
        ratio: aFifthOfTheWork,
      },
    },
  },
  {
    id: "FS-redis-nonatomic",
    stage: "stage-03",
    statement:
      "Reading the counter in the Redis and then taking from it, in two commands (F6), sells more units than there are.",
    sources: [],
    kind: "consistency",
    expectation: "supports",
    decided: { by: "sometimes", count: { figure: "oversold" }, of: wrongCounter },
  },
  {
    id: "FS-redis-failover",
    stage: "stage-03",
    statement:
      "A Redis that fails over without its last writes makes nobody sell too much where the database is asked as well (F8), " +
      "though it does where the Redis alone decides (F8-cache-only).",
    sources: [],
    kind: "consistency",
    expectation: "supports",
    decided: { by: "never", count: { figure: "oversold" }, of: { ...failover, side: usual } },
    control: {
      what: "F8-cache-only, which does not ask the database",
      question: {
        by: "never",
        count: { figure: "oversold" },
        of: { ...failover, side: sellingBy("F8-cache-only") },
      },
    },
  },
  {
    id: "FS-one-per-user",
    stage: "stage-03",
    statement:
      "A shopper who tries many times at once, and again, gets no more units than one shopper may have.",
    sources: [],
    kind: "consistency",
    expectation: "supports",
    decided: { by: "never", count: { figure: "over-limit" }, of: handsOf(usual) },
    control: {
      what: "F0, which counts what a shopper has and then writes, each by itself",
      question: { by: "never", count: { figure: "over-limit" }, of: handsOf(sellingBy("F0")) },
    },
  },
  {
    id: "FS-soldout-fast",
    stage: "stage-03",
    statement:
      "Once all is sold, tries are turned away without the database: with F8 at least 99 of 100 are answered well while it is gone.",
    sources: [],
    kind: "latency",
    expectation: "supports",
    decided: {
      by: "value",
      measure: triesAnswered,
      of: { ...databaseGone, side: usual },
      value: withoutDatabase,
    },
    control: {
      what: "F2, which asks the database for every try",
      question: {
        by: "value",
        measure: triesAnswered,
        of: { ...databaseGone, side: sellingBy("F2") },
        value: withoutDatabase,
      },
    },
  },
];
