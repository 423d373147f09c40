/** One drive: load from one common start instant until everything is answered or given up. */
import type { Clock } from "../base/clock.ts";
import { Failure, sentenceOf } from "../base/failure.ts";
import type { Share } from "../load/share.ts";
import { withWarmUp } from "../load/warm-up.ts";
import type { Interval } from "../metrics/interval.ts";
import { Recorder } from "../metrics/recorder.ts";
import { TenthCounts } from "../metrics/tenths.ts";
import type { Scenario, Shape, World } from "../scenarios/scenario.ts";
import { type Arrivals, arrivalsOf } from "./arrivals.ts";
import { Pacer, type Source } from "./pacer.ts";
import { Script } from "./script.ts";
import { Seconds, type VitalSigns } from "./seconds.ts";
import type { Sender } from "./senders/sender.ts";
import { Crowd } from "./shoppers.ts";
import { Visits } from "./visits.ts";

/** Everything about a drive that is decided by the controller. */
export interface DriveOrder {
  readonly drive: number;
  readonly scenario: Scenario;
  readonly shape: Shape;
  readonly seed: number;
  readonly share: Share;
  /** Load before the measured part; its arrivals have the lowest numbers. */
  readonly warmupS: number;
  /** Arrivals per second of that; absent: as in the first second of the measured part. */
  readonly warmupRatePerS?: number;
  /** How long after the end answers are waited for. Below the request time-out, some stay in flight. */
  readonly drainS: number;
  /** Requests waiting or in flight at which further ones are dropped. */
  readonly maxInFlight: number;
  readonly world: World;
  /** Present: requests are counted by tenths of a second too, and a good answer that takes longer is none. */
  readonly goodWithinMs?: number;
}

export interface DriveTools {
  readonly sender: Sender;
  readonly clock: Clock;
  readonly vitals: VitalSigns;
  /** See the pacer for both. */
  readonly grainMs?: number;
  readonly spinBelowMs?: number;
  /** Called for every second from 0, in order, without holes. */
  emit(interval: Interval): void;
}

export interface DriveEnd {
  readonly intervals: number;
  /** Journeys that would have gone on after the end. */
  readonly cutShort: number;
  /** Why it ended, and what was strange about it. */
  readonly because: string;
}

/** After a stop, what is in flight is waited for this long. */
const graceMs = 1000;

/** Make it, `run` it once, perhaps `stop` it. The sender belongs to the caller, who closes it afterwards. */
export class Drive {
  readonly #order: DriveOrder;
  readonly #clock: Clock;
  readonly #arrivals: Arrivals;
  readonly #visits: Visits;
  readonly #sender: Sender;
  readonly #seconds: Seconds;
  /** The end of the load, then the end of all waiting. */
  readonly #milestone: Source & { nextMs: number };
  readonly #pacer: Pacer;
  #endMs = Number.POSITIVE_INFINITY;
  #isEnded = false;
  #isDone = false;
  #because = "all of it was driven";
  #resolve: (end: DriveEnd) => void = () => {};
  #reject: (error: unknown) => void = () => {};

  constructor(order: DriveOrder, tools: DriveTools) {
    const { scenario, shape, warmupS, seed, share, world, maxInFlight, drive } = order;
    const { sender, clock, vitals, grainMs = 0, spinBelowMs = 0, emit } = tools;
    this.#order = order;
    this.#sender = sender;
    this.#clock = clock;
    const script = new Script(scenario, shape, warmupS);
    const { goodWithinMs } = order;
    const fine = goodWithinMs === undefined ? {} : { tenths: new TenthCounts(goodWithinMs) };
    const operations = script.operations.map(({ name }) => name);
    const recorder = new Recorder({ drive, operations, ...fine });
    this.#visits = new Visits({
      script,
      recorder,
      ...fine,
      sender,
      clock,
      maxInFlight,
      crowd: new Crowd(seed, world, scenario.popularity),
      again: (seat, atS) => this.#arrivals.again(seat, atS),
      onPlanned: () => this.#pacer.nudge(),
      onAwake: (nowMs) => this.#pacer.awake(nowMs),
      onIdle: () => this.#finishWhenIdle(),
      onBroken: (error) => this.#break(error),
    });
    const load = withWarmUp(scenario.load(shape), warmupS, order.warmupRatePerS);
    this.#arrivals = arrivalsOf(load, seed, share, (arrival, atS, plannedMs, seat) =>
      this.#visits.arrive(arrival, atS, plannedMs, seat),
    );
    const phaseOf = (second: number) => script.phaseOf(second);
    this.#seconds = new Seconds({
      ...{ clock, recorder, gauges: sender, vitals, phaseOf, emit },
      takeSpunMs: () => this.#pacer.takeSpunMs(),
    });
    this.#milestone = { nextMs: Number.POSITIVE_INFINITY, release: () => this.#reachMilestone() };
    this.#pacer = new Pacer(
      clock,
      // A second ends before what is planned for that very instant, and the drive after it.
      [this.#seconds, this.#arrivals, this.#visits, this.#milestone],
      { grainMs, spinBelowMs },
    );
  }

  /**
   * Drives; second 0 begins at `startMs` of the clock.
   * @throws {Failure} `usage` when the scenario itself breaks
   */
  run(startMs: number): Promise<DriveEnd> {
    if (this.#isDone) return Promise.resolve({ intervals: 0, cutShort: 0, because: this.#because });
    const { warmupS, shape } = this.#order;
    this.#endMs = startMs + (warmupS + shape.durationS) * 1000;
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.#seconds.begin(startMs);
      this.#arrivals.begin(startMs);
      this.#visits.begin(startMs, this.#endMs);
      this.#milestone.nextMs = this.#endMs;
      this.#pacer.start();
    });
  }

  /** Ends it early: nothing new is planned, what is not fired is dropped, what is in flight has a second left. */
  stop(because: string): void {
    if (this.#isDone) return;
    const nowMs = this.#clock.nowMs();
    const waitUntilMs = this.#isEnded ? this.#milestone.nextMs : Number.POSITIVE_INFINITY;
    this.#because = because;
    this.#milestone.nextMs = Math.min(nowMs + graceMs, waitUntilMs);
    this.#end();
    this.#visits.cut(nowMs);
    this.#finishWhenIdle();
    this.#pacer.nudge();
  }

  #reachMilestone(): void {
    if (this.#isEnded) {
      this.#visits.giveUp(this.#clock.nowMs());
      this.#finish();
      return;
    }
    this.#milestone.nextMs = this.#endMs + this.#order.drainS * 1000;
    this.#end();
    this.#finishWhenIdle();
  }

  #end(): void {
    this.#isEnded = true;
    this.#arrivals.end();
  }

  #finishWhenIdle(): void {
    if (this.#isEnded && this.#visits.isIdle) this.#finish();
  }

  #finish(): void {
    if (this.#isDone) return;
    this.#close();
    this.#seconds.finish(this.#clock.nowMs(), (intervals) => {
      const { cutShort, oddity } = this.#visits;
      const because = [this.#because, oddity, this.#sender.oddity]
        .filter((words) => words !== undefined)
        .join("; ");
      this.#resolve({ intervals, cutShort, because });
    });
  }

  #break(error: unknown): void {
    if (this.#isDone) return;
    this.#close();
    const { name } = this.#order.scenario;
    this.#reject(
      new Failure("usage", `scenario "${name}" broke: ${sentenceOf(error)}`, {
        hint: "it is code: this is for whoever wrote it",
        cause: error,
      }),
    );
  }

  #close(): void {
    this.#isDone = true;
    this.#pacer.stop();
    this.#visits.close();
  }
}
