/** On which real stage every fault is tried by the fault contract; one case at least for each fault of the catalogue. */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sleep } from "../../base/clock.ts";
import type { ChaosPlanInput } from "../../chaos/chaos-plan.ts";
import type { NetworkName } from "../../targets/networks.ts";
import type { RunningTarget } from "../../targets/running-target.ts";
import type { TargetSpec } from "../../targets/target.ts";
import { several } from "./orchestrated.ts";
import { triesAll } from "./stages-to-try.ts";

export interface FaultCase {
  /** As in `--chaos`: `freeze:shop-1@0+2`. It is carried out at once; it lasts until it was seen, or this long. */
  readonly word: string;
  /** Brought up once for all cases with the same stage, variants, launcher and network. */
  readonly stage: string;
  /** One that is in no catalogue, with that id. */
  readonly spec?: TargetSpec;
  /** `shops=2` */
  readonly variants?: readonly string[];
  /** Processes when absent. */
  readonly launcher?: "processes" | "compose";
  /** Loopback when absent. */
  readonly network?: NetworkName;
  /** Of a plan file, for faults that are described there. */
  readonly hooks?: ChaosPlanInput["hooks"];
  /**
   * Traffic without which no effect can be seen: called again and again, one after the other, from before the fault is
   * prepared until it has been seen. What it throws is of no account: the fault may well be the reason.
   */
  readonly whileInjected?: (target: RunningTarget) => Promise<unknown>;
  /** Has a stage for itself, for nobody can use it afterwards. */
  readonly isAlone?: boolean;
  /** What its mechanism has to name, where there is another that would do as well. */
  readonly by?: string;
  /** Tried by `npm run test:all` only. */
  readonly isLong?: boolean;
}

/** A hook can do anything; this one makes a file. */
const marker = join(tmpdir(), `stagebench-test-hook-${process.pid}`);

const shopOnly = { stage: "stage-01" } as const;
const inContainers = { stage: "stage-01", launcher: "compose", isLong: true } as const;
/** The smallest that has an orchestrator. */
const orchestrated = {
  stage: "stage-14",
  variants: ["search-apps=2"],
  launcher: "compose",
  isLong: true,
} as const;
const withReplicas = { stage: "stage-05", variants: ["shops=2"] } as const;
const withCache = { stage: "stage-03" } as const;
/** Where the kernel does what elsewhere the relay does. */
const withNetworks = {
  stage: "stage-04",
  network: "namespaces",
  isLong: true,
  whileInjected: looksBriefly,
} as const;
/** The same edges between containers. */
const cacheInContainers = {
  ...withCache,
  launcher: "compose",
  isLong: true,
  whileInjected: looksAround,
} as const;
/** Every later tier at once, on two dozen nodes. */
const withServices = { stage: "stage-13", isLong: true } as const;
const atQueue = { ...withServices, whileInjected: buysByQueue } as const;

