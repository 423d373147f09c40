/** Counts what one agent sees, second by second, and hands over one interval a second. Memory does not grow with requests. */

import type { Guarantee } from "./guarantee.ts";
import type { AgentHealth, AttemptOutcome, Counts, Interval, LatencyDelta } from "./interval.ts";
import { Latency } from "./latency.ts";
import { LookCounts } from "./look-counts.ts";
import { type Booked, isAnswered, type Outcome, outcomes } from "./outcome.ts";
import type { TenthCounts, TenthsDelta } from "./tenths.ts";

/** What a second needs besides the requests: how the agent itself is doing. */
export type Vitals = Omit<AgentHealth, "slip" | "connectionWait">;

/** What the sender holds at this moment, by its own count; the recorder's counts are checked against it later. */
export interface Gauges {
  readonly inFlight: number;
  readonly waiting: number;
}

/** A second that is over. Packing it costs 1 to 50 us per histogram, of which there may be many, so it is done in steps. */
export interface ClosedSecond {
  /** Encodes one histogram pair; false when none is left. */
  encodeOne(): boolean;
  /** Encodes what is left and gives the memory back. Call it once. */
  interval(phase: string, vitals: Vitals): Interval;
}

export interface RecorderOptions {
  readonly drive: number;
  readonly operations: readonly string[];
  /** Filled by whoever plans and settles; taken with every second. Absent: nobody asked for it. */
  readonly tenths?: TenthCounts;
}

/** Numbers of `Outcome`, for arrays. */
const outcomeIndex = new Map(outcomes.map((outcome, index) => [outcome, index] as const));

/**
 * Each event is entered under the second it belongs to: `planned` under the planned second, everything else under the
 * second in which it happened. A late loop therefore cannot move an event into another second. Events for a second that
 * is already closed go into the oldest open one, so that nothing is lost.
 */
export class Recorder {
  readonly #drive: number;
  readonly #operations: readonly string[];
  readonly #tenths: TenthCounts | undefined;
  readonly #books = new Map<number, Book>();
  #firstOpen = 0;
  #latest: Book;

  constructor({ drive, operations, tenths }: RecorderOptions) {
    this.#drive = drive;
    this.#operations = operations;
    this.#tenths = tenths;
    this.#latest = this.#book(0);
  }

  planned(second: number): void {
    this.#at(second).planned++;
  }

  /**
   * `slipUs`: how late we were; `connectionWaitUs`: how long a due request waited for a connection. `slipUs` below 0: it
   * was counted, but never reached a connection, so there is neither.
   */
  fired(second: number, slipUs: number, connectionWaitUs: number): void {
    const book = this.#at(second);
    book.fired++;
    if (slipUs < 0) return;
    book.slip.record(slipUs);
    book.connectionWait.record(connectionWaitUs);
  }

  dropped(second: number): void {
    this.#at(second).dropped++;
  }

