/** What keeps a scenario from being sound, as sentences, all of them together. */
import { Failure, sentenceOf, unknownName } from "../base/failure.ts";
import type { LoadModel } from "../load/load-model.ts";
import { guarantees } from "../metrics/guarantee.ts";
import { requestLineProblems } from "./request-line.ts";
import type { Operation, Phase, Shape } from "./scenario.ts";
import { loadOf, phasesOf, type ScenarioInput } from "./scenario-input.ts";

/** Problems that can be seen without asking for a shape. Inputs come from people's files, so types are no promise. */
export function* inputProblems(input: ScenarioInput): Generator<string> {
  for (const key of Object.keys(input))
    if (!inputKeys.has(key)) yield unknownName("key", key, [...inputKeys]);
  if (typeof input.name !== "string" || !/^[a-z0-9][a-z0-9-]*$/i.test(input.name)) {
    yield `name must be letters, digits and hyphens, not ${show(input.name)}`;
  }
  const { operations, journeys = {} } = input;
  if (!isRecord(operations) || Object.keys(operations).length === 0) {
    yield "operations must name at least one request";
  } else {
    for (const [name, operation] of Object.entries(operations)) yield* operationProblems(name, operation);
  }
  if (!isRecord(journeys)) yield `journeys must be an object of generators, not ${show(journeys)}`;
  else {
    for (const [name, journey] of Object.entries(journeys)) {
      if (typeof journey !== "function")
        yield `journey ${name} must be a generator function, not ${show(journey)}`;
      if (isRecord(operations) && Object.hasOwn(operations, name)) {
        yield `${name} is the name of an operation and of a journey; a mix could mean either`;
      }
    }
    const needsCount = Object.keys(journeys).length > 0 && input.requestsPerArrival === undefined;
    if (needsCount)
      yield "requestsPerArrival is needed with journeys: the mean number of requests of one arrival";
  }
  if ((input.mix === undefined) === (input.phases === undefined)) yield "give either mix or phases";
  for (const key of ["phases", "load", "sale"] as const) {
    const given: unknown = input[key];
    if (given !== undefined && typeof given !== "function") yield `${key} must be a function of the shape`;
  }
  const looked: unknown = input.guarantees ?? [];
  if (!Array.isArray(looked)) yield `guarantees must be a list, not ${show(looked)}`;
  else
    for (const name of looked)
      if (!guarantees.includes(name)) yield unknownName("guarantee", String(name), guarantees);
  const exponent: unknown = input.popularity?.exponent ?? 0;
  if (!isAtLeast(exponent, 0)) yield `popularity.exponent must be a number >= 0, not ${show(exponent)}`;
  const requests: unknown = input.requestsPerArrival ?? 1;
  if (!isAtLeast(requests, 0) || requests === 0)
    yield `requestsPerArrival must be above 0, not ${show(requests)}`;
}

const inputKeys: ReadonlySet<string> = new Set<keyof ScenarioInput>([
  "name",
  "title",
  "operations",
  "journeys",
  "mix",
  "phases",
  "load",
  "popularity",
  "sale",
  "requestsPerArrival",
  "source",
  "guarantees",
]);

function* operationProblems(name: string, operation: unknown): Generator<string> {
  if (typeof operation === "string") {
    for (const problem of requestLineProblems(operation)) yield `operation ${name}: ${problem}`;
    return;
  }
  if (!isRecord(operation) || typeof operation.request !== "function") {
    yield `operation ${name} must have request(shopper), or be a line like "GET /"`;
    return;
  }
  for (const key of Object.keys(operation)) {
    if (!operationKeys.includes(key)) yield `operation ${name}: ${unknownName("key", key, operationKeys)}`;
  }
  if (operation.judge !== undefined && typeof operation.judge !== "function") {
    yield `operation ${name}: judge must be a function of the answer`;
  }
  if (operation.attempts !== undefined && typeof operation.attempts !== "boolean") {
    yield `operation ${name}: attempts must be true or false`;
  }
}

const operationKeys: readonly string[] = ["request", "judge", "attempts"] satisfies (keyof Operation)[];

/** What keeps the phases from fitting a run of that shape. */
export function phaseProblems(input: ScenarioInput, shape: Shape): string[] {
  let phases: readonly Phase[];
  try {
    phases = phasesOf(input, shape);
  } catch (error) {
    return [`phases cannot be made of ${shown(shape)}: ${sentenceOf(error)}`];
  }
  if (!Array.isArray(phases) || phases.length === 0) return ["phases must be a list of at least one"];
  const problems: string[] = [];
  const names = new Set<string>();
  let reachedS = 0;
  for (const { name, fromS, toS, mix } of phases as readonly Phase[]) {
    if (names.has(name)) problems.push(`two phases are called ${name}`);
    names.add(name);
    if (!isSameInstant(fromS, reachedS)) {
      problems.push(`phase ${name} starts at ${fromS} s, where ${reachedS} s was reached`);
    }
    if (!(toS > fromS)) problems.push(`phase ${name} ends at ${toS} s, not after its start at ${fromS} s`);
    reachedS = toS;
    problems.push(...mixProblems(input, name, mix));
  }
  if (!isSameInstant(reachedS, shape.durationS)) {
    problems.push(`the phases end at ${reachedS} s, the run at ${shape.durationS} s`);
  }
  return problems;
}

function mixProblems(input: ScenarioInput, phase: string, mix: unknown): string[] {
  const where = input.mix === undefined ? `the mix of phase ${phase}` : "the mix";
  if (!isRecord(mix)) return [`${where} must be an object of weights, not ${show(mix)}`];
  const known = [...Object.keys(input.operations), ...Object.keys(input.journeys ?? {})];
  const problems: string[] = [];
  for (const [name, weight] of Object.entries(mix)) {
    if (!known.includes(name)) problems.push(`${where}: ${unknownName("operation or journey", name, known)}`);
    if (!isAtLeast(weight, 0))
      problems.push(`${where}: the weight of ${name} must be a number >= 0, not ${show(weight)}`);
  }
  if (!Object.values(mix).some((weight) => isAtLeast(weight, 0) && weight > 0)) {
    problems.push(`${where} needs a weight above 0`);
  }
  return problems;
}

/** What keeps the load from fitting a run of that shape. */
export function loadProblems(input: ScenarioInput, shape: Shape): string[] {
  let load: LoadModel;
  try {
    load = loadOf(input, shape);
  } catch (error) {
    const parts = error instanceof Failure ? error.problems : [];
    return [`no load can be made of ${shown(shape)}: ${[sentenceOf(error), ...parts].join("; ")}`];
  }
  const kind: unknown = load?.kind;
  if (kind !== "open" && kind !== "closed")
    return [`load must give an open or closed load, not ${show(load)}`];
  if (!isSameInstant(load.spanS, shape.durationS)) {
    return [`the load lasts ${load.spanS} s, the run ${shape.durationS} s`];
  }
  return [];
}

/** Sums of spans differ in their last bits. */
function isSameInstant(oneS: number, otherS: number): boolean {
  return Math.abs(oneS - otherS) < 1e-6;
}

function isAtLeast(value: unknown, least: number): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= least;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shown({ ratePerS, durationS }: Shape): string {
  return `${ratePerS} /s for ${durationS} s`;
}

function show(value: unknown): string {
  return typeof value === "string" || typeof value === "number"
    ? JSON.stringify(value)
    : value === null
      ? "null"
      : typeof value;
}
