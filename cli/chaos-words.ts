/** Words of `--chaos` to one plan: faults as words, and plan files, together. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "yaml";
import { Failure, sentenceOf } from "../base/failure.ts";
import * as ourChaos from "../chaos/chaos-plan.ts";
import { type ChaosPlan, chaosPlanOf, isChaosFile, readWish } from "../chaos/chaos-plan.ts";
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
  const seeds = [...new Set(plans.flatMap(({ seed }) => seed ?? []))];
  if (seeds.length > 1) problems.push(`plan files have different seeds: ${seeds.join(" and ")}`);
  if (problems.length > 0) throw new Failure("usage", "the faults cannot be read", { problems });
  const hooks = Object.assign({}, inSettings.hooks, ...plans.map((plan) => plan.hooks ?? {}));
  return {
    ...(seeds[0] !== undefined && { seed: seeds[0] }),
    wishes: plans.flatMap(({ wishes }) => wishes),
    quiet: plans.flatMap(({ quiet }) => quiet),
    ...(Object.keys(hooks).length > 0 && { hooks }),
  };
}

async function planIn(file: string): Promise<ChaosPlan> {
  if (/\.(json|ya?ml)$/.test(file)) return chaosPlanOf(textIn(file));
  const { default: plan } = await importUserFile(file, { "stagebench/chaos": ourChaos });
  if (plan === undefined)
    throw new Failure(
      "usage",
      `${file} exports no chaos plan; write: export default defineChaosPlan({ faults: [...] })`,
    );
  return chaosPlanOf(plan);
}

/** YAML, or JSON, which is YAML as well. */
function textIn(file: string): unknown {
  try {
    return parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new Failure("usage", `the chaos plan ${file} cannot be read: ${sentenceOf(cause)}`, { cause });
  }
}
