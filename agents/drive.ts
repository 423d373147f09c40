/** One drive: load from one common start instant until everything is answered or given up. */
import type { Clock } from "../base/clock.ts";
import { Failure, sentenceOf } from "../base/failure.ts";
import type { Share } from "../load/share.ts";
import { withWarmUp } from "../load/warm-up.ts";
import type { Interval } from "../metrics/interval.ts";
import { type Booked, bookOf, type Outcome } from "../metrics/outcome.ts";
import { Recorder } from "../metrics/recorder.ts";
import type { Answer, Scenario, Shape, World } from "../scenarios/scenario.ts";
import { type Arrivals, arrivalsOf } from "./arrivals.ts";
import { DueHeap } from "./due-heap.ts";
import { Pacer, type Source } from "./pacer.ts";
import { Script } from "./script.ts";
import { Seconds, type VitalSigns } from "./seconds.ts";
import type { Sender } from "./senders/sender.ts";
import { Crowd, CrowdShopper } from "./shoppers.ts";
import { Visit, type VisitHost } from "./visit.ts";

/** Everything about a drive that is decided by the controller. */
export interface DriveOrder {
  readonly drive: number;
  readonly scenario: Scenario;
  readonly shape: Shape;
  readonly seed: number;
  readonly share: Share;
  /** Load before the measured part; its arrivals have the lowest numbers. */
  readonly warmupS: number;
  /** How long after the end answers are waited for. Below the request time-out, some stay in flight. */
  readonly drainS: number;
  /** Requests waiting or in flight at which further ones are dropped. */
  readonly maxInFlight: number;
  readonly world: World;
}

export interface DriveTools {
  readonly sender: Sender;
  readonly clock: Clock;
  readonly vitals: VitalSigns;
  /** See the pacer. */
  readonly grainMs?: number;
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

/** Closed loads: a shopper who was turned away by ourselves comes again after this long. */
const turnedAwayMs = 1000;

/** Make it, `run` it once, perhaps `stop` it. The sender belongs to the caller, who closes it afterwards. */
export class Drive implements VisitHost {
  readonly #order: DriveOrder;
  readonly #tools: DriveTools;
  readonly #script: Script;
  readonly #crowd: Crowd;
  readonly #recorder: Recorder;
  readonly #arrivals: Arrivals;
  readonly #seconds: Seconds;
  readonly #followUps = new DueHeap<Visit>();
  readonly #milestone: Source & { nextMs: number };
  readonly #pacer: Pacer;
  /** All ever made; those that rest are in `#resting` too. */
  readonly #visits: Visit[] = [];
  readonly #resting: Visit[] = [];
  #startMs = 0;
  #endMs = Number.POSITIVE_INFINITY;
  #isEnded = false;
  #isDone = false;
  #cutShort = 0;
  #because = "all of it was driven";
  #judgeFaults = 0;
  #firstJudgeFault = "";
  #resolve: (end: DriveEnd) => void = () => {};
  #reject: (error: unknown) => void = () => {};

