/** Claims about stage 09, two zones behind one name: what two places carry, how even they are, what is lost with one. */
import type { RunExperiment, StageClaim } from "../stage-claim.ts";

/** Four articles tell of data centres behind a name; the fifth has regions instead. */
const fourOfFive = [
  "scalability-to-cloud-native",
  "hundred-to-millions",
  "monolith-to-distributed",
  "fourteen-stages",
] as const;

/**
 * An ordinary day. Two places get twice what one gets, so that a shop of either has as much to do: 120 requests a second,
 * rather more than half of its budget; the less it is asked for, the more a request costs it (docs/decisions/0026). For 480
 * requests a second an agent keeps 24 connections and one more (agents/assignment.ts), so places have as good as half of them.
 */
const ordinaryDay = { kind: "run", scenario: "mixed-daily", durationS: 30 } as const;
const forOne = { ...ordinaryDay, ratePerS: 240 } as const;
/** One zone without the other: its balancer, its proxy and its two shops, over the databases of the stage before. */
const onePlace: RunExperiment = {
  ...forOne,
  side: { target: "stage-08", variants: ["l4=1", "proxies=1", "shops=2"] },
};
const twoPlaces: RunExperiment = { ...ordinaryDay, ratePerS: 480, side: { target: "stage-09" } };
/** Places of one shop each, which together have as many as the one place, and as much to do. */
const twoHalves: RunExperiment = { ...forOne, side: { target: "stage-09", variants: ["shops=1"] } };
const workOfBusiest = { figure: "busiest-cpu-ms-per-request", node: "shop" } as const;
/** 1 / (2 * 0.9) */
const twoPlacesAtNinety = 0.556;

const looking: RunExperiment = {
  kind: "run",
  side: { target: "stage-09" },
  scenario: "browse",
  ratePerS: 120,
  durationS: 20,
};
/**
 * Shares are dealt out by connection: an agent keeps twelve at this rate (agents/assignment.ts), and one more, which a
 * moment's delay makes it open, leaves a zone 54 % of them. Of eight it would be 56 %.
 */
const lookingByMany: RunExperiment = { ...looking, ratePerS: 240, durationS: 30 };

/**
 * A long way behind the balancer of zone b, because clients find the way in by its name, where no delay can be put: for
 * them it is the same. Our one agent is at home in zone a.
 */
const farFromB = "latency=60ms:l4-b>proxy-b@2s+16s";
/** The same behind both balancers: whoever stands before them, an edge for instance, is near the shoppers. */
const farFromAll = "latency=100ms:l4>proxy@2s+16s";

/** What one place carries alone is asked for, so that it is the loss that is seen and not the load. */
const homeLost: RunExperiment = {
  kind: "run",
  side: { target: "stage-09" },
  scenario: "mixed-daily",
  ratePerS: 100,
  durationS: 22,
  faults: ["zone-lost:zone=a@6s+14s"],
};

