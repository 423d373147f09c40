/** Claims about stage 08, layer 4 in front of several proxies: what it carries, who stands by, what it cannot do. */
import type { Bound, KneeExperiment, RunExperiment, StageClaim } from "../stage-claim.ts";

/**
 * Layer 4 deals out connections and not requests. At this rate an agent keeps nine to each of the two balancers
 * (agents/assignment.ts), which three proxies can share evenly; of eight one would have three, 0.375 of the work.
 */
const entering = { kind: "run", scenario: "browse", ratePerS: 360, durationS: 30 } as const;
/** One proxy. */
const oneProxyNoLayer4: RunExperiment = { ...entering, side: { target: "stage-07" } };
const oneProxy: RunExperiment = { ...entering, side: { target: "stage-08", variants: ["proxies=1"] } };
const threeProxies: RunExperiment = { ...entering, side: { target: "stage-08", variants: ["proxies=3"] } };
/** Work that an answer leaves for the busiest proxy: what it has less of, all of them can carry more of. */
const workOfBusiest = { figure: "busiest-cpu-ms-per-request", node: "proxy" } as const;
/** 1 / (0.8 * 3) */
const threeProxiesAtEighty = 0.417;

/** Somebody is lost for eight seconds and more: of what is asked here nothing happens later. */
const looking = { kind: "run", scenario: "browse", ratePerS: 200, durationS: 16 } as const;

/** The address moves by VRRP where nodes have networks of their own; adverts come every 0.2 s. */
const standbyTakesOver: RunExperiment = {
  ...looking,
  side: { target: "stage-08", launcher: "processes", network: "namespaces" },
  faults: ["vip-failover:l4@4s+8s"],
};
/** Ten times as long as a takeover takes. */
const nobodyStandsBy: RunExperiment = {
  ...looking,
  side: { target: "stage-08", variants: ["l4=1"] },
  faults: ["kill:l4@4s+10s"],
};
/** Four and a half adverts of 0.2 s. */
const takenOverS = 0.9;

/**
 * Half of an agent's connections lead to the proxy that dies, and half of these are dealt to it again when they are made
 * anew. At this rate an agent keeps 24 (agents/assignment.ts), so six requests wait for a second and more; four runs do not
 * tell four of them from none.
 */
const atTheInstant = { ...looking, ratePerS: 480 } as const;
const proxyLost: RunExperiment = {
  ...atTheInstant,
  side: { target: "stage-08" },
  faults: ["kill:proxy-1@4s+8s"],
};
const shopLost: RunExperiment = {
  ...atTheInstant,
  side: { target: "stage-07" },
  faults: ["kill:shop-1@4s+8s"],
};

/** Two groups of two shops, each behind a proxy of its own; one group is lost. */
const groupLost: RunExperiment = {
  ...atTheInstant,
  side: { target: "stage-08", variants: ["wiring=groups"] },
  faults: ["kill:shop-1@4s+8s", "kill:shop-3@4s+8s"],
};
/** One group of all four. */
const onlyGroupLost: RunExperiment = {
  ...atTheInstant,
  side: { target: "stage-08" },
  faults: ["kill:shop-1@4s+8s", "kill:shop-2@4s+8s", "kill:shop-3@4s+8s", "kill:shop-4@4s+8s"],
};
const aGroupsShare: Bound = {
  atLeast: 0.45,
  basis: "derived",
  because: "All but 1/G + 0.05 of the requests, with G = 2 groups.",
};

/** Nothing but tries, each of which is decided on by the row of the one item (F2). */
const sale = { kind: "run", scenario: "plentiful-sale", ratePerS: 300, durationS: 30 } as const;
const saleBehindLayer4: RunExperiment = { ...sale, side: { target: "stage-08", strategy: "F2" } };
const saleBehindProxy: RunExperiment = { ...sale, side: { target: "stage-07", strategy: "F2" } };
/** The stock in eight buckets over four shards. */
const bucketsBehindLayer4: RunExperiment = {
  ...sale,
  side: { target: "stage-08", strategy: "F13", variants: ["shards=4"] },
};
/** Work that an answer leaves for the busiest shard, which decides how many can be answered. */
const workOfBusiestShard = { figure: "busiest-cpu-ms-per-request", node: "trade" } as const;
const unmoved = {
  atLeast: 0.9,
  atMost: 1.1,
  basis: "judgement",
  because: "Units are not decided on at the way in; a tenth either way is what we take for unmoved.",
} as const;

const enoughProxies: KneeExperiment = {
  kind: "knee",
  side: { target: "stage-08", variants: ["proxies=4"] },
  scenario: "browse",
};