  constructor(order: DriveOrder, tools: DriveTools) {
    this.#order = order;
    this.#tools = tools;
    const { scenario, shape, warmupS, seed, share, world } = order;
    this.#script = new Script(scenario, shape, warmupS);
    this.#crowd = new Crowd(seed, world, scenario.popularity);
    this.#recorder = new Recorder({
      drive: order.drive,
      operations: this.#script.operations.map(({ name }) => name),
    });
    const load = withWarmUp(scenario.load(shape), warmupS);
    this.#arrivals = arrivalsOf(load, seed, share, (arrival, atS, plannedMs, seat) => {
      const visit = this.#resting.pop() ?? this.#newVisit();
      visit.seat = seat;
      this.#guarded(() => this.#arrive(visit, arrival, atS, plannedMs));
    });
    this.#seconds = new Seconds({
      clock: tools.clock,
      recorder: this.#recorder,
      gauges: tools.sender,
      vitals: tools.vitals,
      phaseOf: (second) => this.#script.phaseOf(second),
      emit: (interval) => tools.emit(interval),
    });
    this.#milestone = { nextMs: Number.POSITIVE_INFINITY, release: () => this.#reachMilestone() };
    const followUps = this.#followUps;
    const followUp: Source = {
      get nextMs() {
        return followUps.nextMs;
      },
      release: () => this.#followUp(),
    };
    this.#pacer = new Pacer(
      tools.clock,
      // A second ends before what is planned for that very instant, and the drive after it.
      [this.#seconds, this.#arrivals, followUp, this.#milestone],
      tools.grainMs === undefined ? {} : { grainMs: tools.grainMs },
    );
  }

  /**
   * Drives; second 0 begins at `startMs` of the clock.
   * @throws {Failure} `usage` when the scenario itself breaks
   */
  run(startMs: number): Promise<DriveEnd> {
    const { warmupS, shape } = this.#order;
    this.#startMs = startMs;
    this.#endMs = startMs + (warmupS + shape.durationS) * 1000;
    if (this.#isDone) return Promise.resolve({ intervals: 0, cutShort: 0, because: this.#because });
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.#seconds.begin(startMs);
      this.#arrivals.begin(startMs);
      this.#milestone.nextMs = this.#endMs;
      this.#pacer.start();
    });
  }

  /** Ends it early: nothing new is planned, what is not fired is dropped, what is in flight has a second left. */
  stop(because: string): void {
    if (this.#isDone) return;
    const nowMs = this.#tools.clock.nowMs();
    this.#because = because;
    this.#endMs = Math.min(this.#endMs, nowMs);
    this.#milestone.nextMs = Math.min(
      nowMs + graceMs,
      this.#isEnded ? this.#milestone.nextMs : Number.POSITIVE_INFINITY,
    );
    this.#end();
    for (let visit = this.#followUps.pop(); visit !== undefined; visit = this.#followUps.pop()) {
      if (visit.doing !== undefined) this.#cutShort++;
      this.#rest(visit);
    }
    this.#tools.sender.dropWaiting();
    this.#finishWhenIdle();
    this.#pacer.nudge();
  }

  // What the visits hear from the sender.

  visitFired(visit: Visit, atMs: number, waitedMs: number): void {
    if (this.#isDone) return;
    visit.whereabouts = "fired";
    visit.firedMs = atMs;
    const slipMs = Math.max(0, atMs - visit.plannedMs - waitedMs);
    this.#recorder.fired(this.#secondOf(atMs), slipMs * 1000, waitedMs * 1000);
  }

  visitAnswered(visit: Visit, answer: Answer, atMs: number): void {
    if (this.#isDone) return;
    this.#guarded(() => this.#settle(visit, this.#judged(visit, answer), true, atMs));
  }

  visitFailed(visit: Visit, how: "timeout" | "disconnected", isSent: boolean, atMs: number): void {
    if (this.#isDone) return;
    if (visit.whereabouts !== "fired") this.#recorder.fired(this.#secondOf(atMs), -1, -1);
    this.#guarded(() => this.#settle(visit, how, isSent, atMs));
  }

  visitDropped(visit: Visit, atMs: number): void {
    if (this.#isDone) return;
    const second = this.#secondOf(atMs);
    this.#recorder.dropped(second);
    this.#book(visit, "never-sent", second);
    this.#leave(visit, atMs + turnedAwayMs);
  }

  visitImpossible(visit: Visit, because: string): void {
    this.#break(new Error(`operation "${visit.doing?.name}" cannot be sent: ${because}`));
  }

  #arrive(visit: Visit, arrival: number, atS: number, plannedMs: number): void {
    visit.shopper.arrive(arrival);
    const what = this.#script.draw(atS, visit.shopper.chance);
    if (typeof what === "function") {
      visit.journey = what(visit.shopper);
      this.#step(visit, plannedMs, undefined);
    } else {
      visit.doing = what;
      this.#ask(visit, plannedMs);
    }
  }

  /** On to the next step of a journey, `outcome` being that of the step before. */
  #step(visit: Visit, fromMs: number, outcome: Outcome | undefined): void {
    const journey = visit.journey!;
    const step = outcome === undefined ? journey.next() : journey.next(outcome);
    if (step.done) {
      this.#leave(visit, fromMs);
      return;
    }
    visit.doing = this.#script.operation(step.value.operation);
    const atMs = fromMs + (step.value.afterS ?? 0) * 1000;
    if (atMs >= this.#endMs) {
      this.#cutShort++;
      this.#leave(visit, fromMs);
    } else if (outcome === undefined && atMs === fromMs) {
      this.#ask(visit, atMs);
    } else {
      this.#followUps.push(atMs, visit);
      this.#pacer.nudge();
    }
  }

  #followUp(): void {
    const plannedMs = this.#followUps.nextMs;
    const visit = this.#followUps.pop()!;
    this.#guarded(() => {
      if (visit.doing !== undefined) return this.#ask(visit, plannedMs);
      const atS = (plannedMs - this.#startMs) / 1000;
      const arrival = this.#arrivals.again(visit.seat, atS);
      if (arrival < 0) this.#rest(visit);
      else this.#arrive(visit, arrival, atS, plannedMs);
    });
  }

  #ask(visit: Visit, plannedMs: number): void {
    const { sender, clock } = this.#tools;
    const { operation } = visit.doing!;
    visit.plannedMs = plannedMs;
    visit.whereabouts = "waiting";
    this.#recorder.planned(this.#secondOf(plannedMs));
    if (operation.attempts === true) {
      visit.shopper.newAttempt();
      visit.openAttempt = visit.shopper.attempt;
    }
    if (sender.inFlight + sender.waiting >= this.#order.maxInFlight) {
      this.visitDropped(visit, clock.nowMs());
    } else {
      sender.send(operation.request(visit.shopper), visit);
    }
  }

  #judged(visit: Visit, answer: Answer): Outcome {
    const { judge } = visit.doing!.operation;
    if (judge === undefined) return answer.status >= 200 && answer.status < 400 ? "ok" : "error";
    try {
      return judge(answer, visit.shopper);
    } catch (error) {
      // The answer was not what the judge could read. Counted, and said at the end, in case it is the judge's fault.
      this.#judgeFaults++;
      this.#firstJudgeFault ||= `"${visit.doing!.name}": ${sentenceOf(error)}`;
      return "wrong";
    }
  }

  #settle(visit: Visit, outcome: Outcome, isSent: boolean, atMs: number): void {
    const second = this.#secondOf(atMs);
    this.#recorder.settled(
      second,
      this.#secondOf(visit.plannedMs),
      visit.doing!.index,
      outcome,
      (atMs - visit.plannedMs) * 1000,
      isSent ? (atMs - visit.firedMs) * 1000 : -1,
    );
    this.#book(visit, bookOf(outcome, isSent), second);
    if (visit.journey === undefined) this.#leave(visit, atMs);
    else this.#step(visit, atMs, outcome);
  }

  #book(visit: Visit, booked: Booked, second: number): void {
    visit.whereabouts = "nowhere";
    if (visit.openAttempt < 0) return;
    this.#recorder.attempt(second, visit.openAttempt, booked);
    visit.openAttempt = -1;
  }

  /** The visit is over; in a closed load the shopper comes again at `atMs`. */
  #leave(visit: Visit, atMs: number): void {
    if (visit.seat < 0 || atMs >= this.#endMs) {
      this.#rest(visit);
      return;
    }
    visit.journey = undefined;
    visit.doing = undefined;
    this.#followUps.push(atMs, visit);
    this.#pacer.nudge();
  }

  #rest(visit: Visit): void {
    visit.journey = undefined;
    visit.doing = undefined;
    this.#resting.push(visit);
    this.#finishWhenIdle();
  }

  #newVisit(): Visit {
    const visit = new Visit(new CrowdShopper(this.#crowd), this);
    this.#visits.push(visit);
    return visit;
  }

  #reachMilestone(): void {
    if (this.#isEnded) {
      this.#giveUp();
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

  /** Nobody waits any longer. What is in flight stays so in the counts: we know no more about it. */
  #giveUp(): void {
    const second = this.#secondOf(this.#tools.clock.nowMs());
    for (const visit of this.#visits) {
      if (visit.whereabouts === "fired") this.#book(visit, "indeterminate", second);
    }
    this.#tools.sender.dropWaiting();
    this.#finish();
  }

  #finishWhenIdle(): void {
    if (this.#isEnded && this.#resting.length === this.#visits.length) this.#finish();
  }

  #finish(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#pacer.stop();
    this.#seconds.finish(this.#tools.clock.nowMs(), (intervals) =>
      this.#resolve({ intervals, cutShort: this.#cutShort, because: this.#reasons() }),
    );
  }

  #reasons(): string {
    if (this.#judgeFaults === 0) return this.#because;
    return `${this.#because}; ${this.#judgeFaults} answers could not be judged, the first at ${this.#firstJudgeFault}`;
  }

  #secondOf(atMs: number): number {
    return Math.max(0, Math.floor((atMs - this.#startMs) / 1000));
  }

  /** Runs what calls the scenario's own code. */
  #guarded(what: () => void): void {
    try {
      what();
    } catch (error) {
      this.#break(error);
    }
  }

  #break(error: unknown): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#pacer.stop();
    const { name } = this.#order.scenario;
    this.#reject(
      new Failure("usage", `scenario "${name}" broke: ${sentenceOf(error)}`, {
        hint: "it is code: this is for whoever wrote it",
        cause: error,
      }),
    );
  }
}
