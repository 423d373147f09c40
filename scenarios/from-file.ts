/** A scenario from somebody's own file, TypeScript or JavaScript, wherever it lies. */
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { createJiti } from "jiti";
import { Failure, sentenceOf } from "../base/failure.ts";
import { defineScenario } from "./define-scenario.ts";
import type { Scenario } from "./scenario.ts";
import * as ourScenarios from "./scenario.ts";
import type { ScenarioInput } from "./scenario-input.ts";

/** Whether `word` names a file rather than a scenario of the catalogue. */
export function isScenarioFile(word: string): boolean {
  return /\.(ts|mts|js|mjs)$/.test(word);
}

/**
 * Runs the file at `path` (relative to the working folder) and gives the scenario it exports, as default or as
 * `scenario`. Inside it, `stagebench/scenarios` is this very module, installed there or not. Only run files you trust.
 * @throws {Failure} `usage` when there is no such file, it throws, or it exports no sound scenario
 */
export async function loadScenarioFile(path: string): Promise<Scenario> {
  const file = resolve(path);
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) throw new Failure("usage", `there is no scenario file ${file}`);
  const exported = await importUserFile(file);
  const given = exported.default ?? exported.scenario;
  if (given === undefined) {
    const names = Object.keys(exported).filter((name) => name !== "default");
    throw new Failure("usage", `${path} exports no scenario (it exports ${names.join(", ") || "nothing"})`, {
      hint: "write: export default defineScenario({ ... }) (docs/add-a-scenario.md)",
    });
  }
  // Whatever it is, made by defineScenario or not, it is held to the same demands.
  return defineScenario(given as ScenarioInput);
}

/**
 * Runs a file of the user, TypeScript or JavaScript, and gives what it exports.
 * @param ours modules of ours that it may import besides, by name
 * @throws {Failure} `usage` when it throws
 */
export async function importUserFile(
  file: string,
  ours: Readonly<Record<string, unknown>> = {},
): Promise<Readonly<Record<string, unknown>>> {
  // Our own module is handed in as it is: a second copy would make failures that are not our `Failure`.
  const jiti = createJiti(file, {
    virtualModules: { "stagebench/scenarios": ourScenarios, ...ours },
    moduleCache: false,
    fsCache: false,
    interopDefault: false,
  });
  try {
    return await jiti.import<Readonly<Record<string, unknown>>>(file);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure("usage", `${file} cannot be run: ${sentenceOf(error)}`, { cause: error });
  }
}
