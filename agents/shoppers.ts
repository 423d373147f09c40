/** The shopper behind one arrival: everything about it follows from the seed and the arrival's number. */
import { Random } from "../base/random.ts";
import { type Guarantee, guarantees } from "../metrics/guarantee.ts";
import { scatter, Zipf } from "../scenarios/popularity.ts";
import { attemptsPerArrival, type Popularity, type Shopper, type World } from "../scenarios/scenario.ts";

/** What all shoppers of a drive share. */
export class Crowd {
  readonly seed: number;
  readonly world: World;
  readonly #ranks: Zipf;

  constructor(seed: number, world: World, popularity: Popularity) {
    this.seed = seed;
    this.world = world;
    this.#ranks = new Zipf(world.items, popularity.exponent);
  }

  drawItem(chance: Random): number {
    return scatter(this.#ranks.draw(chance), this.world.items);
  }
}

const brokenShift = 16;

/** Reused from arrival to arrival; `arrive` makes it somebody else. */
export class CrowdShopper implements Shopper {
  readonly chance = new Random();
  readonly #crowd: Crowd;
  #arrival = 0;
  #userId = 0;
  #attempts = 0;
  #memory: Map<string, string | number> | undefined;
  /** Looks of the answer being judged: a bit for each guarantee, and 16 bits above it one more where it was broken. */
  #seen = 0;

  constructor(crowd: Crowd) {
    this.#crowd = crowd;
  }

  /** Becomes the shopper of arrival number `arrival`. Who that is takes the first number of its chance. */
  arrive(arrival: number): void {
    this.#arrival = arrival;
    this.#attempts = 0;
    this.#seen = 0;
    this.#memory?.clear();
    this.chance.reseed(this.#crowd.seed, arrival);
    this.#userId = 1 + this.chance.below(this.#crowd.world.users);
  }

  get arrival(): number {
    return this.#arrival;
  }

  get userId(): number {
    return this.#userId;
  }

  get world(): World {
    return this.#crowd.world;
  }

  get memory(): Map<string, string | number> {
    this.#memory ??= new Map();
    return this.#memory;
  }

  drawItem(): number {
    return this.#crowd.drawItem(this.chance);
  }

  saw(guarantee: Guarantee, isKept: boolean): void {
    const bit = 1 << guarantees.indexOf(guarantee);
    this.#seen |= isKept ? bit : bit | (bit << brokenShift);
  }

  get hasSeen(): boolean {
    return this.#seen !== 0;
  }

  /** Hands over what was seen since the last time: one look at most for each guarantee, broken if any was. */
  takeSeen(look: (guarantee: Guarantee, isKept: boolean) => void): void {
    for (const [index, guarantee] of guarantees.entries()) {
      if ((this.#seen >> index) & 1) look(guarantee, ((this.#seen >> (index + brokenShift)) & 1) === 0);
    }
    this.#seen = 0;
  }

  /** Number of the attempt being made; before the first, the one that it will have. */
  get attempt(): number {
    return this.#arrival * attemptsPerArrival + Math.max(0, this.#attempts - 1);
  }

  attemptKey(): string {
    return `${this.#crowd.world.tag}.${this.attempt}`;
  }

  /**
   * The next request is another attempt, with a key of its own.
   * @throws when the scenario makes more attempts than an arrival has numbers for, which is a bug of the scenario
   */
  newAttempt(): void {
    if (this.#attempts === attemptsPerArrival) {
      throw new Error(`arrival ${this.#arrival} makes more than ${attemptsPerArrival} attempts`);
    }
    this.#attempts++;
  }
}
