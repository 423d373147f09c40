/** Faults that are on in one target all at once, so that one death in the middle meets all of them: every fault is in a group. */
import { join } from "node:path";
import { faults } from "../../chaos/catalog.ts";
import type { RunningTarget } from "../../targets/running-target.ts";
import type { TargetSpec } from "../../targets/target.ts";
import {
  buysByQueue,
  type FaultCase,
  keepsFavourites,
  looksAround,
  looksBriefly,
} from "../contracts/faults-to-try.ts";
import { several } from "../contracts/orchestrated.ts";

export interface FaultGroup extends Pick<FaultCase, "stage" | "spec" | "variants" | "launcher" | "network"> {
  readonly name: string;
  /**
   * As in `--chaos`, without a length. Whatever has to look at an undisturbed target first comes first, and what happens at
   * one instant last: somebody dies as soon as the last of them is injected.
   */
  readonly words: readonly string[];
  /** Of a group that is long: who dies in `npm test` all the same. */
  readonly also?: string;
  /** Without which some cannot be injected. */
  readonly traffic: readonly ((target: RunningTarget) => Promise<unknown>)[];
}

/** Longer than anything here takes: a fault that ends by itself would prove nothing. */
export const FAULT_S = 120;

/** Of its hook; in the folder of its run, so that whoever looks for what is left finds it. */
export const markerIn = (folder: string): string => join(folder, "hook-is-on");

/**
 * The first is the smallest, and is for `npm test`. It has one of each way of taking something back that a small stage on
 * processes has: by the database, the relay, a file to remove, a signal, a file to write, a control group, a command. A
 * request is tried beside it, in the hook on somebody's own system. Rules and lanes of the kernel (networks of their own), a
 * zone that is read anew (a name server) and a toggle (a configuration centre) are tried with the one ending that leaves
 * everything to the journal. In the middle of a fault `npm test` does not try the container engine, which is for `npm run
 * test:all`: to start one takes as long as all of these.
 */
export const faultGroups: readonly FaultGroup[] = [
  {
    name: "mechanisms of a small stage",
    stage: "stage-03",
    words: [
      "row-lock=7@1",
      "latency=60ms:shop>db@1",
      "clock-skew=+30s:shop@1",
      "freeze:cache@2",
      "slow=25%:shop@2",
      "neighbour=2:db@2",
      "hook=marker@2",
    ],
    traffic: [],
  },
  {
    name: "machines and databases",
    stage: "stage-05",
    words: [
      "replica-lag=1s:db-replica-1@1",
      "replica-pause:db-replica-2@1",
      "row-lock=7@2",
      "slow-queries=1:db@2",
      "slow=25%:shop-3@3",
      "neighbour=2:shop-4@3",
      "penetration=20/s@4",
      "flood=20/s,search@4",
      "hook=marker@4",
      "connections:db@4",
      "kill:shop-1@5",
      "freeze:shop-2@5",
      "crash-loop=2s:proxy@5",
      "avalanche:cache@5",
    ],
    traffic: [looksAround],
  },
  {
    name: "edges, and what nodes are born with",
    stage: "stage-05",
    words: [
      "latency=60ms~20ms:shop-1>cache@2",
      "bandwidth=8k:shop-1>db-replica-1@2",
      "loss=20%:shop-2>cache@2",
      "reset=answer:shop-2>db-replica-1@2",
      "blackhole=reset:shop-3>cache@2",
      "one-way=up:shop-3>db-replica-1@2",
      "hang:shop-4>cache@2",
      "refuse:shop-4>db-replica-1@2",
      "slow-close=300ms:clients>proxy@2",
      "partition:shop-1>db-replica-2@2",
      "memory=80%:shop-1@3",
      "disk-full:db-replica-2@3",
      "clock-skew=+30s:shop-2@3",
      "promote=1s:db@4",
      "cache-failover=1s:cache@4",
    ],
    traffic: [looksBriefly],
  },
  {
    name: "later tiers and a whole zone",
    also: "controller and guard",
    stage: "stage-13",
    words: [
      "index-lag=2s@4",
      "queue-duplicates=50%@4",
      "slow-consumer=10%:order-worker@4",
      "toggle=report@4",
      "service-errors=30%:user-service@4",
      "service-slow=200ms:payment-service@4",
      "bad-deploy=30%:cart-app@8",
      "stale-dns:dns@4",
      "breakdown:cache-a@17",
      "flush:sale-counters@17",
      "zone-lost=freeze:zone=b@18",
    ],
    traffic: [buysByQueue, keepsFavourites, looksAround],
  },
  {
    name: "networks of their own",
    also: "controller and guard",
    stage: "stage-08",
    network: "namespaces",
    words: [
      "replica-lag=1s:catalog-replica@1",
      "row-lock=7@1",
      "latency=60ms:shop-2>cache@2",
      "partition:shop-1@3",
      "blackhole:shop-3>cache@3",
      "one-way=down:shop-4>user@3",
      "loss=30%:shop-2>user@3",
      "bandwidth=1k:l4>proxy-2@3",
      "freeze:proxy-1@4",
      "slow=25%:report@4",
      "kill:trade-2@4",
      "vip-failover:l4@4",
    ],
    traffic: [looksBriefly],
  },
  {
    name: "containers",
    stage: several.id,
    spec: withSpare(several),
    launcher: "compose",
    words: [
      "row-lock=7@1",
      "latency=60ms:shop-1>db@2",
      "partition:shop-2>db@2",
      "freeze:cache@3",
      "slow=25%:db@3",
      "scale-in=2:shop@3",
      "kill:proxy@6",
    ],
    traffic: [],
  },
];

/** So that one can be taken away and the others disturbed. */
function withSpare(spec: TargetSpec): TargetSpec {
  const { shop } = spec.nodes;
  return { ...spec, nodes: { ...spec.nodes, shop: { ...shop!, count: 3 } } };
}

export const faultIn = (word: string): string => /^[a-z0-9-]+/.exec(word)?.[0] ?? "";

const isOnce = (word: string): boolean => faults.find(({ name }) => name === faultIn(word))?.lasts === "once";

/** As the preparation of a stage wants them; hooks keep their marks in `folder`. */
export function casesOf(group: FaultGroup, folder: string): readonly FaultCase[] {
  const { words, stage, spec, variants, launcher, network } = group;
  const marker = markerIn(folder);
  const hooks = {
    marker: {
      inject: `touch ${marker}`,
      verify: `test -f ${marker} && echo "the marker is there"`,
      undo: `rm -f ${marker}`,
    },
  };
  return words.map((word) => ({
    word: isOnce(word) ? word : `${word}+${FAULT_S}`,
    stage,
    ...(spec && { spec }),
    ...(variants && { variants }),
    ...(launcher && { launcher }),
    ...(network && { network }),
    ...(word.startsWith("hook=") && { hooks }),
  }));
}
