/** What happens to the visits of a drive: they arrive, ask, are answered, think, ask again, and leave. */
import type { Clock } from "../base/clock.ts";
import { sentenceOf } from "../base/failure.ts";
import { type Booked, bookOf, type Outcome } from "../metrics/outcome.ts";
import type { Recorder } from "../metrics/recorder.ts";
import { type TenthCounts, tenthOf } from "../metrics/tenths.ts";
import type { Answer } from "../scenarios/scenario.ts";
import type { Arrivals } from "./arrivals.ts";
import { DueHeap } from "./due-heap.ts";
import type { Source } from "./pacer.ts";
import type { Script } from "./script.ts";
import type { Sender } from "./senders/sender.ts";
import { type Crowd, CrowdShopper } from "./shoppers.ts";
import { Visit, type VisitHost } from "./visit.ts";

export interface VisitsOptions {
  readonly script: Script;
  readonly crowd: Crowd;
  readonly recorder: Recorder;
  /** Absent: nobody asked for it. */
  readonly tenths?: TenthCounts;
  readonly sender: Sender;
  readonly clock: Clock;
  /** Requests waiting or in flight at which further ones are dropped. */
  readonly maxInFlight: number;
  /** Closed loads: number of the next arrival on a seat, -1 when there is none. */
  readonly again: Arrivals["again"];
  /** A follow-up was planned that may be earlier than any before. */
  onPlanned(): void;
  /** The loop is awake, because an answer came at `nowMs`. */
  onAwake(nowMs: number): void;
  /** The last visit under way has left. */
  onIdle(): void;
  /** The scenario's own code threw, or asked for what cannot be. */
  onBroken(error: unknown): void;
}

/** Closed loads: a shopper who was turned away by ourselves comes again after this long. */
const turnedAwayMs = 1000;

/** Characters of a judge's complaint that are passed on. */
const saidAtMost = 200;

/** As a source it holds the follow-up steps that are due later. */
export class Visits implements Source, VisitHost {
  readonly #options: VisitsOptions;
  readonly #followUps = new DueHeap<Visit>();
  /** All ever made; those that rest are in `#resting` too. */
  readonly #all: Visit[] = [];
  readonly #resting: Visit[] = [];
  #startMs = 0;
  #endMs = Number.POSITIVE_INFINITY;
  #isClosed = false;
  #cutShort = 0;
  #judgeFaults = 0;
  #firstJudgeFault = "";

  constructor(options: VisitsOptions) {
    this.#options = options;
  }

  /** Instant of the next follow-up. */
  get nextMs(): number {
    return this.#followUps.nextMs;
  }

  /** Whether nobody is under way. */
  get isIdle(): boolean {
    return this.#resting.length === this.#all.length;
  }

  /** Journeys that would have gone on after the end. */
  get cutShort(): number {
    return this.#cutShort;
  }

