/** Inside the measured process: open many connections, use every one, and say what they hold. */
import { setTimeout as pause } from "node:timers/promises";
import { shoppersOnline } from "../../load/shoppers-online.ts";
import { defineScenario } from "../../scenarios/define-scenario.ts";
import { type Counts, driveInside } from "./agent-drive-inside.ts";
import { orderOf, tell } from "./agent-inside.ts";
import { eachOf, type Memory, settledMemory } from "./agent-memory.ts";

export interface ConnectionsOrder {
  readonly url: string;
  readonly connections: number;
  readonly spanS: number;
}

export interface ConnectionsSeen {
  readonly opened: number;
  readonly openingS: number;
  /** Once opened, not used yet. */
  readonly eachOpen: Memory;
  /** After the load. */
  readonly eachUsed: Memory;
  readonly counts: Counts;
  /** Why connections broke under requests, and how often. */
  readonly breaks: Readonly<Record<string, number>>;
}

const { url, connections, spanS } = orderOf<ConnectionsOrder>();
/** So long a shopper rests before each request: in a second each connection is used once. */
const thinkS = 1;
const openWithinMs = 60_000;
const startsInMs = 500;

const scenario = defineScenario({
  name: "many-connections",
  operations: { get: "GET /" },
  journeys: {
    *asking() {
      for (;;) yield { operation: "get", afterS: thinkS };
    },
  },
  mix: { asking: 1 },
  // They come over one think time, so that their requests lie evenly in each second.
  load: ({ durationS }) => shoppersOnline({ shoppers: connections, spanS: durationS, rampS: thinkS }),
  requestsPerArrival: spanS,
});

await using inside = await driveInside({ url, maxConnections: connections });
const { sender, clock, counts } = inside;
const before = await settledMemory();
const fromMs = clock.nowMs();
const opened = await sender.warm(connections, openWithinMs);
const openingS = (clock.nowMs() - fromMs) / 1000;
const eachOpen = eachOf(connections, before, await settledMemory());
const drive = inside.prepare({
  scenario,
  shape: { ratePerS: 1, durationS: 24 * 3_600 },
  // One request of each shopper at most, so nothing is turned away.
  maxInFlight: connections + 1,
});
const end = drive.run(clock.nowMs() + startsInMs);
// The first second has no requests: everybody comes, and rests.
await pause(startsInMs + (thinkS + spanS) * 1000);
drive.stop("every connection was used");
await end;
const eachUsed = eachOf(connections, before, await settledMemory());
const breaks = Object.fromEntries(sender.breaks);
await tell({ opened, openingS, eachOpen, eachUsed, counts, breaks } satisfies ConnectionsSeen);
