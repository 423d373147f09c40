/** From the faults that are on to what is done to one connection. */
import type { FaultTrace } from "./fault-trace.ts";
import { type LinkEffects, untouched } from "./link.ts";
import type { Direction, RelayFault } from "./relay-control.ts";
import { TokenBucket } from "./token-bucket.ts";
import type { WayEffects } from "./way-effects.ts";

type Way = "up" | "down";
type Buckets = Readonly<Record<Way, TokenBucket>>;

/** A fault that is on. */
export interface PutFault {
  readonly fault: RelayFault;
  readonly trace: FaultTrace;
  /** Names of edges. */
  readonly edges: ReadonlySet<string>;
  /** Shared by all its connections. */
  readonly buckets: Buckets | undefined;
  /** Of each connection that has one for itself. */
  readonly ownBuckets: Map<string, Buckets>;
}

/**
 * @param on the faults that disturb this connection
 * @param isEstablished whether it was there before the set changed: some are about new ones only
 */
export function effectsOf(on: readonly PutFault[], connection: string, isEstablished: boolean): LinkEffects {
  if (on.length === 0) return untouched;
  const rttMs = on.reduce((sum, { fault: { does } }) => {
    if (does.kind !== "latency") return sum;
    return sum + does.delayMs * (does.way === "both" ? 2 : 1);
  }, 0);
  return {
    up: wayEffects("up", on, { connection, rttMs }),
    down: wayEffects("down", on, { connection, rttMs }),
    unserved: on.flatMap(({ fault: { does }, trace }) =>
      does.kind === "hang" || (does.kind === "hold" && does.way !== "down") ? [trace] : [],
    ),
    resetOnAccept: isEstablished
      ? undefined
      : on.find(({ fault: { does } }) => does.kind === "reset" && does.when === "accept")?.trace,
  };
}

interface About {
  readonly connection: string;
  readonly rttMs: number;
}

function wayEffects(way: Way, on: readonly PutFault[], about: About): WayEffects {
  const made = {
    latencies: [] as WayEffects["latencies"][number][],
    losses: [] as WayEffects["losses"][number][],
    buckets: [] as WayEffects["buckets"][number][],
    holds: [] as FaultTrace[],
    lateEnds: [] as WayEffects["lateEnds"][number][],
    cuts: [] as WayEffects["cuts"][number][],
  };
  for (const put of on) {
    const { fault, trace } = put;
    const { does } = fault;
    switch (does.kind) {
      case "latency":
        if (goes(way, does.way))
          made.latencies.push({ delayMs: does.delayMs, jitterMs: does.jitterMs, trace });
        break;
      case "loss":
        if (goes(way, does.way)) made.losses.push({ ratio: does.ratio, trace });
        break;
      case "bandwidth":
        if (goes(way, does.way))
          made.buckets.push({ bucket: bucketsOf(put, does.bytesPerS, about.connection)[way], trace });
        break;
      case "hold":
        if (goes(way, does.way)) made.holds.push(trace);
        break;
      case "hang":
        if (does.established === "hold") made.holds.push(trace);
        break;
      case "slow-close":
        made.lateEnds.push({ delayMs: does.delayMs, trace });
        break;
      case "reset":
        if (way === "down" && (does.when === "bytes" || does.when === "answer"))
          made.cuts.push({
            ...{ when: does.when, afterBytes: does.afterBytes ?? 0, trace },
            ...(does.asked !== undefined && { asked: does.asked }),
          });
        break;
      case "refuse":
        break;
      default:
        does satisfies never;
    }
  }
  const isNone = Object.values(made).every(({ length }) => length === 0);
  return { ...made, isNone, rttMs: about.rttMs };
}

const goes = (way: Way, asked: Direction): boolean => asked === "both" || asked === way;

function bucketsOf({ buckets, ownBuckets }: PutFault, bytesPerS: number, connection: string): Buckets {
  if (buckets !== undefined) return buckets;
  const own = ownBuckets.get(connection) ?? {
    up: new TokenBucket(bytesPerS),
    down: new TokenBucket(bytesPerS),
  };
  ownBuckets.set(connection, own);
  return own;
}
