/** What the newest search on this machine found of the same target under the same scenario: where the next one begins. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PlannedBefore } from "../controller/capacity/plan-capacity.ts";
import { hostHere } from "../controller/host-here.ts";
import type { RunPlan } from "../controller/plan.ts";
import { runIds, runsFolder } from "./results.ts";

/** Searches further back than this were of other days. */
const searchesLookedAt = 20;

export function kneeBefore(base: RunPlan): PlannedBefore | undefined {
  const searches = runIds().filter((id) => id.includes("-capacity-"));
  for (const id of searches.slice(-searchesLookedAt).reverse()) {
    const kneePerS = kneeOf(join(runsFolder(), id), base);
    if (kneePerS !== undefined) return { kneePerS };
  }
  return undefined;
}

/** A folder that cannot be read knows nothing; it is no reason not to search. */
function kneeOf(folder: string, base: RunPlan): number | undefined {
  try {
    const read = (name: string) => JSON.parse(readFileSync(join(folder, name), "utf8"));
    const [plan, run, found] = [read("plan.json"), read("run.json"), read("capacity.json")];
    const here = hostHere();
    const same = (
      ["scenario", "scenarioFile", "target", "launcher", "network", "sender", "agents", "strategy"] as const
    ).every((field) => plan[field] === base[field]);
    const isSame =
      same &&
      JSON.stringify(plan.unusual) === JSON.stringify(base.unusual) &&
      run.host.cpu === here.cpu &&
      run.host.cores === here.cores;
    const kneePerS = found.knee?.ratePerS;
    return isSame && typeof kneePerS === "number" && kneePerS > 0 ? kneePerS : undefined;
  } catch {
    return undefined;
  }
}
