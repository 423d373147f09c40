/**
 * A process of the control plane's benchmark: many agents that speak the whole protocol over a real gRPC connection
 * each, and make no load. Arguments: address, token, first index, how many, how many in all, seconds.
 */
import { credentials } from "@grpc/grpc-js";
import { FineClock } from "../../agents/fine-clock.ts";
import { Random } from "../../base/random.ts";
import type { Interval } from "../../metrics/interval.ts";
import { Latency } from "../../metrics/latency.ts";
import type { Vitals } from "../../metrics/recorder.ts";
import { toMessage } from "../../proto/codec.ts";
import { BenchServiceClient, type JoinRequest, type JoinResponse } from "../../proto/generated/bench.ts";
import { buildDigest } from "../../proto/version.ts";
import { originOf, StartGun } from "./start-gun.ts";
import { atSecond, attemptsOf, steadyInterval } from "./synthetic-interval.ts";

/** What a simulated agent knows and the controller can only estimate. Times of the machine's one monotonic clock. */
export interface AgentTruth {
  readonly index: number;
  /** The agent's clock less the machine's. */
  readonly clockOffsetMs: number;
  /** When its first second began. */
  readonly startedMs: number;
}

const [address = "", token = "", first = "0", count = "0", agents = "0", span = "0"] = process.argv.slice(2);
const spanS = Number(span);
/** Each agent sends these in turn, so that no two agents and no two seconds in a row are alike. */
const variants = 2;

/** The clock's thread does not keep a process alive, and before the first connection nothing else does. */
const alive = setInterval(() => {}, 60_000);
const clock = await FineClock.start();
const vitals = vitalsOf();
const originMs = originOf();
const gun = new StartGun(clock);
const truths: AgentTruth[] = [];
await Promise.all(Array.from({ length: Number(count) }, (_, nth) => live(Number(first) + nth)));
process.send?.(truths);
process.disconnect?.();
clearInterval(alive);
await clock[Symbol.asyncDispose]();

async function live(index: number): Promise<void> {
  const chance = new Random(index, 77);
  /** Every agent has a clock of its own, as on a thousand machines. */
  const ownOffsetMs = chance.between(-1e6, 1e6);
  const nowMs = () => performance.now() + ownOffsetMs;
  const intervals = Array.from({ length: variants }, (_, variant) => steadyInterval(index, variant, vitals));
  const client = new BenchServiceClient(address, credentials.createInsecure(), {
    // Otherwise all agents of this process would share one connection.
    "grpc.use_local_subchannel_pool": 1,
    "grpc.keepalive_time_ms": 10_000,
    "grpc.keepalive_timeout_ms": 5_000,
  });
  const stream = client.join();
  const say = (words: NonNullable<JoinRequest["say"]>) => void stream.write({ say: words });
  await new Promise<void>((resolve, reject) => {
    stream.on("error", (error) => reject(new Error(`agent ${index}: ${error.message}`)));
    stream.on("end", resolve);
    stream.on("data", ({ say: heard }: JoinResponse) => {
      switch (heard?.$case) {
        case "clock":
          return say({ $case: "clock", value: { id: heard.value.id, agentMs: nowMs() } });
        case "assignment":
          return say({ $case: "ready", value: { drive: heard.value.drive } });
        case "start":
          gun.await(heard.value.atAgentMs - ownOffsetMs, (startedMs) => {
            truths.push({ index, clockOffsetMs: ownOffsetMs - originMs, startedMs: startedMs + originMs });
            drive(heard.value.drive, heard.value.atAgentMs);
          });
          return;
        case "goodbye":
          return resolve();
        default:
      }
    });
    say({
      $case: "hello",
      value: { token, pid: process.pid, build: buildDigest(), host: "", wantedIndex: index },
    });

    function drive(number: number, startMs: number, second = 0): void {
      clock.after(startMs + (second + 1) * 1000 - nowMs(), () => {
        report(number, second);
        if (second < spanS) return drive(number, startMs, second + 1);
        const because = "all of it was driven";
        say({ $case: "farewell", value: { drive: number, intervals: second + 1, cutShort: 0, because } });
      });
    }
  });
  stream.end();
  client.close();

  function report(drive: number, second: number): void {
    const steady = intervals[second % variants] as Interval;
    const attempts = second < spanS ? attemptsOf(index, Number(agents), second) : [];
    const interval = { ...atSecond(steady, second, spanS), drive, attempts };
    say({ $case: "interval", value: toMessage(interval) });
  }
}

/** Those of an agent that is well: a hundred looks of its probe, a little late. */
function vitalsOf(): Vitals {
  const chance = new Random(1, 1);
  const delay = Latency.blank();
  for (let look = 0; look < 100; look++) delay.record(chance.exponential(300));
  const eventLoopDelay = delay.pack();
  delay.release();
  return { eventLoopDelay, cpuRatio: 0.4, spunMs: 0, gcMs: 3, gcLongestMs: 1, stalledMs: 2, pressure: {} };
}
