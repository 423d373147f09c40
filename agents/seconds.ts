/** Ends the seconds of a drive on time, and hands their intervals out a little later, encoded between other work. */
import type { Clock } from "../base/clock.ts";
import type { Interval } from "../metrics/interval.ts";
import type { ClosedSecond, Gauges, Recorder, Vitals } from "../metrics/recorder.ts";
import type { Source } from "./pacer.ts";

/** How the agent itself is doing, as far as it can be seen from outside the drive; `take` covers the time since the last `take`. */
export interface VitalSigns {
  take(): Omit<Vitals, "spunMs">;
}

export interface SecondsOptions {
  readonly clock: Clock;
  readonly recorder: Recorder;
  readonly gauges: Gauges;
  readonly vitals: VitalSigns;
  /** Milliseconds the pacer spent waiting awake since the last call. */
  takeSpunMs(): number;
  phaseOf(second: number): string;
  emit(interval: Interval): void;
}

export class Seconds implements Source {
  nextMs = Number.POSITIVE_INFINITY;
  readonly #options: SecondsOptions;
  readonly #closed: { readonly second: number; readonly closed: ClosedSecond; readonly vitals: Vitals }[] =
    [];
  #startMs = 0;
  /** The second that ends at `nextMs`; -1 until the drive has started. */
  #second = -1;
  #emitted = 0;
  #isEncoding = false;
  #whenAllOut: ((intervals: number) => void) | undefined;

  constructor(options: SecondsOptions) {
    this.#options = options;
  }

  /** Second 0 begins at `startMs`. */
  begin(startMs: number): void {
    this.#startMs = startMs;
    this.nextMs = startMs;
  }

  release(): void {
    if (this.#second >= 0) this.#close();
    // What was before the start is not of this drive.
    else {
      this.#options.vitals.take();
      this.#options.takeSpunMs();
    }
    this.#second++;
    this.nextMs = this.#startMs + (this.#second + 1) * 1000;
  }

  /**
   * Ends the second that is under way, in the middle of it, unless nothing has happened in it; calls back with the
   * number of intervals once all are out.
   */
  finish(nowMs: number, whenAllOut: (intervals: number) => void): void {
    while (this.nextMs <= nowMs) this.release();
    if (this.#second >= 0 && !this.#options.recorder.isBlank(this.#second)) this.#close();
    this.nextMs = Number.POSITIVE_INFINITY;
    this.#whenAllOut = whenAllOut;
    this.#encodeSoon();
  }

  #close(): void {
    const { recorder, gauges, vitals, takeSpunMs } = this.#options;
    const closed = recorder.close(this.#second, gauges);
    this.#closed.push({
      second: this.#second,
      closed,
      vitals: { ...vitals.take(), spunMs: takeSpunMs() },
    });
    this.#encodeSoon();
  }

  #encodeSoon(): void {
    if (this.#isEncoding) return;
    this.#isEncoding = true;
    this.#options.clock.soon(this.#encodeOne);
  }

  /** One histogram pair a turn: a busy one takes 0.1 ms, and what is due meanwhile waits. */
  readonly #encodeOne = (): void => {
    this.#isEncoding = false;
    const head = this.#closed[0];
    if (head !== undefined && !head.closed.encodeOne()) {
      this.#closed.shift();
      this.#emitted++;
      this.#options.emit(head.closed.interval(this.#options.phaseOf(head.second), head.vitals));
    }
    if (this.#closed.length > 0) this.#encodeSoon();
    else this.#whenAllOut?.(this.#emitted);
  };
}
