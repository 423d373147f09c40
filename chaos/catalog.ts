/** Every fault there is, in the order they are listed. */
import type { Fault } from "./fault.ts";
import { avalanche } from "./faults/avalanche.ts";
import { badDeploy } from "./faults/bad-deploy.ts";
import { bandwidth } from "./faults/bandwidth.ts";
import { blackhole } from "./faults/blackhole.ts";
import { breakdown } from "./faults/breakdown.ts";
import { cacheFailover } from "./faults/cache-failover.ts";
import { clockSkew } from "./faults/clock-skew.ts";
import { connections } from "./faults/connections.ts";
import { crashLoop } from "./faults/crash-loop.ts";
import { diskFull } from "./faults/disk-full.ts";
import { flood } from "./faults/flood.ts";
import { flush } from "./faults/flush.ts";
import { freeze } from "./faults/freeze.ts";
import { hang } from "./faults/hang.ts";
import { hook } from "./faults/hook.ts";
import { indexLag } from "./faults/index-lag.ts";
import { kill } from "./faults/kill.ts";
import { latency } from "./faults/latency.ts";
import { loss } from "./faults/loss.ts";
import { memory } from "./faults/memory.ts";
import { neighbour } from "./faults/neighbour.ts";
import { oneWay } from "./faults/one-way.ts";
import { partition } from "./faults/partition.ts";
import { penetration } from "./faults/penetration.ts";
import { promote } from "./faults/promote.ts";
import { queueDuplicates } from "./faults/queue-duplicates.ts";
import { refuse } from "./faults/refuse.ts";
import { replicaLag } from "./faults/replica-lag.ts";
import { replicaPause } from "./faults/replica-pause.ts";
import { reset } from "./faults/reset.ts";
import { rowLock } from "./faults/row-lock.ts";
import { scaleIn } from "./faults/scale-in.ts";
import { serviceErrors } from "./faults/service-errors.ts";
import { serviceSlow } from "./faults/service-slow.ts";
import { slow } from "./faults/slow.ts";
import { slowClose } from "./faults/slow-close.ts";
import { slowConsumer } from "./faults/slow-consumer.ts";
import { slowQueries } from "./faults/slow-queries.ts";
import { staleDns } from "./faults/stale-dns.ts";
import { toggle } from "./faults/toggle.ts";
import { vipFailover } from "./faults/vip-failover.ts";
import { zoneLost } from "./faults/zone-lost.ts";

export const faults: readonly Fault[] = [
  kill,
  crashLoop,
  freeze,
  slow,
  neighbour,
  memory,
  diskFull,
  clockSkew,
  vipFailover,
  zoneLost,
  staleDns,
  scaleIn,
  latency,
  bandwidth,
  loss,
  reset,
  blackhole,
  oneWay,
  partition,
  hang,
  refuse,
  slowClose,
  replicaLag,
  replicaPause,
  connections,
  slowQueries,
  rowLock,
  promote,
  avalanche,
  penetration,
  flood,
  breakdown,
  flush,
  cacheFailover,
  indexLag,
  queueDuplicates,
  slowConsumer,
  toggle,
  serviceErrors,
  serviceSlow,
  badDeploy,
  hook,
];
