/** All that is done to one way of one connection, put together from the faults that are on. Immutable. */
import type { FaultTrace } from "./fault-trace.ts";
import type { TokenBucket } from "./token-bucket.ts";

export interface WayEffects {
  /** Nothing is done: the shortest way through. */
  readonly isNone: boolean;
  readonly latencies: readonly {
    readonly delayMs: number;
    readonly jitterMs: number;
    readonly trace: FaultTrace;
  }[];
  readonly losses: readonly { readonly ratio: number; readonly trace: FaultTrace }[];
  readonly buckets: readonly { readonly bucket: TokenBucket; readonly trace: FaultTrace }[];
  /** Nothing passes as long as there is one. */
  readonly holds: readonly FaultTrace[];
  readonly lateEnds: readonly { readonly delayMs: number; readonly trace: FaultTrace }[];
  /** The connection is reset before more than this passes; 0 where an answer is awaited. */
  readonly cuts: readonly {
    readonly when: "bytes" | "answer";
    readonly afterBytes: number;
    /** Of requests with these words only; absent: of any. */
    readonly asked?: string;
    readonly trace: FaultTrace;
  }[];
  /** What an exchange takes longer, both ways together. */
  readonly rttMs: number;
}

export const noEffects: WayEffects = {
  isNone: true,
  ...{ latencies: [], losses: [], buckets: [], holds: [], lateEnds: [], cuts: [] },
  rttMs: 0,
};

/** At least this much may be on its way in a connection before its source has to wait. */
const USUAL_CAP_BYTES = 256 * 1024;
/** What a fast network carries in a millisecond, 1 Gbit/s: latency must not become a limit of the bandwidth. */
const FAST_BYTES_PER_MS = 125_000;

/** How many bytes may wait inside. */
export function capOf({ latencies, buckets }: WayEffects): number {
  const delayMs = latencies.reduce((sum, each) => sum + each.delayMs + each.jitterMs, 0);
  const bytesPerMs = Math.min(FAST_BYTES_PER_MS, ...buckets.map(({ bucket }) => bucket.sliceBytes / 10));
  return Math.max(USUAL_CAP_BYTES, Math.ceil(delayMs * bytesPerMs));
}
