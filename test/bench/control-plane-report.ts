/** What the rounds of the control plane's benchmark came to, as a table for docs/performance.md. Pure. */
import type { RoundFigures } from "./control-plane-round.ts";
import { fixed, medianAndSpread, thousands } from "./figures.ts";
import { operationsPerAgent, samplesPerOperation } from "./synthetic-interval.ts";

export interface Setting {
  readonly agents: number;
  readonly spanS: number;
  /** Model of the processor, cores, kernel, Node, day. */
  readonly machine: string;
}

export function reportOf(
  { agents, spanS, machine }: Setting,
  rounds: readonly (RoundFigures & { readonly loadAverage: number })[],
): string {
  const of = (
    what: string,
    goal: string,
    show: (value: number) => string,
    pick: (round: RoundFigures) => number,
  ) => `| ${what} | ${medianAndSpread(rounds.map(pick), show)} | ${goal} |`;
  const [two, one, whole] = [fixed(2), fixed(1), thousands];
  return [
    `${thousands(agents)} simulated agents on one controller for ${spanS} s; ${rounds.length} rounds, the median and the spread. ${machine}.`,
    `The load average before the rounds was ${rounds.map(({ loadAverage }) => loadAverage.toFixed(1)).join(", ")}. The controller had one core, the agents another.`,
    "",
    "| | measured | goal |",
    "|---|---|---|",
    of("controller's CPU, cores", "below 0.5", two, ({ cpuRatio }) => cpuRatio),
    of("memory (RSS) after 5 s, MiB", "", whole, ({ rssMiB }) => rssMiB.atSecond5),
    of(`memory (RSS) after ${spanS} s, MiB`, "the same", whole, ({ rssMiB }) => rssMiB.atEnd),
    of("heap and buffers alive after 5 s, MiB", "", one, ({ heapMiB }) => heapMiB.atSecond5),
    of(`heap and buffers alive after ${spanS} s, MiB`, "the same", one, ({ heapMiB }) => heapMiB.atEnd),
    of("intervals not received", "0", whole, ({ intervals }) => intervals.expected - intervals.received),
    of("requests not in the totals", "0", whole, ({ requests }) => requests.expected - requests.merged),
    of("sums that do not add up", "0", whole, ({ identityBreaks }) => identityBreaks),
    of("from the last farewell to all totals, ms", "below 2,000", two, ({ mergeMs }) => mergeMs),
    of(
      "from the end on the clock to the last farewell, ms",
      "",
      whole,
      ({ lastFarewellMs }) => lastFarewellMs,
    ),
    of("start, off the ordered instant, p99, ms", "2 at most", two, ({ startSkewMs }) => startSkewMs.p99),
    of("first start to last, ms", "", two, ({ startSpreadMs }) => startSpreadMs),
    of("clock offset, stated error, median, µs", "", whole, ({ clock }) => clock.statedP50Ms * 1000),
    of("clock offset, stated error, greatest, µs", "", whole, ({ clock }) => clock.statedMaxMs * 1000),
    of("clock offset, true error, p99, µs", "below the stated", whole, ({ clock }) => clock.trueP99Ms * 1000),
    of("offsets further off than stated", "0", whole, ({ clock }) => clock.beyondStated),
    of("reading all clocks, s", "", two, ({ gatheringMs }) => gatheringMs / 1000),
    of("written to the run folder, MiB", "", one, ({ writtenMiB }) => writtenMiB),
    "",
    "What is alive grows by what is kept for the verdict: two bits for each attempt (50,000 a second here) and one histogram for each second.",
    "",
    `Each agent has a connection and a clock of its own and reports once a second, as a busy agent does: ${operationsPerAgent} operations with ${samplesPerOperation} requests each, one of`,
    "which was planned in the second before (83 histograms in all), and 50 attempts. The agents share two processes, because a thousand Node processes do not fit this",
    "machine; the start of each is the moment its process sees that the agent's clock has come to the instant it was told, read on the machine's monotonic clock, which all",
    "processes share: no clock reading is in that figure, so errors of readings show in it. True errors come from the same clock.",
  ].join("\n");
}
