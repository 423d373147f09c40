/** Words of `--chaos` to one plan: faults as words, and plan files, together. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "yaml";
import { Failure, sentenceOf } from "../base/failure.ts";
import * as ourChaos from "../chaos/chaos-plan.ts";
import {
  type ChaosPlan,
  type ChaosPlanInput,
  defineChaosPlan,
  isChaosFile,
  readWish,
} from "../chaos/chaos-plan.ts";
import { readHooks } from "../chaos/hooks.ts";
import { importUserFile } from "../scenarios/from-file.ts";

/**
 * @param hooksInSettings as they stand in the settings file; those of plan files come before them
 * @throws {Failure} `usage` with every problem of every word
 */
export async function readChaos(words: readonly string[], hooksInSettings?: unknown): Promise<ChaosPlan> {
  const inSettings = readHooks(hooksInSettings, process.cwd());
  const problems: string[] = [...inSettings.problems];
  const plans: ChaosPlan[] = [];
  for (const word of words) {
    if (!isChaosFile(word)) {
      const wish = readWish(word);
      if ("problem" in wish) problems.push(wish.problem);
      else plans.push({ wishes: [wish], quiet: [] });
      continue;
    }
    try {
      plans.push(await planIn(resolve(word)));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      problems.push(...(error.problems.length > 0 ? error.problems : [error.message]));
    }
  }
  if (problems.length > 0) throw new Failure("usage", "the faults cannot be read", { problems });
  const hooks = Object.assign({}, inSettings.hooks, ...plans.map((plan) => plan.hooks ?? {}));
  const seeds = [...new Set(plans.flatMap(({ seed }) => seed ?? []))];
  if (seeds.length > 1)
    throw new Failure("usage", `two plan files have different seeds: ${seeds.join(" and ")}`);
  return {
    ...(seeds[0] !== undefined && { seed: seeds[0] }),
    wishes: plans.flatMap(({ wishes }) => wishes),
    quiet: plans.flatMap(({ quiet }) => quiet),
    ...(Object.keys(hooks).length > 0 && { hooks }),
  };
}

async function planIn(file: string): Promise<ChaosPlan> {
  if (/\.(json|ya?ml)$/.test(file)) {
    let text: string;
    try {
      text = readFileSync(file, "utf8");
    } catch (error) {
      throw new Failure("usage", `the chaos plan cannot be read: ${sentenceOf(error)}`);
    }
    return defineChaosPlan(parse(text) as ChaosPlanInput);
  }
  const { default: plan } = await importUserFile(file, { "stagebench/chaos": ourChaos });
  if (plan === undefined)
    throw new Failure("usage", `${file} exports no chaos plan`, {
      problems: [`${file} exports no chaos plan; write: export default defineChaosPlan({ faults: [...] })`],
    });
  // Made by defineChaosPlan, or the same written plainly.
  const made = plan as ChaosPlan | ChaosPlanInput;
  return "wishes" in made ? made : defineChaosPlan(made);
}