export const stage09Claims: readonly StageClaim[] = [
  {
    id: "CDN-latency",
    stage: "stage-09",
    statement:
      "For shoppers far from the data centre an edge near them shortens the wait for a page that is the same for everybody.",
    sources: ["single-server-to-distributed"],
    kind: "latency",
    expectation: "supports",
    decided: {
      by: "ratio",
      pair: {
        // The home page; no scenario asks for assets, which an edge keeps even longer.
        measure: { figure: "response", quantile: "p50", operation: "home" },
        of: { ...looking, side: { target: "stage-09", variants: ["cdn=on"] }, faults: [farFromAll] },
        to: { ...looking, faults: [farFromAll] },
      },
      ratio: { atMost: 1, basis: "derived", because: "The article gives a direction and no magnitude." },
    },
  },
  {
    id: "S09-scaleout",
    stage: "stage-09",
    statement:
      "Two places together can carry at least nine tenths of twice what one of them carries: asked for twice as much, an answer leaves the busiest shop of both at most 0.556 of the work that it leaves the busiest of one.",
    sources: fourOfFive,
    kind: "scalability",
    expectation: "supports",
    decided: {
      by: "ratio",
      pair: { measure: workOfBusiest, of: twoPlaces, to: onePlace },
      // Connections are dealt out to a twentieth at best, which leaves noise little room below the bound.
      repetitions: 8,
      ratio: {
        atMost: twoPlacesAtNinety,
        basis: "judgement",
        because:
          "An efficiency of 0.9 from one place to two; the articles say that capacity adds up, and give no figure. By the work for each answer of what saturates first here, where shops have as much to do on either side: what a node can carry is its budget divided by that work.",
      },
    },
    control: {
      what: "two places with one shop each, which are no more shops than the one place has",
      question: {
        by: "ratio",
        pair: {
          measure: workOfBusiest,
          of: twoHalves,
          to: onePlace,
        },
        ratio: {
          atMost: twoPlacesAtNinety,
          basis: "judgement",
          because: "The same bound; nothing was doubled.",
        },
      },
    },
  },
  {
    id: "S09-even",
    stage: "stage-09",
    statement:
      "Clients who take the addresses of a name in turn, and ask again when an answer's time is over, leave no zone more than 55 % of the work.",
    sources: fourOfFive,
    kind: "scalability",
    expectation: "supports",
    decided: {
      by: "value",
      // What its proxy used of CPU stands for the share of a zone: every request passes one, and each costs it as much.
      measure: { figure: "imbalance", tier: "proxy" },
      // One connection more on one side is already 1.077.
      repetitions: 7,
      of: lookingByMany,
      value: {
        atMost: 1.1,
        basis: "judgement",
        because: "A share of at most 0.05 above a half is a tenth above the mean of the two.",
      },
    },
    control: {
      what: "everybody goes to the zone he is near, and all who ask are near the same",
      question: {
        by: "value",
        measure: { figure: "imbalance", tier: "proxy" },
        of: { ...lookingByMany, side: { target: "stage-09", variants: ["dns=geo"] } },
        value: { atMost: 1.1, basis: "judgement", because: "The same bound; one zone has nearly all of it." },
      },
    },
  },
  {
    id: "S09-stale-dns",
    stage: "stage-09",
    statement:
      "A name is a slow way around a loss: when one of two zones is gone without a word, it takes at least four fifths of the time for which answers may be kept until shoppers are served as usual, and a virtual address moves in less than one second.",
    sources: [],
    kind: "availability",
    expectation: "counter-claim",
    decided: {
      by: "nothing",
      because:
        "Shoppers here keep their connections and try the next address after a quarter of a second, as browsers do, and the name server watches nobody, so the time for which answers may be kept plays no part in a loss. It would take shoppers who connect anew and know one address only, and a name server that withdraws what is gone.",
    },
  },
  {
    id: "S09-geo",
    stage: "stage-09",
    statement:
      "Addresses taken in turn do not bring shoppers to the place they are near: one in ten of them waits at least as long as where answers go by location.",
    sources: ["scalability-to-cloud-native", "monolith-to-distributed", "fourteen-stages"],
    kind: "latency",
    expectation: "counter-claim",
    decided: {
      by: "ratio",
      pair: {
        // The median would lie between the near half and the far one, where chance decides.
        measure: { figure: "response", quantile: "p90" },
        of: { ...looking, faults: [farFromB] },
        to: {
          ...{ ...looking, side: { target: "stage-09", variants: ["dns=geo"] } },
          // Where answers go by location all go to zone a, so that nobody meets the long way.
          ...{ faults: [farFromB], nobodyAt: "shop-b" },
        },
      },
      ratio: {
        atLeast: 1,
        basis: "derived",
        because:
          "Half of the requests go the long way, whoever asks; how much that is depends on the distance.",
      },
    },
  },
  {
    id: "S09-data-sync",
    stage: "stage-09",
    statement:
      "Where orders reach the other place late, and nothing is kept for those who have just written, shoppers who come by both places miss orders of their own.",
    sources: [],
    kind: "consistency",
    expectation: "supports",
    decided: {
      by: "sometimes",
      count: { figure: "broken-looks", guarantee: "read-your-writes" },
      // Carts have one home and no replica here, so it is orders that are looked for.
      of: {
        kind: "run",
        side: { target: "stage-09", variants: ["session=cookie", "fresh=off"] },
        scenario: "signed-in",
        ratePerS: 15,
        durationS: 30,
        faults: ["replica-lag=2s:replica=trade@4s+22s"],
      },
    },
  },
  {
    id: "S09-oversell",
    stage: "stage-09",
    statement:
      "Two places that sell from copies of one stock, and tell each other half a second later (F17-shared), sell more than there is; with a stock of their own each (F17) they do not.",
    sources: [],
    kind: "consistency",
    expectation: "supports",
    decided: {
      by: "sometimes",
      count: { figure: "oversold" },
      of: {
        kind: "run",
        side: { target: "stage-09", strategy: "F17-shared" },
        scenario: "flash-sale",
        durationS: 30,
      },
    },
    control: {
      what: "F17: the stock is split between the places",
      question: {
        by: "sometimes",
        count: { figure: "oversold" },
        of: {
          kind: "run",
          side: { target: "stage-09", strategy: "F17" },
          scenario: "flash-sale",
          durationS: 30,
        },
      },
    },
  },
  {
    id: "S09-multi-active",
    stage: "stage-09",
    statement:
      "When the place where catalogue and users are at home loses its power, 99 of 100 requests are answered well by the other one as soon as clients have found it.",
    sources: fourOfFive,
    kind: "availability",
    expectation: "supports",
    decided: {
      by: "value",
      // The second half begins when no answer of the name server may be kept any longer.
      measure: { figure: "good-ratio-during", half: "second" },
      // What it loses is what writes, some 7 of 100: three runs cannot tell that from 1 of 100.
      repetitions: 5,
      of: homeLost,
      value: {
        atLeast: 0.99,
        basis: "judgement",
        because: "The articles call it usable, and it has to be so whichever place is lost.",
      },
    },
  },
];
