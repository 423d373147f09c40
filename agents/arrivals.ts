/** Where visits come from: an open schedule, or a fixed number of shoppers who come again and again. */
import type { ClosedLoad, LoadModel } from "../load/load-model.ts";
import { Schedule } from "../load/schedule.ts";
import type { Share } from "../load/share.ts";
import type { Source } from "./pacer.ts";

/** Somebody arrives: number, planned instant on the drive's axis (seconds and the clock's milliseconds), seat. */
export type Arrive = (arrival: number, atS: number, plannedMs: number, seat: number) => void;

export interface Arrivals extends Source {
  /** Second 0 of the drive is at `startMs`. */
  begin(startMs: number): void;
  /** Nobody comes any more. */
  end(): void;
  /** Closed loads: number of the next arrival of the shopper on `seat`, or -1 when that one goes home. */
  again(seat: number, atS: number): number;
}

export function arrivalsOf(load: LoadModel, seed: number, share: Share, arrive: Arrive): Arrivals {
  return load.kind === "open"
    ? new OpenArrivals(new Schedule(load, seed, share), arrive)
    : new OnlineShoppers(load, share, arrive);
}

class OpenArrivals implements Arrivals {
  nextMs = Number.POSITIVE_INFINITY;
  readonly #schedule: Schedule;
  readonly #arrive: Arrive;
  #startMs = 0;

  constructor(schedule: Schedule, arrive: Arrive) {
    this.#schedule = schedule;
    this.#arrive = arrive;
  }

  begin(startMs: number): void {
    this.#startMs = startMs;
    this.#look();
  }

  end(): void {
    this.nextMs = Number.POSITIVE_INFINITY;
  }

  again(): number {
    return -1;
  }

  release(): void {
    const { arrival, atS } = this.#schedule;
    const plannedMs = this.nextMs;
    this.#schedule.advance();
    this.#look();
    this.#arrive(arrival, atS, plannedMs, -1);
  }

  #look(): void {
    const { arrival, atS } = this.#schedule;
    this.nextMs = arrival < 0 ? Number.POSITIVE_INFINITY : this.#startMs + atS * 1000;
  }
}

/** How often somebody looks whether more shoppers are to be online. */
const lookEveryMs = 100;

/**
 * Seats 0, 1, ... of which `shoppersAt` are taken; mine are those of my share. Whoever has finished comes again at once
 * under a new number: round * peak + seat, unique over all agents.
 */
class OnlineShoppers implements Arrivals {
  nextMs = Number.POSITIVE_INFINITY;
  readonly #load: ClosedLoad;
  readonly #share: Share;
  readonly #arrive: Arrive;
  readonly #rounds: number[] = [];
  readonly #isTaken: boolean[] = [];
  #startMs = 0;
  #looks = 0;

  constructor(load: ClosedLoad, share: Share, arrive: Arrive) {
    this.#load = load;
    this.#share = share;
    this.#arrive = arrive;
  }

  begin(startMs: number): void {
    this.#startMs = startMs;
    this.nextMs = startMs;
  }

  end(): void {
    this.nextMs = Number.POSITIVE_INFINITY;
  }

  again(seat: number, atS: number): number {
    this.#isTaken[seat] = seat < this.#load.shoppersAt(atS);
    return this.#isTaken[seat] ? this.#number(seat) : -1;
  }

  release(): void {
    const plannedMs = this.nextMs;
    const atS = (this.#looks++ * lookEveryMs) / 1000;
    this.nextMs = this.#startMs + this.#looks * lookEveryMs;
    const online = this.#load.shoppersAt(atS);
    for (let seat = this.#share.index; seat < online; seat += this.#share.count) {
      if (this.#isTaken[seat]) continue;
      this.#isTaken[seat] = true;
      this.#arrive(this.#number(seat), atS, plannedMs, seat);
    }
  }

  #number(seat: number): number {
    const round = this.#rounds[seat] ?? 0;
    this.#rounds[seat] = round + 1;
    return round * this.#load.peakShoppers + seat;
  }
}