  /** What was strange about the answers, as one sentence on one line; undefined when nothing was. */
  get oddity(): string | undefined {
    if (this.#judgeFaults === 0) return undefined;
    const answers = this.#judgeFaults === 1 ? "1 answer" : `${this.#judgeFaults} answers`;
    return `${answers} could not be judged, the first at ${this.#firstJudgeFault}`;
  }

  /** Second 0 begins at `startMs`; nothing is planned at or after `endMs`. */
  begin(startMs: number, endMs: number): void {
    this.#startMs = startMs;
    this.#endMs = endMs;
  }

  /** Arrival number `arrival` comes, planned at `atS` on the drive's axis, `plannedMs` on the clock. */
  arrive(arrival: number, atS: number, plannedMs: number, seat: number): void {
    const visit = this.#resting.pop() ?? this.#newVisit();
    visit.seat = seat;
    try {
      this.#arrive(visit, arrival, atS, plannedMs);
    } catch (error) {
      this.#options.onBroken(error);
    }
  }

  /** A follow-up is due. */
  release(): void {
    const plannedMs = this.#followUps.nextMs;
    const visit = this.#followUps.pop()!;
    try {
      if (visit.doing !== undefined) this.#ask(visit, plannedMs);
      else this.#comeAgain(visit, plannedMs);
    } catch (error) {
      this.#options.onBroken(error);
    }
  }

  /** Nothing more is planned from now on; what has not been fired is dropped. */
  cut(nowMs: number): void {
    this.#endMs = Math.min(this.#endMs, nowMs);
    for (let visit = this.#followUps.pop(); visit !== undefined; visit = this.#followUps.pop()) {
      if (visit.doing !== undefined) this.#cutShort++;
      this.#rest(visit);
    }
    this.#options.sender.dropWaiting();
  }

  /** Nobody waits any longer. What is in flight stays so in the counts: we know no more about it. */
  giveUp(nowMs: number): void {
    const second = this.secondOf(nowMs);
    for (const visit of this.#all) {
      if (visit.whereabouts === "fired") this.#book(visit, "indeterminate", second);
    }
    this.#options.sender.dropWaiting();
  }

  /** Nothing is recorded after this. */
  close(): void {
    this.#isClosed = true;
  }

  secondOf(atMs: number): number {
    return Math.max(0, Math.floor((atMs - this.#startMs) / 1000));
  }

  // What the visits hear from the sender.

  visitFired(visit: Visit, atMs: number, waitedMs: number): void {
    if (this.#isClosed) return;
    visit.whereabouts = "fired";
    visit.firedMs = atMs;
    const slipMs = Math.max(0, atMs - visit.plannedMs - waitedMs);
    this.#options.recorder.fired(this.secondOf(atMs), slipMs * 1000, waitedMs * 1000);
  }

  visitAnswered(visit: Visit, answer: Answer, atMs: number): void {
    if (this.#isClosed) return;
    this.#settle(visit, this.#judged(visit, answer), true, atMs);
    this.#options.onAwake(atMs);
  }

  visitFailed(visit: Visit, how: "timeout" | "disconnected", isSent: boolean, atMs: number): void {
    if (this.#isClosed) return;
    if (visit.whereabouts !== "fired") this.#options.recorder.fired(this.secondOf(atMs), -1, -1);
    this.#settle(visit, how, isSent, atMs);
  }

  visitDropped(visit: Visit, atMs: number): void {
    if (this.#isClosed) return;
    const second = this.secondOf(atMs);
    this.#options.recorder.dropped(second);
    this.#book(visit, "never-sent", second);
    this.#leave(visit, atMs + turnedAwayMs);
  }

  visitImpossible(visit: Visit, because: string): void {
    this.#options.onBroken(new Error(`operation "${visit.doing?.name}" cannot be sent: ${because}`));
  }

  #arrive(visit: Visit, arrival: number, atS: number, plannedMs: number): void {
    visit.shopper.arrive(arrival);
    const what = this.#options.script.draw(atS, visit.shopper.chance);
    if (typeof what === "function") {
      visit.journey = what(visit.shopper);
      this.#step(visit, plannedMs, undefined);
    } else {
      visit.doing = what;
      this.#ask(visit, plannedMs);
    }
  }

  #comeAgain(visit: Visit, plannedMs: number): void {
    const atS = (plannedMs - this.#startMs) / 1000;
    const arrival = this.#options.again(visit.seat, atS);
    if (arrival < 0) this.#rest(visit);
    else this.#arrive(visit, arrival, atS, plannedMs);
  }

  /** On to the next step of a journey, `outcome` being that of the step before. */
  #step(visit: Visit, fromMs: number, outcome: Outcome | undefined): void {
    const journey = visit.journey!;
    const step = outcome === undefined ? journey.next() : journey.next(outcome);
    if (step.done) {
      this.#leave(visit, fromMs);
      return;
    }
    visit.doing = this.#options.script.operation(step.value.operation);
    const atMs = fromMs + (step.value.afterS ?? 0) * 1000;
    if (atMs >= this.#endMs) {
      this.#cutShort++;
      // Home, also in a closed load: coming again at once, and again, would be a storm in the last moments.
      this.#rest(visit);
    } else if (outcome === undefined && atMs === fromMs) {
      this.#ask(visit, atMs);
    } else {
      this.#plan(visit, atMs);
    }
  }

  #ask(visit: Visit, plannedMs: number): void {
    const { sender, clock, recorder, tenths, maxInFlight } = this.#options;
    const { operation } = visit.doing!;
    visit.plannedMs = plannedMs;
    visit.whereabouts = "waiting";
    recorder.planned(this.secondOf(plannedMs));
    tenths?.planned(tenthOf(plannedMs - this.#startMs));
    if (operation.attempts === true) {
      visit.shopper.newAttempt();
      visit.openAttempt = visit.shopper.attempt;
    }
    if (sender.inFlight + sender.waiting >= maxInFlight) this.visitDropped(visit, clock.nowMs());
    else sender.send(operation.request(visit.shopper), visit);
  }

  #judged(visit: Visit, answer: Answer): Outcome {
    const { judge } = visit.doing!.operation;
    if (judge === undefined) return answer.status >= 200 && answer.status < 400 ? "ok" : "error";
    try {
      return judge(answer, visit.shopper);
    } catch (error) {
      // The answer was not what the judge could read. Counted, and said at the end, in case it is the judge's fault.
      this.#judgeFaults++;
      this.#firstJudgeFault ||= `"${visit.doing!.name}": ${oneLine(sentenceOf(error))}`;
      return "wrong";
    }
  }

  #settle(visit: Visit, outcome: Outcome, isSent: boolean, atMs: number): void {
    const second = this.secondOf(atMs);
    const { recorder, tenths } = this.#options;
    const { plannedMs } = visit;
    recorder.settled(
      second,
      this.secondOf(plannedMs),
      visit.doing!.index,
      outcome,
      (atMs - plannedMs) * 1000,
      isSent ? (atMs - visit.firedMs) * 1000 : -1,
    );
    tenths?.settled(tenthOf(plannedMs - this.#startMs), outcome, atMs - plannedMs);
    this.#book(visit, bookOf(outcome, isSent), second);
    if (visit.shopper.hasSeen)
      visit.shopper.takeSeen((guarantee, isKept) => this.#options.recorder.looked(second, guarantee, isKept));
    try {
      if (visit.journey === undefined) this.#leave(visit, atMs);
      else this.#step(visit, atMs, outcome);
    } catch (error) {
      this.#options.onBroken(error);
    }
  }

  #book(visit: Visit, booked: Booked, second: number): void {
    visit.whereabouts = "nowhere";
    if (visit.openAttempt < 0) return;
    this.#options.recorder.attempt(second, visit.openAttempt, booked);
    visit.openAttempt = -1;
  }

  /** The visit is over; in a closed load the shopper comes again at `atMs`. */
  #leave(visit: Visit, atMs: number): void {
    visit.journey = undefined;
    visit.doing = undefined;
    if (visit.seat < 0 || atMs >= this.#endMs) this.#rest(visit);
    else this.#plan(visit, atMs);
  }

  #plan(visit: Visit, atMs: number): void {
    this.#followUps.push(atMs, visit);
    this.#options.onPlanned();
  }

  #rest(visit: Visit): void {
    visit.journey = undefined;
    visit.doing = undefined;
    this.#resting.push(visit);
    if (this.isIdle) this.#options.onIdle();
  }

  #newVisit(): Visit {
    const visit = new Visit(new CrowdShopper(this.#options.crowd), this);
    this.#all.push(visit);
    return visit;
  }
}

/** A judge's complaint may quote the answer, line breaks and all. */
function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length <= saidAtMost ? line : `${line.slice(0, saidAtMost - 1)}…`;
}