export const faultCases: readonly FaultCase[] = [
  { word: "kill:shop@0+20", ...shopOnly },
  { word: "kill:db@0+20", ...shopOnly },
  { word: "freeze:shop@0+5", ...shopOnly },
  { word: "freeze:db@0+5", ...shopOnly },
  { word: "crash-loop=500ms:shop@0+5", ...shopOnly },
  { word: "slow=25%:shop@0+8", ...shopOnly, whileInjected: looksAtTheShop },
  { word: "neighbour=2:shop@0+8", ...shopOnly, whileInjected: looksAtTheShop },
  { word: "kill:tier=l4*1@0+20", stage: "stage-08", isLong: true },
  { word: "freeze:tier=l4*1@0+5", stage: "stage-08", isLong: true },
  { word: "vip-failover:l4@0+20", stage: "stage-08", network: "namespaces", isLong: true },
  { word: "zone-lost:zone=b@0+30", stage: "stage-09", isLong: true },
  { word: "zone-lost=freeze:zone=b@0+8", stage: "stage-09", isLong: true },
  { word: "stale-dns:dns@0+8", stage: "stage-09", isLong: true },
  { word: "kill:shop@0+20", ...inContainers },
  { word: "freeze:shop@0+8", ...inContainers },
  { word: "crash-loop=500ms:shop@0+5", ...inContainers },
  { word: "slow=25%:shop@0+8", ...inContainers, whileInjected: looksAtTheShop },
  { word: "disk-full:db@0+20", ...inContainers },
  { word: "scale-in=1:shop@0+60", stage: several.id, spec: several, launcher: "compose", isLong: true },
  {
    word: "hook=marker@0+5",
    ...shopOnly,
    hooks: {
      marker: {
        inject: `touch ${marker}`,
        verify: `test -f ${marker} && echo "the marker is there"`,
        undo: `rm -f ${marker}`,
      },
    },
  },
  { word: "replica-lag=1s:db-replica-1@0+8", ...withReplicas },
  { word: "replica-pause:tier=db*1@0+8", ...withReplicas },
  { word: "connections:db@0+8", ...withReplicas },
  { word: "slow-queries:db@0+8", ...withReplicas },
  { word: "row-lock=7@0+8", ...withReplicas, whileInjected: buysItemSeven },
  { word: "promote=300ms:db@0", ...withReplicas, isAlone: true },
  { word: "replica-lag=1s:db-replica-1@0+8", ...withReplicas, launcher: "compose", isLong: true },
  { word: "connections:db@0+8", ...withReplicas, launcher: "compose", isLong: true },
  { word: "replica-lag=1s:db-replica-1@0+8", ...withReplicas, network: "namespaces", isLong: true },
  {
    word: "row-lock=7@0+8",
    ...withReplicas,
    network: "namespaces",
    isLong: true,
    whileInjected: buysItemSeven,
  },
  // Applications do not read this replica themselves, services do.
  { word: "replica-lag=1s:trade-replica-b@0+8", stage: "stage-12", isLong: true },
  { word: "avalanche:cache@0", ...withCache, whileInjected: looksAround },
  { word: "breakdown=2:cache@0", ...withCache, whileInjected: looksAround },
  { word: "flush:cache@0", ...withCache, whileInjected: looksAround },
  { word: "penetration=50/s@0+5", ...withCache },
  { word: "flood=50/s,search@0+5", ...withCache },
  { word: "cache-failover=300ms:cache@0", ...withCache },
  // Less than it holds itself: what it has read of files may be enough to give back, and then nothing is short of anything.
  { word: "memory=30%:cache@0+20", ...withCache, whileInjected: looksAround },
  { word: "disk-full:db@0+20", ...withCache },
  { word: "clock-skew=+30s:shop@0+8", ...withCache },
  { word: "clock-skew=-2m:db@0+8", ...withCache },
  { word: "avalanche:cache@0", ...withCache, launcher: "compose", isLong: true, whileInjected: looksAround },
  { word: "penetration=50/s@0+5", ...withCache, launcher: "compose", isLong: true },
  {
    word: "breakdown:cache@0",
    ...withCache,
    network: "namespaces",
    isLong: true,
    whileInjected: looksAround,
  },
  { word: "penetration=50/s@0+5", ...withCache, network: "namespaces", isLong: true },
  { word: "latency=60ms~20ms:shop>cache@0+8", ...withCache, whileInjected: looksAround },
  { word: "bandwidth=8k:clients>shop@0+8", ...withCache, whileInjected: looksAround },
  { word: "loss=20%:shop>cache@0+8", ...withCache, whileInjected: looksAround },
  { word: "reset=answer:shop>cache@0+8", ...withCache, whileInjected: looksAround },
  { word: "reset=now:clients>shop@0+8", ...withCache, whileInjected: looksAround },
  { word: "blackhole=reset:shop>cache@0+8", ...withCache, isLong: true, whileInjected: looksAround },
  { word: "one-way=up:shop>cache@0+8", ...withCache, isLong: true, whileInjected: looksAround },
  { word: "partition:cache@0+8", ...withCache, whileInjected: looksAround },
  { word: "hang:shop>cache@0+8", ...withCache, whileInjected: looksAround },
  { word: "refuse:shop>cache@0+8", ...withCache, whileInjected: looksAround },
  { word: "slow-close=300ms:clients>shop@0+8", ...withCache, whileInjected: looksOnce },
  { word: "partition:shop-1@0+8", ...withNetworks },
  { word: "blackhole:shop>cache@0+8", ...withNetworks },
  { word: "one-way=down:clients>proxy@0+8", ...withNetworks },
  { word: "latency=60ms:shop-1>cache@0+8", ...withNetworks },
  { word: "loss=20%:clients>proxy@0+8", ...withNetworks, by: "nft" },
  { word: "bandwidth=2k:proxy>shop-1@0+8", ...withNetworks, by: "tc" },
  { word: "memory=70%:shop-2@0+20", ...withNetworks },
  { word: "disk-full:db@0+20", ...withNetworks },
  { word: "clock-skew=+30s:proxy@0+8", ...withNetworks },
  { word: "clock-skew=-2m:db@0+8", ...withNetworks },
  { word: "memory=70%:shop@0+30", ...shopOnly, isLong: true },
  { word: "disk-full:component=nats@0+20", ...withServices },
  { word: "disk-full:component=zookeeper@0+30", ...withServices },
  { word: "disk-full:component=groonga@0+20", ...withServices },
  { word: "disk-full:tier=objects*1@0+20", ...withServices },
  { word: "disk-full:carts@0+20", ...withServices },
  { word: "latency=60ms~20ms:shop>cache@0+8", ...cacheInContainers },
  { word: "bandwidth=8k:shop>db@0+8", ...cacheInContainers },
  { word: "loss=20%:shop>cache@0+8", ...cacheInContainers },
  { word: "reset=answer:shop>cache@0+8", ...cacheInContainers },
  { word: "blackhole:shop>cache@0+8", ...cacheInContainers },
  { word: "one-way=up:shop>cache@0+8", ...cacheInContainers },
  { word: "partition:cache@0+8", ...cacheInContainers },
  { word: "hang:shop>cache@0+8", ...cacheInContainers },
  { word: "refuse:shop>cache@0+8", ...cacheInContainers },
  { word: "slow-close=300ms:clients>shop@0+8", ...cacheInContainers, whileInjected: looksOnce },
  // Whoever is behind a door, and before one, is started again.
  { word: "kill:cache@0+20", ...cacheInContainers },
  { word: "kill:shop@0+20", ...cacheInContainers },
  { word: "latency=60ms:shop>cache@0+8", ...cacheInContainers },
  { word: "bad-deploy=30%:shop@0+20", ...shopOnly, isLong: true },
  { word: "bad-deploy=30%:shop@0+20", ...inContainers },
  { word: "index-lag=2s@0+15", ...orchestrated },
  { word: "stale-dns:dns@0+8", ...orchestrated },
  { word: "latency=60ms:tier=bus>user-service@0+8", ...orchestrated, whileInjected: keepsFavourites },
  { word: "service-errors=30%:user-service@0+20", ...orchestrated, whileInjected: keepsFavourites },
  { word: "service-slow=200ms:user-service@0+20", ...orchestrated, whileInjected: keepsFavourites },
  { word: "bad-deploy=30%:user-service@0+40", ...orchestrated, whileInjected: keepsFavourites },
  { word: "promote=300ms:db@0", ...withReplicas, launcher: "compose", isLong: true, isAlone: true },
  { word: "index-lag=2s@0+15", ...withServices },
  { word: "queue-duplicates=50%@0+15", ...atQueue },
  { word: "slow-consumer=10%:order-worker@0+20", ...atQueue },
  { word: "toggle=search@0+8", ...withServices },
  { word: "service-errors=30%:user-service@0+20", ...withServices, whileInjected: keepsFavourites },
  { word: "service-slow=200ms:user-service@0+20", ...withServices, whileInjected: keepsFavourites },
  { word: "bad-deploy=30%:search-app@0+40", ...withServices },
  { word: "bad-deploy=200ms:cart-app@0+40", ...withServices },
  { word: "bad-deploy=30%:user-service@0+40", ...withServices, whileInjected: keepsFavourites },
  { word: "kill:component=nats@0+20", ...withServices },
  { word: "kill:component=zookeeper@0+30", ...withServices },
  { word: "kill:component=groonga@0+20", ...withServices },
  { word: "kill:component=indexer@0+20", ...withServices },
  { word: "kill:component=order-worker@0+20", ...withServices },
  { word: "kill:tier=bus@0+20", ...withServices },
  { word: "kill:user-service@0+20", ...withServices },
  { word: "kill:tier=objects*1@0+20", ...withServices },
  { word: "kill:component=knot@0+20", ...withServices },
  { word: "kill:component=nginx*1@0+20", ...withServices },
  { word: "kill:component=haproxy*1@0+20", ...withServices },
  { word: "kill:component=redis*1@0+20", ...withServices },
  { word: "kill:carts@0+20", ...withServices },
  { word: "kill:catalog@0+20", ...withServices },
  { word: "kill:catalog-replica-b@0+20", ...withServices },
  { word: "kill:search-app@0+20", ...withServices },
  { word: "freeze:component=nats@0+8", ...withServices },
  { word: "freeze:component=zookeeper@0+8", ...withServices },
];