export const stage08Claims: readonly StageClaim[] = [
  {
    id: "S08-scaleout",
    stage: "stage-08",
    statement:
      "Three proxies behind a layer-4 balancer can carry 2.4 times what one carries, and more: an answer leaves the busiest of them at most 0.417 of the work that it leaves the only proxy of stage-07.",
    sources: [
      "scalability-to-cloud-native",
      "hundred-to-millions",
      "monolith-to-distributed",
      "fourteen-stages",
    ],
    kind: "scalability",
    expectation: "supports",
    decided: {
      by: "ratio",
      pair: { measure: workOfBusiest, of: threeProxies, to: oneProxyNoLayer4 },
      // Four of each left 0.369 (0.297 to 0.459) open: all nodes of a run were a fifth quicker than those of the others.
      repetitions: 8,
      ratio: {
        atMost: threeProxiesAtEighty,
        basis: "judgement",
        because:
          "An efficiency of 0.8 from one proxy to three is 2.4 times as much. By the work for each answer, because shops saturate long before proxies: what a node can carry is its budget divided by that work.",
      },
    },
    control: {
      what: "stage-08 with one proxy",
      question: {
        by: "ratio",
        pair: { measure: workOfBusiest, of: oneProxy, to: oneProxyNoLayer4 },
        ratio: {
          atMost: threeProxiesAtEighty,
          basis: "judgement",
          because: "It has all the work, as in stage-07.",
        },
      },
    },
  },
  {
    id: "S08-l4-vs-l7",
    stage: "stage-08",
    statement:
      "For each core the layer-4 balancer accepts at least twice as many new connections a second as the layer-7 proxy.",
    sources: [
      "scalability-to-cloud-native",
      "hundred-to-millions",
      "monolith-to-distributed",
      "fourteen-stages",
    ],
    kind: "throughput",
    expectation: "supports",
    decided: {
      by: "nothing",
      because:
        "Shoppers here keep their connections, so no scenario asks for many new ones; and what stands here for LVS is either HAProxy, which ends every connection in user space, or rules of the kernel, whose CPU no node is charged with (docs/decisions/0006 and 0012). It would take a connection for each request, and ip_vs with its CPU counted.",
    },
  },
  {
    id: "S08-vip-failover",
    stage: "stage-08",
    statement:
      "When the balancer that has the virtual address dies, another has it within four and a half adverts, which are 0.9 s here, where adverts come every 0.2 s.",
    sources: ["hundred-to-millions", "monolith-to-distributed", "fourteen-stages"],
    kind: "availability",
    expectation: "supports",
    decided: {
      by: "value",
      measure: { figure: "fault", name: "awayS" },
      of: standbyTakesOver,
      value: {
        atMost: takenOverS,
        basis: "spec-default",
        because:
          "4.5 s with an advert each second: a standby takes over after three adverts and a skew of at most one (RFC 5798), and half of one is for seeing it. keepalived sends five a second here, so all of it is a fifth.",
      },
    },
    control: {
      what: "one balancer, and nobody stands by: for how long nothing at all is answered",
      question: {
        by: "value",
        measure: { figure: "dark-s" },
        of: nobodyStandsBy,
        value: {
          atMost: takenOverS,
          basis: "spec-default",
          because: "The limit of the claim; nobody takes over.",
        },
      },
    },
  },
  {
    id: "S08-no-standby",
    stage: "stage-08",
    statement:
      "Where nobody stands by, the loss of the layer-4 node stops everything: no more than one request in a hundred is answered well.",
    sources: [],
    kind: "availability",
    expectation: "supports",
    decided: {
      by: "value",
      measure: { figure: "good-ratio-during" },
      of: nobodyStandsBy,
      value: {
        atMost: 0.01,
        basis: "derived",
        because:
          "There is no other way in; a hundredth is for the moments in which its end is not seen yet and its start not any more.",
      },
    },
    control: {
      what: "one that stands by and takes the address over",
      question: {
        by: "value",
        measure: { figure: "good-ratio-during" },
        of: standbyTakesOver,
        value: { atMost: 0.01, basis: "derived", because: "After a second the way in is another's." },
      },
    },
  },
  {
    id: "S08-no-retry",
    stage: "stage-08",
    statement:
      "Layer 4 has no request that it could send again: a proxy that dies spoils more of the worst second, until health checks have found it, than a shop that dies behind a layer-7 proxy.",
    sources: [],
    kind: "availability",
    expectation: "supports",
    decided: {
      by: "ratio",
      pair: { measure: { figure: "worst-second-during" }, of: proxyLost, to: shopLost },
      // Six of 480 requests wait, and four runs hardly tell them from none.
      repetitions: 8,
      ratio: {
        atMost: 1,
        basis: "derived",
        because:
          "No figure is claimed: a smaller share of good answers in the worst second is the direction.",
      },
    },
  },
  {
    id: "S08-partition",
    stage: "stage-08",
    statement:
      "With G groups of shops, each wired to proxies of its own, a group that fails takes no more than about 1/G of the requests along.",
    sources: [],
    kind: "isolation",
    expectation: "supports",
    decided: {
      by: "value",
      measure: { figure: "good-ratio-during" },
      // It varies by two hundredths from run to run, as near as it is to its bound: three left it open.
      repetitions: 8,
      of: groupLost,
      value: aGroupsShare,
    },
    control: {
      what: "all shops in one group, and that group is lost",
      question: {
        by: "value",
        measure: { figure: "good-ratio-during" },
        of: onlyGroupLost,
        value: aGroupsShare,
      },
    },
  },
  {
    id: "S08-flash-flat",
    stage: "stage-08",
    statement:
      "A wider way in sells no more of one item: all tries meet on the shard of its row, which has as much to do for each answer behind layer 4 and two proxies as behind the one proxy of stage-07.",
    sources: [],
    kind: "throughput",
    expectation: "counter-claim",
    decided: {
      by: "ratio",
      pair: { measure: workOfBusiestShard, of: saleBehindLayer4, to: saleBehindProxy },
      ratio: unmoved,
    },
    control: {
      what: "the stock in eight buckets over four shards (F13), which does relieve the busiest",
      question: {
        by: "ratio",
        pair: { measure: workOfBusiestShard, of: bucketsBehindLayer4, to: saleBehindProxy },
        ratio: unmoved,
      },
    },
  },
  {
    id: "S08-next-bottleneck",
    stage: "stage-08",
    statement: "With proxies enough, which four are, the layer-4 balancers are the next to saturate.",
    sources: [],
    kind: "scalability",
    expectation: "supports",
    decided: { by: "tier", of: enoughProxies, tier: "l4" },
  },
];
