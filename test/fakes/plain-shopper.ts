/** A shopper without an agent around it: the same promises, no clock, no connection. */
import { Random } from "../../base/random.ts";
import type { Guarantee } from "../../metrics/guarantee.ts";
import { scatter, Zipf } from "../../scenarios/popularity.ts";
import { attemptsPerArrival, type Popularity, type Shopper, type World } from "../../scenarios/scenario.ts";

export const smallWorld: World = {
  items: 1_000,
  categories: 20,
  users: 500,
  tag: "t7",
  sale: { saleId: 3, itemId: 42, stock: 10, perUserLimit: 1 },
};

export class PlainShopper implements Shopper {
  readonly arrival: number;
  readonly userId: number;
  readonly chance: Random;
  readonly world: World;
  readonly memory = new Map<string, string | number>();
  /** What was looked at, in order. */
  readonly seen: { readonly guarantee: Guarantee; readonly isKept: boolean }[] = [];
  readonly #ranks: Zipf;
  #attempts = 0;

  constructor(
    arrival = 0,
    { seed = 1, world = smallWorld, popularity = { exponent: 0.92 } }: PlainShopperOptions = {},
  ) {
    this.arrival = arrival;
    this.chance = new Random(seed, arrival);
    this.world = world;
    this.userId = 1 + this.chance.below(world.users);
    this.#ranks = new Zipf(world.items, popularity.exponent);
  }

  drawItem(): number {
    return scatter(this.#ranks.draw(this.chance), this.world.items);
  }

  attemptKey(): string {
    if (this.#attempts === 0) throw new Error("no attempt is being made");
    return `${this.world.tag}.${this.arrival * attemptsPerArrival + this.#attempts - 1}`;
  }

  saw(guarantee: Guarantee, isKept: boolean): void {
    this.seen.push({ guarantee, isKept });
  }

  newAttempt(): void {
    this.#attempts++;
    if (this.#attempts > attemptsPerArrival) throw new Error(`arrival ${this.arrival} attempts too often`);
  }
}

export interface PlainShopperOptions {
  readonly seed?: number;
  readonly world?: World;
  readonly popularity?: Popularity;
}
