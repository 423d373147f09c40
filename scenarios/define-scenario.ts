/** From what an author writes to a complete, checked scenario. */
import { Failure } from "../base/failure.ts";
import { operationOf } from "./request-line.ts";
import type { Scenario, Shape } from "./scenario.ts";
import { loadOf, phasesOf, type ScenarioInput } from "./scenario-input.ts";
import { inputProblems, loadProblems, phaseProblems } from "./scenario-problems.ts";

/** The shape a scenario is tried with when it is defined; every real shape is checked again when it is asked for. */
const trialShape: Shape = { ratePerS: 100, durationS: 30 };

/**
 * Completes and checks a scenario.
 * Its `load` and `phases` throw a `usage` failure for a shape they do not fit.
 * @throws {Failure} `usage` with every problem found
 */
export function defineScenario(input: ScenarioInput): Scenario {
  if (input === null || typeof input !== "object") throw new Failure("usage", "a scenario is an object");
  const problems = [...inputProblems(input)];
  // Phases name operations, so they can be checked as soon as there are names, whatever else is wrong.
  if (canBePhased(input)) problems.push(...phaseProblems(input, trialShape));
  if (problems.length === 0) problems.push(...loadProblems(input, trialShape));
  refuse(input.name, problems);
  const operations = Object.fromEntries(
    Object.entries(input.operations).map(([name, given]) => [
      name,
      typeof given === "string" ? operationOf(given) : given,
    ]),
  );
  return {
    name: input.name,
    title: input.title ?? input.name,
    operations,
    journeys: input.journeys ?? {},
    load(shape) {
      refuse(input.name, loadProblems(input, shape));
      return loadOf(input, shape);
    },
    phases(shape) {
      refuse(input.name, phaseProblems(input, shape));
      return phasesOf(input, shape);
    },
    popularity: input.popularity ?? { exponent: 0 },
    ...(input.sale === undefined ? {} : { sale: input.sale }),
    requestsPerArrival: input.requestsPerArrival ?? 1,
    source: input.source ?? "not stated",
    ...(input.guarantees === undefined ? {} : { guarantees: input.guarantees }),
  };
}

function canBePhased({ operations, journeys = {}, mix, phases }: ScenarioInput): boolean {
  const isRecord = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);
  const isGivenOnce = (mix === undefined) !== (phases === undefined);
  return (
    isRecord(operations) &&
    isRecord(journeys) &&
    isGivenOnce &&
    (phases === undefined || typeof phases === "function")
  );
}

function refuse(name: unknown, problems: readonly string[]): void {
  if (problems.length === 0) return;
  const which = typeof name === "string" && name !== "" ? `scenario ${name}` : "the scenario";
  throw new Failure(
    "usage",
    `${which} is not sound: ${problems.length} problem${problems.length === 1 ? "" : "s"}`,
    {
      problems,
    },
  );
}