/** Somebody who keeps favourites, with the user service. */
export async function keepsFavourites({ entryUrls: [entry] }: RunningTarget): Promise<void> {
  await fetch(`${entry}/favourite`, {
    method: "POST",
    headers: { "x-user": "7" },
    body: JSON.stringify({ itemId: (itemsSeen++ % 1_000) + 1 }),
  }).then((answer) => answer.arrayBuffer());
}

/** Now and then somebody who is promised something through the queue: as many as a worker writes with a tenth of a core. */
export async function buysByQueue(target: RunningTarget): Promise<void> {
  const sale = await (salesByQueue.get(target) ?? openedByQueue(target));
  await fetch(`${target.entryUrls[0]}/seckill/${sale.saleId}`, {
    method: "POST",
    headers: { "x-user": String((itemsSeen++ % 9_000) + 1), "idempotency-key": `by-queue.${itemsSeen}` },
  }).then((answer) => answer.arrayBuffer());
  await sleep(80);
}
const salesByQueue = new WeakMap<RunningTarget, Promise<{ readonly saleId: number }>>();

function openedByQueue(target: RunningTarget): Promise<{ readonly saleId: number }> {
  const sale = {
    tag: "by-queue",
    itemId: 7,
    stock: 1_000_000,
    perUserLimit: 1_000_000,
    strategy: "F9",
  } as const;
  const opened = target.books!.openSale({ ...sale, opensAtEpochMs: 0 }, AbortSignal.timeout(30_000));
  salesByQueue.set(target, opened);
  return opened;
}

