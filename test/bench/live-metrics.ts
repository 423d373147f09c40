/**
 * What `/metrics` costs the controller: fifty operations and sixteen agents, with and without somebody who asks every five
 * seconds, in turns; as a share of one core. `npm run bench:metrics`.
 */
import { cpus, release } from "node:os";
import { Random } from "../../base/random.ts";
import { Collector } from "../../controller/collector.ts";
import { LiveRun } from "../../controller/live-run.ts";
import type { Interval } from "../../metrics/interval.ts";
import { Recorder } from "../../metrics/recorder.ts";
import { Exposition } from "../../metrics/series/exposition.ts";
import { toMessage } from "../../proto/codec.ts";
import type { Interval as IntervalMessage } from "../../proto/generated/bench.ts";
import { calm } from "../metrics/calm.ts";
import { fixed, medianAndSpread } from "./figures.ts";
import { writeBetween } from "./page.ts";

const [operations, agents, requestsEach, seconds, rounds] = [50, 16, 20, 60, 7];
const askedEveryS = 5;
const names = Array.from({ length: operations }, (_, index) => `operation-${index}`);

/** One second of one agent: of each operation twenty answers, log-normal around 1 to 40 ms. */
function reported(agent: number, second: number): Interval {
  const chance = new Random(agent, second);
  const recorder = new Recorder({ drive: 0, operations: names });
  for (let before = 0; before < second; before++) recorder.close(before, { inFlight: 0, waiting: 0 });
  for (let operation = 0; operation < operations; operation++) {
    const medianUs = 1_000 * 40 ** (operation / (operations - 1));
    for (let sample = 0; sample < requestsEach; sample++) {
      const serviceUs = medianUs * (0.5 + chance.exponential(1));
      recorder.planned(second);
      recorder.fired(second, 100, 0);
      recorder.settled(
        second,
        second,
        operation,
        chance.happens(0.01) ? "busy" : "ok",
        serviceUs + 100,
        serviceUs,
      );
    }
  }
  return recorder.close(second, { inFlight: 0, waiting: 0 }).interval("open", calm);
}

/** Made once for all rounds: making them costs more than taking them in. */
const made: readonly (readonly IntervalMessage[])[] = Array.from({ length: seconds }, (_, second) =>
  Array.from({ length: agents }, (__, agent) => toMessage(reported(agent, second))),
);

interface Round {
  readonly cpuMs: number;
  readonly askMs: readonly number[];
  readonly bytes: number;
  readonly series: number;
}

async function round(isAsked: boolean): Promise<Round> {
  const live = isAsked ? new LiveRun({ runId: "r", scenario: "s", target: "t", info: {} }, names) : undefined;
  const exposition = new Exposition();
  const collector = new Collector({
    ...{ agents, warmupS: 0, durationS: seconds, record: undefined, label: undefined },
    heard: { step: () => {}, second: () => {} },
    nowMs: () => 0,
    ...(live && { live }),
  });
  collector.started(0, 0);
  globalThis.gc?.();
  const askMs: number[] = [];
  let [bytes, series] = [0, 0];
  const before = process.cpuUsage();
  for (const [second, ofSecond] of made.entries()) {
    for (const [agent, message] of ofSecond.entries()) collector.interval(agent, message);
    if (live === undefined || second % askedEveryS !== askedEveryS - 1) continue;
    const from = performance.now();
    const samples = live.look();
    const text = await exposition.text(samples);
    askMs.push(performance.now() - from);
    [bytes, series] = [text.length, samples.length];
  }
  const { user, system } = process.cpuUsage(before);
  // What is told is what was reported, or the figures are of nothing.
  const told = live?.look().filter(({ name }) => name === "bench_requests") ?? [];
  const requests = told.reduce((sum, { value }) => sum + value, 0);
  const meant = agents * operations * requestsEach * seconds;
  if (live !== undefined && requests !== meant) throw new Error(`${requests} requests were told of ${meant}`);
  collector.timeline.release();
  return { cpuMs: (user + system) / 1_000, askMs, bytes, series };
}

await round(true);
await round(false);
const pairs: { readonly without: Round; readonly asked: Round }[] = [];
for (let at = 0; at < rounds; at++) {
  const first = await round(at % 2 === 0);
  const second = await round(at % 2 !== 0);
  pairs.push(at % 2 === 0 ? { asked: first, without: second } : { asked: second, without: first });
}

const share = pairs.map(({ asked, without }) => ((asked.cpuMs - without.cpuMs) / 1_000 / seconds) * 100);
const whole = pairs.map(({ without }) => (without.cpuMs / 1_000 / seconds) * 100);
const [two, one] = [fixed(2), fixed(1)];
const { series, bytes } = pairs[0]!.asked;
const text = [
  `${operations} operations, ${agents} agents, ${agents * operations * requestsEach} requests a second for ${seconds} s, asked every ${askedEveryS} s; ${rounds} rounds with and without in turns, the median and the spread. ${cpus()[0]?.model}, ${cpus().length} cores, Linux ${release()}, Node ${process.version}.`,
  "",
  "| | measured | goal |",
  "|---|---|---|",
  `| the controller takes in all that agents report, % of a core | ${medianAndSpread(whole, two)} | |`,
  `| \`/metrics\` beside that, % of a core | ${medianAndSpread(share, two)} | below 2 |`,
  `| one answer, ms | ${medianAndSpread(
    pairs.flatMap(({ asked }) => asked.askMs),
    one,
  )} | |`,
  `| series in one answer | ${series} | |`,
  `| bytes of one answer, kB | ${one(bytes / 1_000)} | |`,
].join("\n");
process.stdout.write(`${text}\n`);
if (process.argv.includes("--write")) writeBetween("docs/performance.md", "live-metrics", text);
