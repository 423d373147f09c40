/** All agents of one drive together, second by second: what the run folder, the live line and the verdict are made of. */
import { Conservation } from "./conservation.ts";
import type { Guarantee, LooksSeen } from "./guarantee.ts";
import type { Interval } from "./interval.ts";
import { Latency } from "./latency.ts";
import { LookSums } from "./look-sums.ts";
import { addOutcomes, plus } from "./merge.ts";
import { OperationSum, type OperationTotals } from "./operation-sum.ts";
import { isAnswered, isGood, type Outcome } from "./outcome.ts";
import { type PercentilesMs, percentilesMs } from "./percentiles.ts";
import { ReportedSecond, type Tally } from "./reported-second.ts";
import { type SecondHealth, secondHealth } from "./second-health.ts";
import { SecondSum } from "./second-sum.ts";
import { addTenths } from "./tenths.ts";
import type { SettledSecond, TimelineSecond } from "./timeline-second.ts";

export interface TimelineOptions {
  /** How many agents report; a second is complete when all of them did. */
  readonly agents: number;
  /** Whole seconds of load before the measured part. */
  readonly warmupS: number;
  /** Seconds of the measured part. */
  readonly durationS: number;
  /** A good answer that takes longer is none, for the seconds of single operations. Absent: those are not kept. */
  readonly goodWithinMs?: number | undefined;
  /**
   * Given what was reported of each second, before its histograms go into the sums; it is released after. Usually once a
   * second, in order; again with what came later.
   */
  readonly onSettled?: (reported: ReportedSecond) => void;
  /** Given how one agent was in one second, as soon as it has told. */
  readonly onHealth?: (agent: number, second: number, health: SecondHealth) => void;
}

/** Requests planned in the measured part, whenever they were answered. */
export interface LoadTotals {
  readonly planned: number;
  readonly fired: number;
  readonly completed: number;
  readonly failed: number;
  readonly dropped: number;
  readonly inFlightAtEnd: number;
  /** Planned per second of the measured part. */
  readonly offeredPerS: number;
  /** Complete answers per second within the measured part, whenever they were planned. */
  readonly completedPerS: number;
}

/** The instrument over the measured part. */
export interface InstrumentTotals {
  readonly slipMs: PercentilesMs;
  readonly connectionWaitMs: PercentilesMs;
  readonly eventLoopDelayMs: PercentilesMs;
  /** CPU of the busiest agent, on average over the measured part, 1 = one core. */
  readonly agentCpuRatio: number;
  /** Share of time spent waiting awake for arrivals that were near, of the agent that spent most; inside the CPU above. */
  readonly spunRatio: number;
  /** Longest stall of any agent. */
  readonly stalledMs: number;
  /** Garbage collection as a share of time, of the agent that spent most. */
  readonly gcRatio: number;
  /** Intervals that did not come although later ones of the same agent did, or the measured part asks for them. */
  readonly lostIntervals: number;
  readonly identityBreaks: readonly string[];
}

export interface AgentTotals {
  readonly planned: number;
  readonly fired: number;
  readonly completed: number;
}

/**
 * The newest seconds keep a histogram in memory, older ones only its encoding. An answer that comes later than this costs
 * its second a decoding and an encoding, some 0.2 ms, once for all agents.
 */
const warmSeconds = 10;

/**
 * A second that not every agent has reported when one has reported the `patienceS`-th after it is settled without them:
 * agents that are silent for longer are lost.
 */
const patienceS = 4;

/** Grows by one interval at a time, in any order between agents. Release it when the run is over. */
export class Timeline {
  readonly #options: TimelineOptions;
  readonly #seconds: SecondSum[] = [];
  /** Reported by some agents; each holds as many histograms as one agent's interval, however many there are. */
  readonly #open = new Map<number, ReportedSecond>();
  readonly #agents = new Map<number, AgentSoFar>();
  readonly #operations = new Map<string, OperationSum>();
  readonly #overall = new OperationSum();
  readonly #slip = Latency.blank();
  readonly #connectionWait = Latency.blank();
  readonly #eventLoopDelay = Latency.blank();
  readonly #breaks: string[] = [];
  readonly #looks = new LookSums();
  #stalledMs = 0;
  #answeredOfMeasured = 0;
  #failedOfMeasured = 0;
  #hasTenths = false;