/** Several at once who do not wait long: what vanishes in the kernel is sent again later and later, and would hold them up. */
export async function looksBriefly({ entryUrls: [entry] }: RunningTarget): Promise<void> {
  const pages = Array.from({ length: 6 }, () => `/item/${(itemsSeen++ % 1_000) + 1}`);
  await Promise.all(
    pages.map((page) =>
      fetch(`${entry}${page}`, { signal: AbortSignal.timeout(500) }).then(
        (answer) => answer.arrayBuffer(),
        String,
      ),
    ),
  );
}

/** Somebody who makes a connection for one page. */
async function looksOnce({ entryUrls: [entry] }: RunningTarget): Promise<void> {
  await fetch(`${entry}/`, { headers: { connection: "close" } }).then((answer) => answer.arrayBuffer());
}

/** Somebody who looks at pages, and waits for each. */
async function looksAtTheShop({ entryUrls: [entry] }: RunningTarget): Promise<void> {
  await fetch(`${entry}/`).then((answer) => answer.arrayBuffer());
}

/** Somebody who looks at the home page, and at one item after the other. */
export async function looksAround(target: RunningTarget): Promise<void> {
  await looksAtTheShop(target);
  await fetch(`${target.entryUrls[0]}/item/${(itemsSeen++ % 1_000) + 1}`).then((answer) =>
    answer.arrayBuffer(),
  );
}
let itemsSeen = 0;

/** Somebody who buys what is locked. */
async function buysItemSeven({ entryUrls: [entry] }: RunningTarget): Promise<void> {
  await fetch(`${entry}/order`, {
    method: "POST",
    headers: { "x-user": "7", "idempotency-key": `row-lock.${performance.now()}` },
    body: JSON.stringify({ itemId: 7, units: 1 }),
  });
}

/** Grouped by what has to be brought up for them. */
export function faultStages(
  cases: readonly FaultCase[],
  isAll = triesAll(),
): ReadonlyMap<string, readonly FaultCase[]> {
  const groups = new Map<string, FaultCase[]>();
  for (const each of cases) {
    if (each.isLong === true && !isAll) continue;
    const { stage, variants = [], launcher = "processes", network = "loopback", isAlone, word } = each;
    const name = [stage, ...variants, launcher, network, isAlone === true ? word : []].flat().join(" ");
    groups.set(name, [...(groups.get(name) ?? []), each]);
  }
  return groups;
}