  /** `operation` is an index into the operations given at the start. `serviceUs` below 0: it was never sent. */
  settled(
    second: number,
    plannedSecond: number,
    operation: number,
    outcome: Outcome,
    responseUs: number,
    serviceUs: number,
  ): void {
    const book = this.#at(second);
    if (isAnswered(outcome)) book.completed++;
    else book.failed++;
    const tally = book.tally(plannedSecond, operation, this.#operations.length);
    tally.outcomes[outcomeIndex.get(outcome)!]!++;
    tally.response.record(responseUs);
    if (serviceUs >= 0) tally.service.record(serviceUs);
  }

  attempt(second: number, attempt: number, booked: Booked): void {
    this.#at(second).attempts.push({ attempt, booked });
  }

  /** An answer that came in this second showed whether a guarantee was kept. */
  looked(second: number, guarantee: Guarantee, isKept: boolean): void {
    const book = this.#at(second);
    book.looks ??= new LookCounts();
    book.looks.add(guarantee, isKept);
  }

  /** Whether nothing has been entered under this second. */
  isBlank(second: number): boolean {
    return this.#books.get(second)?.isBlank ?? true;
  }

  /** Ends the oldest open second, which must be `second`. */
  close(second: number, gauges: Gauges): ClosedSecond {
    if (second !== this.#firstOpen)
      throw new Error(`second ${second} closed before second ${this.#firstOpen}`);
    const book = this.#book(second);
    this.#books.delete(second);
    this.#firstOpen++;
    let inFlight = gauges.inFlight;
    let waiting = gauges.waiting;
    // The gauges are of now; what happened after the second's end is taken back.
    for (const later of this.#books.values()) {
      inFlight += later.completed + later.failed - later.fired;
      waiting += later.fired + later.dropped - later.planned;
    }
    this.#latest = this.#book(this.#firstOpen);
    const { planned, fired, completed, failed, dropped } = book;
    const counts: Counts = { planned, fired, completed, failed, dropped, inFlight, waiting };
    const tenths = this.#tenths?.take() ?? [];
    return new Closed(book, { drive: this.#drive, second, counts, operations: this.#operations, tenths });
  }

  #at(second: number): Book {
    if (second === this.#latest.second) return this.#latest;
    this.#latest = this.#book(Math.max(second, this.#firstOpen));
    return this.#latest;
  }

  #book(second: number): Book {
    let book = this.#books.get(second);
    if (book === undefined) {
      book = new Book(second);
      this.#books.set(second, book);
    }
    return book;
  }
}

/** Everything entered under one second. */
class Book {
  readonly second: number;
  planned = 0;
  fired = 0;
  completed = 0;
  failed = 0;
  dropped = 0;
  readonly slip = Latency.blank();
  readonly connectionWait = Latency.blank();
  readonly attempts: AttemptOutcome[] = [];
  looks: LookCounts | undefined;
  readonly tallies = new Map<number, Tally>();

  constructor(second: number) {
    this.second = second;
  }

  get isBlank(): boolean {
    return this.planned + this.fired + this.dropped + this.tallies.size + this.attempts.length === 0;
  }

  tally(plannedSecond: number, operation: number, operations: number): Tally {
    const key = plannedSecond * operations + operation;
    let tally = this.tallies.get(key);
    if (tally === undefined) {
      tally = new Tally(plannedSecond, operation);
      this.tallies.set(key, tally);
    }
    return tally;
  }
}

/** One planned second and operation within a book. */
class Tally {
  readonly plannedSecond: number;
  readonly operation: number;
  readonly outcomes = new Uint32Array(outcomes.length);
  readonly response = Latency.blank();
  readonly service = Latency.blank();

  constructor(plannedSecond: number, operation: number) {
    this.plannedSecond = plannedSecond;
    this.operation = operation;
  }
}

interface AboutClosed extends Pick<Interval, "drive" | "second" | "counts"> {
  readonly operations: readonly string[];
  readonly tenths: readonly TenthsDelta[];
}

class Closed implements ClosedSecond {
  readonly #book: Book;
  readonly #about: AboutClosed;
  readonly #left: Tally[];
  readonly #latencies: LatencyDelta[] = [];

  constructor(book: Book, about: AboutClosed) {
    this.#book = book;
    this.#about = about;
    // Popped from the end, so the greatest first: the entries come out in order of planned second and operation.
    this.#left = [...book.tallies.values()].sort(
      (a, b) =>
        b.plannedSecond - a.plannedSecond ||
        compare(about.operations[b.operation]!, about.operations[a.operation]!),
    );
  }

  encodeOne(): boolean {
    const tally = this.#left.pop();
    if (tally === undefined) return false;
    this.#latencies.push({
      plannedSecond: tally.plannedSecond,
      operation: this.#about.operations[tally.operation]!,
      outcomes: counted(tally.outcomes),
      response: packedAndReleased(tally.response),
      service: packedAndReleased(tally.service),
    });
    return true;
  }

  interval(phase: string, vitals: Vitals): Interval {
    while (this.encodeOne());
    const { drive, second, counts, tenths } = this.#about;
    const slip = packedAndReleased(this.#book.slip);
    const connectionWait = packedAndReleased(this.#book.connectionWait);
    return {
      drive,
      second,
      phase,
      counts,
      latencies: this.#latencies,
      health: { slip, connectionWait, ...vitals },
      attempts: this.#book.attempts,
      ...(tenths.length > 0 && { tenths }),
      ...(this.#book.looks && { looks: this.#book.looks.looks() }),
    };
  }
}

function counted(counts: Uint32Array): LatencyDelta["outcomes"] {
  const named: Partial<Record<Outcome, number>> = {};
  for (let index = 0; index < counts.length; index++) {
    if (counts[index]! > 0) named[outcomes[index]!] = counts[index]!;
  }
  return named;
}

function packedAndReleased(latency: Latency): Uint8Array {
  const packed = latency.pack();
  latency.release();
  return packed;
}

/** By code unit, so that every machine sorts alike. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
