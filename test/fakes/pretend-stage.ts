/**
 * A stage and its one agent without processes: a queue with one server on a clock that tests move, behind a real fleet. Its
 * agent is handed assignments as any is, and tells of them in intervals as any does.
 */
import type { EndingWatch } from "../../controller/ending.ts";
import { Fleet } from "../../controller/fleet.ts";
import type { AgentLink } from "../../controller/front-door.ts";
import type { RunRecord } from "../../controller/record.ts";
import type { GuardHandle, Parts } from "../../controller/run.ts";
import { Schedule } from "../../load/schedule.ts";
import { withWarmUp } from "../../load/warm-up.ts";
import { pressureOf } from "../../metrics/host-pressure.ts";
import { Recorder } from "../../metrics/recorder.ts";
import { TenthCounts, tenthOf } from "../../metrics/tenths.ts";
import { toMessage } from "../../proto/codec.ts";
import type { Assignment, JoinRequest, JoinResponse } from "../../proto/generated/bench.ts";
import { findScenario } from "../../scenarios/catalog.ts";
import type { NodeDeath, NodeUsage, RunningTarget } from "../../targets/running-target.ts";
import { calm } from "../metrics/calm.ts";
import { ManualClock } from "./manual-clock.ts";
import { ScriptedNode } from "./scripted-node.ts";

export interface PretendStageOptions {
  /** Requests per second it answers, and no more. */
  readonly carriesPerS: number;
  /** Told of every drive when it begins. */
  readonly onDrive?: (order: Assignment, stage: PretendStage) => void;
}

const serviceMs = 5;
const nodeName = "node";
/** Of the scripted node. */
const budgetCores = 0.1;

export class PretendStage {
  readonly clock = new ManualClock();
  /** Measured drives, in their order. */
  readonly drives: Assignment[] = [];
  readonly steps: string[] = [];
  readonly #options: PretendStageOptions;
  readonly #deathListeners: ((death: NodeDeath) => void)[] = [];
  /** When everything that was taken on is done, and how much work that was. */
  #busyUntilMs = 0;
  #takenOnMs = 0;
  isTakenDown = false;

  constructor(options: PretendStageOptions) {
    this.#options = options;
  }

  /** Its only node ends without having been asked to. */
  die(because: string): void {
    const death = { node: nodeName, because, atEpochMs: this.clock.epochMs(), lastLines: ["out of memory"] };
    for (const listener of this.#deathListeners) listener(death);
  }

  parts(record: RunRecord): Parts {
    const { clock, steps } = this;
    return {
      ...{ clock, record, scenario: findScenario("browse") },
      // That of this machine would be of whatever else it does meanwhile.
      readPressure: (nowMs) => pressureOf(nowMs, undefined, undefined),
      heard: { step: (sentence) => void steps.push(sentence), second: () => {} },
      openGuard: async () => guard,
      openTarget: async () => this.#target(),
      openFleet: async (_plan, _wards, watch) => this.#fleet(watch),
    };
  }

  /**
   * How long a request waits and is served when it comes now; undefined: longer than `limitMs`, and it is not even taken on.
   */
  answerMs(nowMs: number, limitMs: number): number | undefined {
    const fromMs = Math.max(nowMs, this.#busyUntilMs);
    if (fromMs - nowMs + serviceMs > limitMs) return undefined;
    const takesMs = 1000 / this.#options.carriesPerS;
    this.#busyUntilMs = fromMs + takesMs;
    this.#takenOnMs += takesMs;
    return fromMs - nowMs + serviceMs;
  }

  begin(order: Assignment): void {
    if (order.purpose === "measure") this.drives.push(order);
    this.#options.onDrive?.(order, this);
  }

  #target(): RunningTarget {
    const usage = (): NodeUsage => {
      const doneMs = this.#takenOnMs - Math.max(0, this.#busyUntilMs - this.clock.nowMs());
      return { node: nodeName, cpuS: (doneMs / 1000) * budgetCores, periods: 0, throttledPeriods: 0 };
    };
    return {
      ...{ id: "stage-04", launcher: "processes", entryUrls: ["http://127.0.0.1:1"] },
      ...{ nodes: [new ScriptedNode({ name: nodeName })], standIns: [], startUpS: {} },
      applyBudgets: async () => ({ mechanism: "cgroup-v2" }),
      usage: async () => [usage()],
      onDeath: (listener) => void this.#deathListeners.push(listener),
      [Symbol.asyncDispose]: async () => void (this.isTakenDown = true),
    };
  }

  #fleet(watch: EndingWatch): Fleet & AsyncDisposable {
    const link = new PretendAgent(this);
    const members = [{ link, clock: { offsetMs: 0, errorMs: 0 } }];
    const fleet = new Fleet({ members, clock: this.clock, watch, lastWords: () => "" });
    return Object.assign(fleet, { [Symbol.asyncDispose]: async () => {} });
  }
}

