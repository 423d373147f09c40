/** Inside the measured process: shoppers come, do their first steps, and think for an hour; what does each one hold? */
import { setTimeout as pause } from "node:timers/promises";
import { shoppersOnline } from "../../load/shoppers-online.ts";
import { defineScenario } from "../../scenarios/define-scenario.ts";
import { seckillPage, seckillResult, seckillTry } from "../../scenarios/operations/seckill.ts";
import type { Journey } from "../../scenarios/scenario.ts";
import { driveInside } from "./agent-drive-inside.ts";
import { orderOf, tell } from "./agent-inside.ts";
import { eachOf, type Memory, settledMemory } from "./agent-memory.ts";

export interface IdleOrder {
  readonly url: string;
  readonly shoppers: number;
  /** What a shopper has done before it thinks: looked at the page, or tried to buy too and noted what came of it. */
  readonly after: "a look" | "a try";
}

export interface IdleSeen {
  readonly each: Memory;
  readonly completed: number;
  readonly failed: number;
  readonly dropped: number;
  /** Of the agent while all of them think, 1 = one core. */
  readonly idleCpuRatio: number;
}

const { url, shoppers, after } = orderOf<IdleOrder>();
const thinkS = 3_600;
/** So many come in a second. */
const comingPerS = 10_000;
const idleSpanMs = 5_000;
const giveUpMs = 120_000;
const lookEveryMs = 100;

const journeys: Readonly<
  Record<IdleOrder["after"], { readonly journey: Journey; readonly requests: number }>
> = {
  "a look": {
    requests: 1,
    *journey() {
      yield { operation: "seckill_page" };
      yield { operation: "seckill_try", afterS: thinkS };
    },
  },
  "a try": {
    requests: 2,
    *journey() {
      yield { operation: "seckill_page" };
      yield { operation: "seckill_try" };
      yield { operation: "seckill_result", afterS: thinkS };
    },
  },
};

const { journey, requests } = journeys[after];
const scenario = defineScenario({
  name: "idle",
  operations: { seckill_page: seckillPage, seckill_try: seckillTry, seckill_result: seckillResult },
  journeys: { idle: journey },
  mix: { idle: 1 },
  load: ({ durationS }) =>
    shoppersOnline({ shoppers, spanS: durationS, rampS: Math.min(durationS, shoppers / comingPerS) }),
  requestsPerArrival: requests,
});

await using inside = await driveInside({ url, maxConnections: 64 });
await inside.sender.warm(64, 5_000);
const drive = inside.prepare({
  scenario,
  shape: { ratePerS: 1, durationS: 2 * thinkS },
  maxInFlight: 10_000,
});
const before = await settledMemory();
const end = drive.run(inside.clock.nowMs() + 100);
const { counts } = inside;
for (let waitedMs = 0; counts.completed + counts.failed < shoppers * requests; waitedMs += lookEveryMs) {
  if (waitedMs > giveUpMs)
    throw new Error(`only ${counts.completed} of ${shoppers * requests} were answered`);
  await pause(lookEveryMs);
}
const cpu = process.cpuUsage();
await pause(idleSpanMs);
const { user, system } = process.cpuUsage(cpu);
const each = eachOf(shoppers, before, await settledMemory());
const { completed, failed, dropped } = counts;
drive.stop("measured");
await end;
const idleCpuRatio = (user + system) / 1000 / idleSpanMs;
await tell({ each, completed, failed, dropped, idleCpuRatio } satisfies IdleSeen);
