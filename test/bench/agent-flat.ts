/** Memory over an hour at full rate, by count: does it grow after minute two? */
import { join } from "node:path";
import type { FlatOrder, FlatSeen, Look } from "./agent-flat-inside.ts";
import { runInside } from "./agent-inside.ts";
import { type Goal, type Part, tableOf } from "./agent-part.ts";
import { startStubShop } from "./agent-stub-shop.ts";
import { fixed, thousands } from "./figures.ts";

const million = 1_000_000;
/** 50,000 requests/s for a whole hour; BENCH_MILLIONS makes it shorter. */
const simulatedRequests = Number(process.env["BENCH_MILLIONS"] ?? 180) * million;
/** A look is after every 400,000, so that the first is behind the warm-up of the just-in-time compiler. */
const wireRequests = 12 * million;
const ratePerS = 50_000;
/** One for each two minutes of the hour that the requests stand for, so the first is at the end of minute two. */
const looks = 30;
const goalRatio = 0.05;

export const flat: Part = {
  name: "flat",
  title: "Flat memory over an hour, by count",
  async measure({ folder, built, say }) {
    await using shop = await startStubShop(join(folder, "shop"));
    const seen = new Map<string, FlatSeen>();
    for (const [name, kind, requests] of [
      ["simulated time, sends nothing", "simulated", simulatedRequests],
      ["wire sender against a stub shop", "wire", wireRequests],
    ] as const) {
      const order: FlatOrder = { kind, url: shop.url, requests, looks, ratePerS };
      const one = await runInside<FlatSeen>({ built, program: "flat", order });
      if (one.failed + one.dropped > 0) throw new Error(`${one.failed} failed, ${one.dropped} were dropped`);
      seen.set(name, one);
      say(
        `${name}: ${thousands(one.requests)} requests in ${one.tookS.toFixed(0)} s, heap grown by ${percent(growthOf(one, "heapUsedBytes"))}`,
      );
    }
    return {
      how:
        `One drive (agents/drive.ts) in a process of its own; up to ${looks} looks at its memory, after collecting garbage, stand for every second minute of an hour. In simulated time: ${thousands(ratePerS)} ` +
        "arrivals/s, one in ten a try that goes into the ledger, nothing sent. Real time: 64 shoppers in a closed loop make the journey of the flash sale without pauses against a stub shop (nginx). " +
        "Growth is the greatest later look against the one after minute two.",
      goals: [...seen].flatMap(([name, one]) => [
        goalOf(`growth of the heap after minute two, ${name}`, growthOf(one, "heapUsedBytes")),
        goalOf(`of resident memory, ${name}`, growthOf(one, "rssBytes")),
      ]),
      table: tableOf(
        [
          "load",
          "requests",
          "seconds closed",
          "heap MB at minute 2, 10, 20, 40, 60",
          "buffers MB at minute 2 and 60",
          "RSS MB at minute 2, 10, 20, 40, 60",
        ],
        [...seen].map(([name, one]) => [
          name,
          thousands(one.requests),
          thousands(one.seconds),
          [2, 10, 20, 40, 60].map((minute) => megabytes(atMinute(one, minute).heapUsedBytes)).join(", "),
          [2, 60].map((minute) => megabytes(atMinute(one, minute).externalBytes)).join(", "),
          [2, 10, 20, 40, 60].map((minute) => megabytes(atMinute(one, minute).rssBytes)).join(", "),
        ]),
      ),
    };
  },
};

function goalOf(what: string, growth: number): Goal {
  return {
    what,
    goal: `less than ${goalRatio * 100} %`,
    seen: percent(growth),
    isReached: growth < goalRatio,
  };
}

function growthOf({ looks: [first, ...later] }: FlatSeen, what: "heapUsedBytes" | "rssBytes"): number {
  if (first === undefined || later.length === 0) throw new Error("too few looks at the memory to tell");
  return Math.max(...later.map((look) => look[what])) / first[what] - 1;
}

/** The last look not after that minute of the hour that all requests stand for. */
function atMinute({ looks: all, requests }: FlatSeen, minute: number): Look {
  const until = (requests * minute) / 60;
  return all.findLast((look) => look.requests <= until) ?? all[0]!;
}

const percent = (ratio: number): string => `${(ratio * 100).toFixed(1)} %`;
const megabytes = (bytes: number): string => fixed(2)(bytes / 1e6);
