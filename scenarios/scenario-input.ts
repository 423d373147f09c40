/** What an author writes, and what stands for what was left out. */
import { hold } from "../load/hold.ts";
import type { LoadModel } from "../load/load-model.ts";
import type { Journey, Mix, Operation, Phase, Popularity, Scenario, Shape } from "./scenario.ts";

/** A scenario as its author writes it: a name, operations and a mix are enough. */
export interface ScenarioInput {
  readonly name: string;
  /** Default: the name. */
  readonly title?: string;
  /** An operation, or a line like `"GET /item/{item}"` with {item}, {category}, {user}, {arrival}. */
  readonly operations: Readonly<Record<string, Operation | string>>;
  /** Default: none; every arrival does one operation. */
  readonly journeys?: Readonly<Record<string, Journey>>;
  /** What happens all the time. Either this or `phases`. */
  readonly mix?: Mix;
  readonly phases?: (shape: Shape) => readonly Phase[];
  /** Default: the given rate all the time, Poisson. */
  readonly load?: (shape: Shape) => LoadModel;
  /** Default: uniform. */
  readonly popularity?: Popularity;
  readonly sale?: Scenario["sale"];
  /** Default: 1; needed when there are journeys. */
  readonly requestsPerArrival?: number;
  readonly source?: string;
  /** What its shoppers look at by `shopper.saw`; default: nothing for certain. */
  readonly guarantees?: Scenario["guarantees"];
}

/** The author's load, or the given rate all the time. */
export function loadOf(input: ScenarioInput, { ratePerS, durationS }: Shape): LoadModel {
  return input.load?.({ ratePerS, durationS }) ?? hold({ ratePerS, spanS: durationS });
}

/** The author's phases, or one with the mix. */
export function phasesOf(input: ScenarioInput, shape: Shape): readonly Phase[] {
  return input.phases?.(shape) ?? [{ name: "all", fromS: 0, toS: shape.durationS, mix: input.mix ?? {} }];
}
