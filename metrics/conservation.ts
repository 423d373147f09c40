/** No request may appear or vanish: the identity of counts, per agent, after every second. */
import type { Counts, Interval } from "./interval.ts";
import { plus } from "./merge.ts";

const nothing: Counts = {
  planned: 0,
  fired: 0,
  completed: 0,
  failed: 0,
  dropped: 0,
  inFlight: 0,
  waiting: 0,
};

/**
 * Follows one agent through one drive. With P, F, D, C, X the sums since the start of planned, fired, dropped,
 * completed and failed, at the end of every second: P = F + D + waiting and F = C + X + in flight. Waiting and in flight
 * are the sender's own count, so the two sides are counted in different places.
 */
export class Conservation {
  readonly #agent: string;
  #sum = nothing;
  #nextSecond = 0;

  constructor(agent: string) {
    this.#agent = agent;
  }

  /** What does not add up after this interval, one sentence each; empty when all is well. */
  add({ second, counts }: Pick<Interval, "second" | "counts">): readonly string[] {
    const breaks: string[] = [];
    const where = `${this.#agent}, second ${second}`;
    if (second !== this.#nextSecond) {
      breaks.push(`${where}: expected second ${this.#nextSecond}`);
    }
    this.#nextSecond = second + 1;
    this.#sum = plus(this.#sum, counts);
    const { planned, fired, dropped, completed, failed } = this.#sum;
    const { inFlight, waiting } = counts;
    if (planned !== fired + dropped + waiting) {
      breaks.push(
        `${where}: ${planned} planned, but ${fired} fired + ${dropped} dropped + ${waiting} waiting = ${fired + dropped + waiting}`,
      );
    }
    if (fired !== completed + failed + inFlight) {
      breaks.push(
        `${where}: ${fired} fired, but ${completed} completed + ${failed} failed + ${inFlight} in flight = ${completed + failed + inFlight}`,
      );
    }
    return breaks;
  }
}

/** All breaks of one agent's drive, intervals in order. */
export function identityBreaks(agent: string, intervals: Iterable<Interval>): readonly string[] {
  const conservation = new Conservation(agent);
  return [...intervals].flatMap((interval) => conservation.add(interval));
}
