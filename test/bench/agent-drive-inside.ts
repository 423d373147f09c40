/** A drive as an agent makes it, in this very process: same clock, same health, same sender; no controller. */

import { Drive, type DriveOrder } from "../../agents/drive.ts";
import { FineClock } from "../../agents/fine-clock.ts";
import { Health } from "../../agents/health.ts";
import { WireSender } from "../../agents/senders/wire.ts";
import { Cleanup } from "../../base/cleanup.ts";
import { type Clock, systemClock } from "../../base/clock.ts";
import type { Interval } from "../../metrics/interval.ts";
import { toMessage } from "../../proto/codec.ts";

export interface DriveInside extends AsyncDisposable {
  readonly sender: WireSender;
  readonly clock: Clock;
  readonly counts: Counts;
  /** A second from now it begins. */
  prepare(order: Pick<DriveOrder, "scenario" | "shape" | "maxInFlight">): Drive;
}

/** Over all intervals so far. */
export interface Counts {
  intervals: number;
  planned: number;
  fired: number;
  completed: number;
  failed: number;
  dropped: number;
}

/** As in agents/agent.ts. */
const grainMs = 0.2;
const requestTimeoutMs = 10_000;

export const saleWorld = {
  items: 1_000,
  categories: 10,
  users: 10_000,
  tag: "bench",
  sale: { saleId: 1, itemId: 4_711, stock: 1_000, perUserLimit: 1 },
} as const;

export async function driveInside(
  { url, maxConnections }: { readonly url: string; readonly maxConnections: number },
  onInterval: (interval: Interval) => void = () => {},
): Promise<DriveInside> {
  const cleanup = new Cleanup();
  const clock = cleanup.use(await FineClock.start(systemClock));
  const vitals = cleanup.use(new Health(systemClock));
  const sender = cleanup.use(
    new WireSender({ baseUrls: [url], maxConnections, requestTimeoutMs, clock: systemClock }),
  );
  const counts = noCounts();
  return {
    sender,
    clock,
    counts,
    prepare: (order) =>
      new Drive(wholeOrder(order), {
        sender,
        clock,
        vitals,
        grainMs,
        emit(interval) {
          // What an agent makes of it before it is sent.
          toMessage(interval);
          count(counts, interval);
          onInterval(interval);
        },
      }),
    [Symbol.asyncDispose]: () => cleanup[Symbol.asyncDispose](),
  };
}

export function wholeOrder(order: Pick<DriveOrder, "scenario" | "shape" | "maxInFlight">): DriveOrder {
  return {
    drive: 0,
    seed: 1,
    share: { index: 0, count: 1 },
    warmupS: 0,
    drainS: requestTimeoutMs / 1000 + 1,
    world: saleWorld,
    ...order,
  };
}

export const noCounts = (): Counts => ({
  intervals: 0,
  planned: 0,
  fired: 0,
  completed: 0,
  failed: 0,
  dropped: 0,
});

export function count(sums: Counts, { counts }: Interval): void {
  sums.intervals++;
  sums.planned += counts.planned;
  sums.fired += counts.fired;
  sums.completed += counts.completed;
  sums.failed += counts.failed;
  sums.dropped += counts.dropped;
}
