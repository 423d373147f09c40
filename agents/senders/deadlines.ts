/** Time-outs of equal length: whoever was added first is due first, so one timer and a linked list are enough. */
import type { Clock } from "../../base/clock.ts";

/** Links of the list, kept in the member itself so that adding one allocates nothing. */
export interface Timed<T> {
  /** NaN while it is in no list. */
  deadlineMs: number;
  before: T | undefined;
  after: T | undefined;
}

export class Deadlines<T extends Timed<T>> {
  readonly #limitMs: number;
  readonly #clock: Clock;
  readonly #expire: (member: T) => void;
  #first: T | undefined;
  #last: T | undefined;
  #disarm: (() => void) | undefined;

  constructor(limitMs: number, clock: Clock, expire: (member: T) => void) {
    this.#limitMs = limitMs;
    this.#clock = clock;
    this.#expire = expire;
  }

  /** The member is due `limitMs` from `nowMs`, which is now: the caller has just read the clock. */
  add(member: T, nowMs: number): void {
    member.deadlineMs = nowMs + this.#limitMs;
    member.before = this.#last;
    member.after = undefined;
    if (this.#last === undefined) this.#first = member;
    else this.#last.after = member;
    this.#last = member;
    if (this.#disarm === undefined) this.#arm(this.#limitMs);
  }

  /** Does nothing when it is not in the list. */
  remove(member: T): void {
    if (Number.isNaN(member.deadlineMs)) return;
    member.deadlineMs = Number.NaN;
    const { before, after } = member;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    member.before = undefined;
    member.after = undefined;
  }

  /** Forgets everybody. */
  clear(): void {
    this.#disarm?.();
    this.#disarm = undefined;
    this.#first = undefined;
    this.#last = undefined;
  }

  #arm(delayMs: number): void {
    // One more turn before anybody expires: after a stall of ours the answers may lie unread in the kernel.
    this.#disarm = this.#clock.after(delayMs, () => this.#clock.soon(this.#expireDue));
  }

  readonly #expireDue = (): void => {
    this.#disarm = undefined;
    const nowMs = this.#clock.nowMs();
    while (this.#first !== undefined && this.#first.deadlineMs <= nowMs) {
      const due = this.#first;
      this.remove(due);
      this.#expire(due);
    }
    if (this.#first !== undefined && this.#disarm === undefined) this.#arm(this.#first.deadlineMs - nowMs);
  };
}
