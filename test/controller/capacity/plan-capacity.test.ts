import { describe, expect, it } from "vitest";
import { Failure } from "../../../base/failure.ts";
import { planCapacity } from "../../../controller/capacity/plan-capacity.ts";
import type { RunRequest } from "../../../controller/plan.ts";
import { hold } from "../../../load/hold.ts";
import { arrivalsBetween } from "../../../load/schedule.ts";
import { withWarmUp } from "../../../load/warm-up.ts";
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
      const plan = probe(ratePerS, spanS(ratePerS, "confirm"));
      expect(plan.durationS).toBe(spanS(ratePerS, "confirm"));
      if (plan.durationS < 30) expect(plan.expectedRequests).toBeGreaterThanOrEqual(350);
      expect(plan.goodWithinMs).toBe(250);
      expect(plan.claim).toMatchObject({ ratePerS, p99Ms: 250 });
    }
    expect([spanS(5_000, "confirm"), spanS(5_000, "rise"), spanS(1, "rise")]).toEqual([3, 2, 30]);
  });

  it("gives a sale time for its three parts", () => {
    const { spanS } = planCapacity(request({ scenario: findScenario("flash-sale") }), undefined);
    expect([spanS(5_000, "confirm"), spanS(5_000, "rise")]).toEqual([9, 9]);
  });

  it("refuses what would disturb the target or decide what the search decides, with all that is wrong besides", () => {
    const recover = [{ figure: "good", ratio: 0.99, withinS: 10 }] as unknown as RunRequest["recover"];
    const problems = problemsOf({
      ...{ durationS: 30, warmupS: 3, launcher: "spaceship" },
      ...(recover && { recover }),
      scenario: findScenario("calibration-closed"),
    });
    for (const word of ["--duration", "--warmup", "--recover", "spaceship", "is a closed load"])
      expect(problems).toContain(word);
  });

  it("wants a limit on p99, and refuses one that it would not look at", () => {
    expect(problemsOf({ objectives: { errorRatio: 0.01 } })).toContain("needs a limit on p99");
    expect(problemsOf({ objectives: { p99Ms: 100, behindMs: 500 } })).toContain("--slo behind");
  });

  it("limits what was named, and tells in every probe whose objective it is", () => {
    const own = planCapacity(request(), undefined);
    expect(own.probe(100, 3).claim?.source).toBe(findTarget("stage-04").claims[0]?.source);
    const asked = planCapacity(request({ objectives: { p99Ms: 100 } }), undefined);
    expect(asked.objective).toEqual({ p99Ms: 100 });
    expect(asked.probe(100, 3).claim).toEqual({
      ...{ scenario: "browse", ratePerS: 100, p99Ms: 100, source: "--slo" },
    });
    const foreign = planCapacity(
      request({ target: { kind: "external", urls: ["http://127.0.0.1:3000"] } }),
      undefined,
    );
    expect(foreign.objective).toEqual({ p99Ms: 250, errorRatio: 0.001 });
    expect(foreign.probe(100, 3).claim?.source).toContain("usual objective");
  });

  it("plans a probe at the end of more load, and owes what comes after it", () => {
    const { probe, overloadS = 0 } = planCapacity(request(), undefined);
    const after = probe(300, 6, { ratePerS: 600, spanS: overloadS });
    expect(after).toMatchObject({ warmupS: 2, warmupRatePerS: 600, ratePerS: 300 });
    const load = withWarmUp(hold({ ratePerS: 300, spanS: 6 }), 2, 600);
    expect(after.arrivals).toBe(arrivalsBetween(load, after.seed, { fromS: 2, toS: 8 }));
  });

  it("knows that a sale cannot follow another without a pause", () => {
    expect(planCapacity(request({ scenario: findScenario("flash-sale") }), undefined)).not.toHaveProperty(
      "overloadS",
    );
  });

  it("says so when a rate is more than the agents can make, or less than one arrival", () => {
    const { probe } = planCapacity(request(), undefined);
    const [third, fourth] = [probe(300, 3, undefined, 3), probe(300, 3, undefined, 4)];
    expect(fourth.seed).toBe(third.seed + 1_000);
    expect(fourth.arrivals).not.toBe(third.arrivals);
    expect(() => probe(225_000, 3)).toThrow(Failure);
    expect(() => probe(0.01, 3)).toThrow(Failure);
  });
});
