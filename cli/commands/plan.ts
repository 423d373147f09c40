/** `bench plan`: everything decided, nothing done. */
import { planRun, type RunPlan } from "../../controller/plan.ts";
import { strategyVariant } from "../../targets/variant.ts";
import { objectiveWords } from "../../verdict/recovery/objective.ts";
import { limitsOf } from "../../verdict/telling/limits.ts";
import { type RunWords, readRequest } from "../request.ts";

export async function plan(scenario: string, words: RunWords & { readonly json?: boolean }): Promise<number> {
  const { request } = await readRequest(scenario, words);
  printPlan(planRun(request), words.json === true);
  return 0;
}

export function printPlan(planned: RunPlan, isJson: boolean): void {
  process.stdout.write(
    isJson ? `${JSON.stringify(planned, null, 2)}\n` : `${planLines(planned).join("\n")}\n`,
  );
}

/** `strategy F8`, `shops 3`, ...; the strategy only where something is sold. */
function variantsIn({ variants = {}, strategy }: RunPlan): string[] {
  return Object.entries(variants)
    .filter(([name]) => name !== strategyVariant || strategy !== undefined)
    .map(([name, value]) => `${name} ${value}`);
}

function planLines(plan: RunPlan): string[] {
  const rows: [string, string][] = [
    ["scenario", plan.scenarioFile ?? plan.scenario],
    [
      "target",
      [`${plan.target} (${[plan.launcher, plan.network ?? []].flat().join(", ")})`, ...variantsIn(plan)].join(
        ", ",
      ),
    ],
    [
      "load",
      `${plan.load}; ${plan.arrivals} ${plan.loadKind === "open" ? "arrivals, open" : "shoppers, closed"}; about ${plan.expectedRequests} requests`,
    ],
    ["time", `${plan.warmupS} s warm-up + ${plan.durationS} s measured`],
    [
      "agents",
      `${plan.agents} with up to ${plan.connectionsPerAgent} connections each; time-out ${plan.requestTimeoutMs} ms; sender ${plan.sender}`,
    ],
    ["seed", String(plan.seed)],
  ];
  if (plan.launcher !== "external" && plan.exercise.rounds === 0)
    rows.push(["exercise", "none: the stage is measured cold"]);
  if (plan.exercise.rounds > 0) {
    rows.push([
      "exercise",
      `up to ${plan.exercise.rounds} rounds of ${plan.exercise.roundS} s at ${plan.exercise.ratePerS}/s before budgets apply`,
    ]);
  }
  if (plan.sale !== undefined) {
    rows.push([
      "sale",
      `${plan.sale.stock} units of item ${plan.sale.itemId}, ${plan.sale.perUserLimit} per shopper`,
    ]);
  }
  rows.push([
    "objectives",
    plan.claim === undefined
      ? "none claimed; correctness and the instrument are judged all the same"
      : `${limitsOf(plan.claim)} (${plan.claim.source})`,
  ]);
  if (plan.recover !== undefined)
    rows.push(["recovery", `after each fault: ${plan.recover.map(objectiveWords).join(", ")}`]);
  for (const { id, mechanism, forS } of plan.chaos?.faults ?? [])
    rows.push(["fault", `${id}${forS === undefined ? "" : ` for ${forS} s`}: ${mechanism}`]);
  const lines = rows.map(([name, value]) => `${name.padEnd(11)} ${value}`);
  for (const phase of plan.phases) {
    const mix = Object.entries(phase.mix)
      .map(([name, weight]) => `${name} ${weight}`)
      .join(", ");
    lines.push(`${"phase".padEnd(11)} ${phase.name.padEnd(9)} ${phase.fromS} to ${phase.toS} s: ${mix}`);
  }
  return lines;
}