const guard: GuardHandle = {
  ...{ pid: 1, process: () => {}, folder: () => {}, cgroup: () => {}, containers: () => {} },
  ...{ begin: async () => {}, mended: () => {}, onMendedByKeeper: () => {} },
  ...{ allIsWell: async () => {}, onDeath: () => {} },
};

class PretendAgent implements AgentLink {
  readonly index = 0;
  readonly pid = 1;
  readonly host = "here";
  readonly #stage: PretendStage;
  #hear: (say: NonNullable<JoinRequest["say"]>) => void = () => {};
  #order: Assignment | undefined;
  #isStopped = false;

  constructor(stage: PretendStage) {
    this.#stage = stage;
  }

  listen(listener: (say: NonNullable<JoinRequest["say"]>) => void): void {
    this.#hear = listener;
  }

  onGone(): void {}

  send(say: NonNullable<JoinResponse["say"]>): void {
    switch (say.$case) {
      case "assignment":
        this.#order = say.value;
        this.#isStopped = false;
        this.#hear({ $case: "ready", value: { drive: say.value.drive } });
        break;
      case "start": {
        const order = this.#order!;
        // Whoever starts it listens for what it says from the next turn on.
        void Promise.resolve().then(() => this.#drive(order, say.value.atAgentMs));
        break;
      }
      case "stop":
        this.#isStopped = true;
        break;
    }
  }

  async #drive(order: Assignment, startMs: number): Promise<void> {
    const { clock } = this.#stage;
    const { drive, warmupS, durationS, goodWithinMs } = order;
    clock.pass(startMs - clock.nowMs());
    this.#stage.begin(order);
    const tenths = goodWithinMs === undefined ? undefined : new TenthCounts(goodWithinMs);
    const recorder = new Recorder({ drive, operations: ["detail"], ...(tenths && { tenths }) });
    const schedule = scheduleOf(order);
    const waiting: Waiting[] = [];
    let second = 0;
    for (; (second < warmupS + durationS && !this.#isStopped) || waiting.length > 0; second++) {
      const endMs = startMs + (second + 1) * 1000;
      while (!this.#isStopped && schedule.arrival >= 0 && schedule.atS < second + 1) {
        const atMs = startMs + schedule.atS * 1000;
        clock.pass(atMs - clock.nowMs());
        waiting.push(this.#request(order, atMs));
        recorder.planned(second);
        recorder.fired(second, 100, 0);
        tenths?.planned(tenthOf(atMs - startMs));
        schedule.advance();
      }
      clock.pass(endMs - clock.nowMs());
      const isDone = ({ atMs, tookMs }: Waiting) => atMs + tookMs < endMs;
      for (const { atMs, tookMs, outcome } of waiting.filter(isDone)) {
        const planned = Math.floor((atMs - startMs) / 1000);
        recorder.settled(second, planned, 0, outcome, tookMs * 1000, tookMs * 1000);
        tenths?.settled(tenthOf(atMs - startMs), outcome, tookMs);
      }
      waiting.splice(0, waiting.length, ...waiting.filter((each) => !isDone(each)));
      // No time passes, but whoever reads something at this instant has read it.
      await new Promise(setImmediate);
      const gauges = { inFlight: waiting.length, waiting: 0 };
      const interval = recorder.close(second, gauges).interval("all", calm);
      this.#hear({ $case: "interval", value: toMessage(interval) });
    }
    const because = this.#isStopped ? "stopped" : "all of it was driven";
    this.#hear({ $case: "farewell", value: { drive, intervals: second, cutShort: 0, because } });
  }

  #request({ requestTimeoutMs }: Assignment, atMs: number): Waiting {
    const answeredMs = this.#stage.answerMs(atMs, requestTimeoutMs);
    return answeredMs === undefined
      ? { atMs, tookMs: requestTimeoutMs, outcome: "timeout" }
      : { atMs, tookMs: answeredMs, outcome: "ok" };
  }
}

interface Waiting {
  readonly atMs: number;
  readonly tookMs: number;
  readonly outcome: "ok" | "timeout";
}

function scheduleOf({ scenario, ratePerS, durationS, warmupS, warmupRatePerS, seed }: Assignment): Schedule {
  const load = findScenario(scenario).load({ ratePerS, durationS });
  if (load.kind !== "open") throw new Error("it knows open loads only");
  return new Schedule(withWarmUp(load, warmupS, warmupRatePerS), seed, { index: 0, count: 1 });
}
