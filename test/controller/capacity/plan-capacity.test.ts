import { describe, expect, it } from "vitest";
import { planCapacity } from "../../../controller/capacity/plan-capacity.ts";
import type { RunRequest } from "../../../controller/plan.ts";
import { findScenario } from "../../../scenarios/catalog.ts";
import { findTarget } from "../../../targets/catalog.ts";

const request = (over: Partial<RunRequest> = {}): RunRequest => ({
  scenario: findScenario("browse"),
  target: { kind: "stage", spec: findTarget("stage-04"), variants: [] },
  ...over,
});
const problemsOf = (over: Partial<RunRequest>): string => {
  try {
    planCapacity(request(over), undefined);
    return "";
  } catch (error) {
    return [(error as Error).message, ...((error as { problems?: string[] }).problems ?? [])].join("\n");
  }
};

describe("the plan of a search for the knee", () => {
  it("begins at the rate the target claims, under the objective it claims", () => {
    const { search, objective } = planCapacity(request(), undefined);
    expect(search.firstPerS).toBe(250);
    expect(objective).toEqual({ p99Ms: 250, errorRatio: 0.001 });
  });

  it("begins just below what an earlier search found, and rises in small steps", () => {
    const { search } = planCapacity(request(), { kneePerS: 400 });
    expect(search.firstPerS).toBe(360);
    expect(search.growth).toBeLessThan(planCapacity(request(), undefined).search.growth);
  });

  it("begins where it was told to, whatever was found before", () => {
    expect(planCapacity(request({ ratePerS: 90 }), { kneePerS: 400 }).search.firstPerS).toBe(90);
  });

  it("gives a probe as long as its requests take to prove the objective", () => {
    const { spanS, probe } = planCapacity(request(), undefined);
    for (const ratePerS of [20, 100, 250, 5_000]) {
      const plan = probe(ratePerS, spanS(ratePerS));
      expect(plan.durationS).toBe(spanS(ratePerS));
      if (spanS(ratePerS) < 30) expect(plan.expectedRequests).toBeGreaterThanOrEqual(350);
      expect(plan.goodWithinMs).toBe(250);
      expect(plan.claim).toMatchObject({ ratePerS, p99Ms: 250 });
    }
    expect([spanS(5_000), spanS(1)]).toEqual([3, 30]);
  });

  it("gives a sale time for its three parts", () => {
    const { spanS } = planCapacity(request({ scenario: findScenario("flash-sale") }), undefined);
    expect(spanS(5_000)).toBe(9);
  });

  it("refuses what would disturb the target or decide what the search decides, all at once", () => {
    const problems = problemsOf({ durationS: 30, warmupS: 3 });
    expect(problems).toContain("--duration");
    expect(problems).toContain("--warmup");
  });
});