  /** @throws when `warmupS` is not a whole number >= 0: it is told from the measured part by whole intervals */
  constructor(options: TimelineOptions) {
    const { warmupS } = options;
    if (!Number.isSafeInteger(warmupS) || warmupS < 0) {
      throw new Error(`warm-up is a whole number of seconds, not ${warmupS}`);
    }
    this.#options = options;
  }

  /** What `agent` saw in one second. An agent's own intervals come in order. */
  add(agent: number, interval: Interval): void {
    const { second, counts, health } = interval;
    const soFar = this.#agent(agent);
    this.#breaks.push(...soFar.conservation.add(interval));
    soFar.intervals++;
    soFar.lastSecond = Math.max(soFar.lastSecond, second);
    const seen = this.#second(second);
    seen.agents++;
    seen.phase ||= interval.phase;
    seen.counts = seen.counts === undefined ? counts : plus(seen.counts, counts);
    const own = healthOf(interval);
    seen.addHealth(own);
    this.#options.onHealth?.(agent, second, own);
    for (const tenths of interval.tenths ?? []) {
      addTenths(this.#second(tenths.plannedSecond).tenths, tenths);
      this.#hasTenths = true;
    }
    // What was seen after the end belongs to it: that is when lost writes are found.
    if (second >= this.#options.warmupS)
      this.#looks.add(second - this.#options.warmupS, interval.looks ?? []);
    if (this.isMeasured(second)) {
      soFar.planned += counts.planned;
      soFar.fired += counts.fired;
      soFar.completed += counts.completed;
      soFar.gcMs += health.gcMs;
      soFar.spunMs += health.spunMs;
      soFar.measuredSeconds++;
      soFar.cpuS += health.cpuRatio;
      this.#stalledMs = Math.max(this.#stalledMs, health.stalledMs);
    }
    let reported = this.#open.get(second);
    if (reported === undefined) this.#open.set(second, (reported = new ReportedSecond(second)));
    reported.add(interval);
    if (seen.agents >= this.#options.agents) this.#settle(reported);
    for (const late of this.#open.values()) if (late.second <= second - patienceS) this.#settle(late);
  }

  /** Takes in what is still waiting for other agents: nothing more will come of it, or a figure is asked for now. */
  settle(): void {
    for (const reported of [...this.#open.values()].toSorted((a, b) => a.second - b.second)) {
      this.#settle(reported);
    }
  }

  /** The newest second that every agent has reported, for the live line; undefined before the first. */
  latest(): TimelineSecond | undefined {
    const second = this.#seconds.findLastIndex((seen) => seen.agents >= this.#options.agents);
    return second < 0 ? undefined : this.#shown(second);
  }

  /** Seconds of the measured part, in order, as far as they were driven. */
  seconds(): readonly SettledSecond[] {
    this.settle();
    return this.#measuredSeconds().map((second) => {
      const { outcomes, response, tenths } = this.#seconds[second]!;
      const fine = this.#hasTenths && { tenths: { planned: [...tenths.planned], good: [...tenths.good] } };
      const operations = this.#options.goodWithinMs !== undefined && {
        operations: this.#seconds[second]!.operations(),
      };
      return { ...this.#shown(second), outcomes: { ...outcomes }, response, ...fine, ...operations };
    });
  }

  /** Whether what is planned in this second counts. */
  isMeasured(second: number): boolean {
    const { warmupS, durationS } = this.#options;
    return second >= warmupS && second < warmupS + durationS;
  }

  /** Every second from the first, warm-up and drain included. */
  allSeconds(): readonly TimelineSecond[] {
    this.settle();
    return this.#seconds.map((_, second) => this.#shown(second));
  }

  /** Seconds of the measured part that any agent reported. */
  measuredS(): number {
    return Math.min(this.#options.durationS, this.#measuredSeconds().length);
  }

  load(): LoadTotals {
    this.settle();
    const { warmupS } = this.#options;
    let planned = 0;
    let completedWithin = 0;
    for (const second of this.#measuredSeconds()) {
      planned += this.#seconds[second]!.counts?.planned ?? 0;
      completedWithin += this.#seconds[second]!.counts?.completed ?? 0;
    }
    let firedSince = 0;
    let droppedSince = 0;
    for (const { counts } of this.#seconds.slice(warmupS)) {
      firedSince += counts?.fired ?? 0;
      droppedSince += counts?.dropped ?? 0;
    }
    // What warm-up left waiting is not of the measured part. It stands first in line, so it was fired before anything
    // else; what is left of it can only have been thrown away, when the run ended before its turn came.
    const left = this.#seconds[warmupS - 1]?.counts?.waiting ?? 0;
    const leftFired = Math.min(left, firedSince);
    const leftDropped = Math.min(left - leftFired, droppedSince);
    const fired = firedSince - leftFired;
    const dropped = droppedSince - leftDropped;
    const measuredS = this.measuredS() || 1;
    return {
      planned,
      fired,
      completed: this.#answeredOfMeasured,
      failed: this.#failedOfMeasured,
      dropped,
      inFlightAtEnd: Math.max(0, fired - this.#answeredOfMeasured - this.#failedOfMeasured),
      offeredPerS: planned / measuredS,
      completedPerS: completedWithin / measuredS,
    };
  }

  /** By operation, for requests planned in the measured part. */
  operations(): Readonly<Record<string, OperationTotals>> {
    this.settle();
    const names = [...this.#operations.keys()].sort();
    return Object.fromEntries(names.map((name) => [name, this.#operations.get(name)!.totals()]));
  }

  /** All operations together. */
  overall(): OperationTotals {
    this.settle();
    return this.#overall.totals();
  }

  /** What shoppers found of what they may rely on, from the start of the measured part. */
  looks(): Readonly<Partial<Record<Guarantee, LooksSeen>>> {
    return this.#looks.totals();
  }

  /** Of one agent, over the measured part. */
  agent(agent: number): AgentTotals {
    const { planned, fired, completed } = this.#agents.get(agent) ?? new AgentSoFar(agent);
    return { planned, fired, completed };
  }

  instrument(): InstrumentTotals {
    this.settle();
    const agents = [...this.#agents.values()];
    const owedUpTo = this.#options.warmupS + Math.ceil(this.#options.durationS) - 1;
    const silent = Math.max(0, this.#options.agents - agents.length) * (owedUpTo + 1);
    return {
      slipMs: percentilesMs(this.#slip),
      connectionWaitMs: percentilesMs(this.#connectionWait),
      eventLoopDelayMs: percentilesMs(this.#eventLoopDelay),
      agentCpuRatio: Math.max(0, ...agents.map((agent) => agent.cpuS / (agent.measuredSeconds || 1))),
      stalledMs: this.#stalledMs,
      spunRatio: Math.max(0, ...agents.map((agent) => agent.spunMs / (agent.measuredSeconds * 1000 || 1))),
      gcRatio: Math.max(0, ...agents.map((agent) => agent.gcMs / (agent.measuredSeconds * 1000 || 1))),
      lostIntervals: agents.reduce(
        (lost, agent) => lost + Math.max(agent.lastSecond, owedUpTo) + 1 - agent.intervals,
        silent,
      ),
      identityBreaks: this.#breaks,
    };
  }

  /** Gives all histograms back. */
  release(): void {
    for (const reported of this.#open.values()) reported.release();
    for (const second of this.#seconds) second.release();
    for (const sum of [...this.#operations.values(), this.#overall]) sum.release();
    for (const latency of [this.#slip, this.#connectionWait, this.#eventLoopDelay]) latency.release();
  }

  #settle(reported: ReportedSecond): void {
    this.#open.delete(reported.second);
    this.#options.onSettled?.(reported);
    if (this.isMeasured(reported.second)) {
      this.#slip.add(reported.slip);
      this.#connectionWait.add(reported.connectionWait);
      this.#eventLoopDelay.add(reported.eventLoopDelay);
    }
    const seen = this.#second(reported.second);
    for (const tally of reported.tallies()) this.#take(tally, seen);
    reported.release();
    this.#cool();
  }

  #take({ plannedSecond, operation, outcomes, response, service }: Tally, seen: SecondSum): void {
    const counted = Object.entries(outcomes) as [Outcome, number][];
    for (const [outcome, count] of counted) if (!isGood(outcome)) seen.bad += count;
    const planned = this.#second(plannedSecond);
    addOutcomes(planned.outcomes, outcomes);
    planned.addResponse(response);
    const { goodWithinMs } = this.#options;
    if (goodWithinMs !== undefined) {
      const bad = counted.reduce((sum, [outcome, count]) => sum + (isGood(outcome) ? 0 : count), 0);
      const late = response.countAbove(goodWithinMs * 1000);
      planned.addOperation(operation, { settled: response.count, bad, late });
    }
    if (!this.isMeasured(plannedSecond)) return;
    for (const [outcome, count] of counted) {
      if (isAnswered(outcome)) this.#answeredOfMeasured += count;
      else this.#failedOfMeasured += count;
    }
    let sum = this.#operations.get(operation);
    if (sum === undefined) this.#operations.set(operation, (sum = new OperationSum()));
    sum.add(outcomes, response, service);
    this.#overall.add(outcomes, response, service);
  }

  #cool(): void {
    const cold = this.#seconds.length - warmSeconds - 1;
    for (let second = cold; second >= 0 && this.#seconds[second]!.cool(); second--);
  }

  #measuredSeconds(): number[] {
    const { warmupS, durationS } = this.#options;
    const end = Math.min(this.#seconds.length, warmupS + Math.ceil(durationS));
    return Array.from({ length: Math.max(0, end - warmupS) }, (_, index) => warmupS + index);
  }

  #agent(agent: number): AgentSoFar {
    let soFar = this.#agents.get(agent);
    if (soFar === undefined) this.#agents.set(agent, (soFar = new AgentSoFar(agent)));
    return soFar;
  }

  #second(second: number): SecondSum {
    while (this.#seconds.length <= second) this.#seconds.push(new SecondSum());
    return this.#seconds[second]!;
  }

  #shown(second: number): TimelineSecond {
    const seen = this.#seconds[second]!;
    const {
      planned = 0,
      fired = 0,
      completed = 0,
      failed = 0,
      dropped = 0,
      inFlight = 0,
    } = seen.counts ?? {};
    return {
      atS: second - this.#options.warmupS,
      phase: seen.phase,
      planned,
      fired,
      completed,
      failed,
      dropped,
      inFlight,
      ...seen.percentiles(),
      bad: seen.bad,
      ...(seen.health === undefined ? {} : { health: seen.health }),
    };
  }
}

class AgentSoFar {
  readonly conservation: Conservation;
  intervals = 0;
  lastSecond = -1;
  measuredSeconds = 0;
  planned = 0;
  fired = 0;
  completed = 0;
  gcMs = 0;
  spunMs = 0;
  cpuS = 0;

  constructor(agent: number) {
    this.conservation = new Conservation(`agent ${agent}`);
  }
}

function healthOf({ health }: Interval): SecondHealth {
  const [slip, eventLoopDelay] = [Latency.unpack(health.slip), Latency.unpack(health.eventLoopDelay)];
  const seen = secondHealth(health, slip, eventLoopDelay);
  slip.release();
  eventLoopDelay.release();
  return seen;
}
