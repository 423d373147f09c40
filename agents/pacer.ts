/** Lets things happen when they are due: one loop for arrivals, follow-up steps and ends of seconds alike. */
import type { Clock } from "../base/clock.ts";

/** Something with instants in order. */
export interface Source {
  /** The next instant on the pacer's clock, milliseconds; Infinity when there is none now. Read at every turn. */
  readonly nextMs: number;
  /** The instant has come: do what is due, and move `nextMs` on. */
  release(): void;
}

export interface PacerOptions {
  /**
   * Nearer instants than this are waited for together, so that a fast schedule does not wake us for every single one.
   * Costs that much slip at most; 0 wakes for each.
   */
  readonly grainMs?: number;
  /**
   * An instant nearer than this is waited for by turning the loop: sleeping and being woken takes longer. What that
   * costs is in `takeSpunMs`; 0 never does it.
   */
  readonly spinBelowMs?: number;
  /** Releases in one go, when we are late, before I/O is looked at again. */
  readonly releasesPerTurn?: number;
}

/**
 * Merges its sources by instant (ties: the source named first) and releases everything that is due, in that order, never
 * early. After a stall everything due comes at once, in turns of `releasesPerTurn`; each source knows its planned
 * instant, so lateness is measured and not hidden.
 */
export class Pacer {
  readonly #clock: Clock;
  readonly #sources: readonly Source[];
  readonly #grainMs: number;
  readonly #spinBelowMs: number;
  readonly #releasesPerTurn: number;
  #isRunning = false;
  /** Earliest instant of the sources, as of the last look. */
  #dueMs = Number.POSITIVE_INFINITY;
  #armedForMs = Number.POSITIVE_INFINITY;
  #disarm: (() => void) | undefined;
  #isTurnComing = false;
  #spunMs = 0;
  /** Infinity while it does not spin. */
  #spinsSinceMs = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, sources: readonly Source[], options: PacerOptions = {}) {
    this.#clock = clock;
    this.#sources = sources;
    this.#grainMs = options.grainMs ?? 0;
    this.#spinBelowMs = options.spinBelowMs ?? 0;
    this.#releasesPerTurn = options.releasesPerTurn ?? 128;
  }

  start(): void {
    this.#isRunning = true;
    this.#look();
  }

  /** Nothing is released after this. */
  stop(): void {
    this.#isRunning = false;
    this.#cancel();
  }

  /** A source has an earlier instant than it had: call it after every change made outside `release`. */
  nudge(): void {
    if (this.#isRunning && !this.#isTurnComing) this.#look();
  }

  /**
   * The loop is awake at `nowMs` for another reason: what is due by now is released once I/O was looked at, instead of
   * when the alarm rings. On a busy loop hardly an alarm is left to ring. Cheap enough for every answer.
   */
  awake(nowMs: number): void {
    if (nowMs >= this.#dueMs && this.#isRunning && !this.#isTurnComing) this.#turnSoon();
  }

  /** Milliseconds spent turning the loop for instants that were near, since the last call; at most, as I/O was read too. */
  takeSpunMs(): number {
    const spunMs = this.#spunMs;
    this.#spunMs = 0;
    return spunMs;
  }

  readonly #ring = (): void => {
    this.#armedForMs = Number.POSITIVE_INFINITY;
    this.#disarm = undefined;
    if (!this.#isTurnComing) this.#turn();
  };

  readonly #turn = (): void => {
    this.#isTurnComing = true;
    let nowMs = this.#clock.nowMs();
    this.#spunMs += Math.max(0, Math.min(nowMs, this.#dueMs) - this.#spinsSinceMs);
    this.#spinsSinceMs = Number.POSITIVE_INFINITY;
    for (let released = 0; this.#isRunning; released++) {
      const source = this.#earliest();
      if (source.nextMs > nowMs) {
        // Releasing takes time; look again before going to sleep.
        nowMs = this.#clock.nowMs();
        if (source.nextMs > nowMs) break;
      }
      if (released >= this.#releasesPerTurn) {
        this.#clock.soon(this.#turn);
        return;
      }
      source.release();
    }
    this.#isTurnComing = false;
    if (!this.#isRunning) return;
    this.#dueMs = this.#earliest().nextMs;
    if (this.#dueMs - nowMs >= this.#spinBelowMs) {
      this.#arm(nowMs);
    } else {
      this.#spinsSinceMs = nowMs;
      this.#turnSoon();
    }
  };

  #turnSoon(): void {
    this.#isTurnComing = true;
    this.#clock.soon(this.#turn);
  }

  #look(): void {
    this.#dueMs = this.#earliest().nextMs;
    const nowMs = this.#clock.nowMs();
    if (this.#dueMs <= nowMs) this.#turnSoon();
    else if (this.#dueMs < this.#armedForMs) this.#arm(nowMs);
  }

  /** Sets the alarm to what is due next; earlier and later ones are forgotten. */
  #arm(nowMs: number): void {
    if (this.#dueMs === this.#armedForMs) return;
    this.#cancel();
    if (this.#dueMs === Number.POSITIVE_INFINITY) return;
    this.#armedForMs = this.#dueMs;
    this.#disarm = this.#clock.after(Math.max(this.#grainMs, this.#dueMs - nowMs), this.#ring);
  }

  #cancel(): void {
    this.#disarm?.();
    this.#disarm = undefined;
    this.#armedForMs = Number.POSITIVE_INFINITY;
  }

  #earliest(): Source {
    let earliest = this.#sources[0]!;
    for (const source of this.#sources) if (source.nextMs < earliest.nextMs) earliest = source;
    return earliest;
  }
}
