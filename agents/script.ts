/** What an arrival does: the scenario, made ready for looking up by instant and name. */
import type { Random } from "../base/random.ts";
import { MixTable, phaseAt } from "../scenarios/mix.ts";
import type { Journey, Phase, Scenario, Shape } from "../scenarios/scenario.ts";
import type { NamedOperation } from "./visit.ts";

export class Script {
  readonly scenario: Scenario;
  /** In the order of their indexes. */
  readonly operations: readonly NamedOperation[];
  readonly #byName: ReadonlyMap<string, NamedOperation>;
  readonly #phases: readonly Phase[];
  readonly #mixes: ReadonlyMap<Phase, MixTable>;
  readonly #warmupS: number;
  readonly #endS: number;

  constructor(scenario: Scenario, shape: Shape, warmupS: number) {
    this.scenario = scenario;
    this.operations = Object.entries(scenario.operations).map(([name, operation], index) => ({
      name,
      index,
      operation,
    }));
    this.#byName = new Map(this.operations.map((named) => [named.name, named]));
    this.#phases = scenario.phases(shape);
    this.#mixes = new Map(this.#phases.map((phase) => [phase, new MixTable(phase.mix)]));
    this.#warmupS = warmupS;
    this.#endS = warmupS + shape.durationS;
  }

  /** What an arrival planned at `atS` of the drive does. Takes exactly one number of its chance. */
  draw(atS: number, chance: Random): NamedOperation | Journey {
    const name = this.#mixes.get(phaseAt(this.#phases, atS - this.#warmupS))!.draw(chance);
    return this.#byName.get(name) ?? this.scenario.journeys[name] ?? unknown(this.scenario, name);
  }

  /** @throws when the scenario has no such operation */
  operation(name: string): NamedOperation {
    return this.#byName.get(name) ?? unknown(this.scenario, name);
  }

  /** The phase at the beginning of that second of the drive. */
  phaseOf(second: number): string {
    if (second < this.#warmupS) return "warm-up";
    return second >= this.#endS ? "drain" : phaseAt(this.#phases, second - this.#warmupS).name;
  }
}

function unknown(scenario: Scenario, name: string): never {
  throw new Error(`scenario "${scenario.name}" has neither an operation nor a journey "${name}"`);
}
