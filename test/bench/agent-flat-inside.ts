/** Inside the measured process: an hour of load by count, with looks at the memory on the way. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { Drive } from "../../agents/drive.ts";
import { NoneSender } from "../../agents/senders/none.ts";
import { hold } from "../../load/hold.ts";
import { shoppersOnline } from "../../load/shoppers-online.ts";
import { toMessage } from "../../proto/codec.ts";
import { defineScenario } from "../../scenarios/define-scenario.ts";
import { buy, meanRequestsOfBuy } from "../../scenarios/flash-sale-journey.ts";
import { seckillPage, seckillResult, seckillTry } from "../../scenarios/operations/seckill.ts";
import type { Journey } from "../../scenarios/scenario.ts";
import { ManualClock } from "../fakes/manual-clock.ts";
import { calm } from "../metrics/calm.ts";
import { count, driveInside, noCounts, wholeOrder } from "./agent-drive-inside.ts";
import { orderOf, tell } from "./agent-inside.ts";
import { type Memory, settledMemory } from "./agent-memory.ts";

export interface FlatOrder {
  /** Simulated time and nobody to send to, or real time against a shop. */
  readonly kind: "simulated" | "wire";
  /** Of the shop; not used in simulated time. */
  readonly url: string;
  readonly requests: number;
  /** Looks at the memory, evenly over the requests. */
  readonly looks: number;
  /** Requests per second, in simulated time. */
  readonly ratePerS: number;
}

export interface FlatSeen {
  readonly looks: readonly Look[];
  readonly requests: number;
  readonly failed: number;
  readonly dropped: number;
  /** Seconds closed, each with its histograms encoded and handed over. */
  readonly seconds: number;
  readonly tookS: number;
}

export interface Look extends Memory {
  /** Requests answered until then. */
  readonly requests: number;
}

const order = orderOf<FlatOrder>();
const looks: Look[] = [];
const everyRequests = order.requests / order.looks;

async function look(requests: number): Promise<void> {
  if (requests < everyRequests * (looks.length + 1)) return;
  looks.push({ requests, ...(await settledMemory()) });
}

/** Reads, and tries that go into the ledger: one in ten. */
async function simulated(): Promise<Omit<FlatSeen, "looks" | "tookS">> {
  const { ratePerS, requests } = order;
  const durationS = Math.ceil(requests / ratePerS);
  const clock = new ManualClock();
  const counts = noCounts();
  const scenario = defineScenario({
    name: "flat",
    operations: { get: "GET /item/{item}", seckill_try: seckillTry },
    mix: { get: 0.9, seckill_try: 0.1 },
    load: (shape) => hold({ ratePerS: shape.ratePerS, spanS: shape.durationS }),
    popularity: { exponent: 1 },
  });
  const drive = new Drive(wholeOrder({ scenario, shape: { ratePerS, durationS }, maxInFlight: 10_000 }), {
    sender: new NoneSender(clock),
    clock,
    vitals: { take: () => calm },
    grainMs: 0.2,
    emit(interval) {
      toMessage(interval);
      count(counts, interval);
    },
  });
  const end = drive.run(clock.nowMs());
  // Looks fall into the middle of a second. Just at its end its 5,000 entries for the ledger, some 0.2 MB, are here or
  // handed over already by chance: looks there differed by 6 % without any trend.
  clock.pass(500);
  for (let second = 0; second <= durationS; second++) {
    clock.pass(1000);
    await nextTurn();
    await look(counts.completed);
  }
  await end;
  return {
    requests: counts.completed,
    failed: counts.failed,
    dropped: counts.dropped,
    seconds: counts.intervals,
  };
}

/** The journey of the flash sale without its pauses, closed, as fast as it goes. */
async function wire(): Promise<Omit<FlatSeen, "looks" | "tookS">> {
  const hurried: Journey = function* (shopper) {
    const steps = buy(shopper);
    for (let step = steps.next(); !step.done; ) step = steps.next(yield { operation: step.value.operation });
  };
  const scenario = defineScenario({
    name: "flat",
    operations: { seckill_page: seckillPage, seckill_try: seckillTry, seckill_result: seckillResult },
    journeys: { hurried },
    mix: { hurried: 1 },
    load: ({ durationS }) => shoppersOnline({ shoppers: 64, spanS: durationS }),
    requestsPerArrival: meanRequestsOfBuy,
  });
  let looking = Promise.resolve();
  await using inside = await driveInside({ url: order.url, maxConnections: 64 }, () => {
    looking = looking.then(() => look(counts.completed));
    if (counts.completed >= order.requests) drive.stop("enough");
  });
  const { counts, sender, clock } = inside;
  await sender.warm(64, 5_000);
  const longestS = 24 * 3_600;
  const drive = inside.prepare({
    scenario,
    shape: { ratePerS: 1, durationS: longestS },
    maxInFlight: 10_000,
  });
  await drive.run(clock.nowMs() + 100);
  await looking;
  return {
    requests: counts.completed,
    failed: counts.failed,
    dropped: counts.dropped,
    seconds: counts.intervals,
  };
}

const fromMs = performance.now();
const seen = order.kind === "simulated" ? await simulated() : await wire();
await tell({ looks, ...seen, tookS: (performance.now() - fromMs) / 1000 } satisfies FlatSeen);
