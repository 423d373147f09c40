import { describe, expect, test } from "vitest";
import { Failure } from "../../base/failure.ts";
import { seeHost } from "../../chaos/host-seen.ts";
import { planRun, type RunRequest } from "../../controller/plan.ts";
import { findScenario } from "../../scenarios/catalog.ts";
import { findTarget } from "../../targets/catalog.ts";

const stage08 = { kind: "stage", spec: findTarget("stage-08"), variants: [] } as const;
const flashSale = findScenario("flash-sale");
const ours = (urls: readonly string[], auditUrl?: string): RunRequest["target"] => ({
  kind: "external",
  urls,
  ...(auditUrl === undefined ? {} : { auditUrl }),
});

function problemsOf(request: RunRequest): readonly string[] {
  try {
    planRun(request);
    return [];
  } catch (error) {
    if (error instanceof Failure && error.kind === "usage") return error.problems;
    throw error;
  }
}

describe("defaults", () => {
  test("the rate is the one the target claims, and so are the limits", () => {
    const claim = stage08.spec.claims.find(({ scenario }) => scenario === "flash-sale");
    const plan = planRun({ scenario: flashSale, target: stage08 });
    expect(plan.ratePerS).toBe(claim?.ratePerS);
    expect(plan.claim).toEqual(claim);
    expect(plan.strategy).toBe("F8");
    expect(plan.sale?.stock).toBeGreaterThan(0);
  });

  test("a target that claims nothing gets a modest rate and no objectives", () => {
    const plan = planRun({ scenario: findScenario("browse"), target: ours(["http://localhost:3000"]) });
    expect(plan).toMatchObject({ ratePerS: 50, launcher: "external", exercise: { rounds: 0 } });
    expect(plan.claim).toBeUndefined();
  });

  test("a stage is exercised for three rounds unless it is said otherwise; one's own system never is", () => {
    const cold = { scenario: flashSale, target: stage08, exerciseRounds: 0 };
    expect(planRun({ scenario: flashSale, target: stage08 }).exercise.rounds).toBe(3);
    expect(planRun(cold).exercise.rounds).toBe(0);
    const own = { scenario: findScenario("browse"), target: ours(["http://localhost:3000"]) };
    expect(() => planRun({ ...own, exerciseRounds: 2 })).toThrow(
      expect.objectContaining({ problems: [expect.stringContaining("--exercise")] }),
    );
  });

  test("the same request gives the same plan", () => {
    const request = { scenario: flashSale, target: stage08, seed: 7, ratePerS: 500, durationS: 30 };
    expect(planRun(request)).toEqual(planRun(request));
  });

  test.each([
    { stage: "stage-08", durationS: 30, why: "at its rate half a minute is enough for a p99" },
    { stage: "stage-12", durationS: 60, why: "at 60/s it takes two half minutes" },
  ])("without a word about it a flash sale on $stage lasts $durationS s: $why", ({ stage, durationS }) => {
    const target = { kind: "stage", spec: findTarget(stage), variants: [] } as const;
    const plan = planRun({ scenario: flashSale, target });
    expect(plan.durationS).toBe(durationS);
    expect(plan.expectedRequests).toBeGreaterThan(1_000);
  });

  test("a fault has its time, and the time after it in which the target has to be itself again", () => {
    const wish = { fault: "kill", where: "shop-2", atS: 16, forS: 8 };
    const request = {
      ...{ scenario: flashSale, target: stage08 },
      chaos: { plan: { wishes: [wish], quiet: [] }, host: seeHost() },
    };
    expect(planRun(request).durationS).toBe(60);
    const recover = [{ figure: "p99", limit: 250, withinS: 40 } as const];
    expect(planRun({ ...request, recover }).durationS).toBe(90);
  });

  test("where nothing is claimed about the tail, it lasts half a minute however few requests that is", () => {
    const plan = planRun({
      scenario: flashSale,
      target: stage08,
      ratePerS: 5,
      objectives: { errorRatio: 0.1 },
    });
    expect(plan.durationS).toBe(30);
  });

  test("phases cover the measured part without a hole", () => {
    const { phases, durationS } = planRun({ scenario: flashSale, target: stage08, durationS: 30 });
    expect(phases[0]?.fromS).toBe(0);
    expect(phases.at(-1)?.toS).toBe(durationS);
    for (const [at, phase] of phases.entries()) if (at > 0) expect(phase.fromS).toBe(phases[at - 1]?.toS);
  });

  test.each([
    { why: "only the tail", objectives: { p99Ms: 40 } },
    { why: "only errors", objectives: { errorRatio: 0.01 } },
    { why: "both", objectives: { p99Ms: 40, errorRatio: 0.01 } },
  ])("--slo that limits $why replaces the whole claim and survives the plan's file", ({ objectives }) => {
    const { claim } = planRun({ scenario: flashSale, target: stage08, ratePerS: 70, objectives });
    expect(claim).toEqual({ scenario: "flash-sale", ratePerS: 70, ...objectives, source: "--slo" });
    expect(JSON.parse(JSON.stringify(claim))).toEqual(claim);
  });

  test("another rate does not change what the target claims", () => {
    const claim = stage08.spec.claims.find(({ scenario }) => scenario === "flash-sale");
    expect(planRun({ scenario: flashSale, target: stage08, ratePerS: 70 }).claim).toEqual(claim);
  });
});

describe("problems", () => {
  test("all of them come together", () => {
    const problems = problemsOf({
      scenario: flashSale,
      target: stage08,
      ratePerS: 0,
      durationS: 0.5,
      warmupS: -1,
      strategy: "F9",
    });
    expect(problems).toEqual([
      expect.stringContaining("--rate must be above 0"),
      expect.stringContaining("--duration"),
      expect.stringContaining("--warmup"),
      expect.stringMatching(/F9 .* needs a queue, and it has none \(stage-08 hosts F0, F1, F2, /),
    ]);
  });

  test.each([
    { why: "the rate is beyond any agent", request: { ratePerS: 1e9 }, says: "more than 1 agent can make" },
    {
      why: "not one arrival would come",
      request: { ratePerS: 0.01, durationS: 1, scenario: findScenario("browse") },
      says: "not one arrival",
    },
    {
      why: "a strategy is given to a scenario that sells nothing",
      request: { scenario: findScenario("browse"), strategy: "F2" },
      says: "no flash sale",
    },
    {
      why: "the host is not this machine",
      request: { scenario: findScenario("browse"), target: ours(["http://example.com"]) },
      says: "--allow-host example.com",
    },
    {
      why: "the address is none",
      request: { scenario: findScenario("browse"), target: ours(["http:// x"]) },
      says: "is not a URL",
    },
    {
      why: "the protocol is not HTTP",
      request: { scenario: findScenario("browse"), target: ours(["ftp://localhost"]) },
      says: "only http and https",
    },
    {
      why: "a sale has nobody to open it",
      request: { target: ours(["http://localhost:1"]) },
      says: "--audit-url",
    },
  ])("it is refused when $why", ({ request, says }) => {
    const problems = problemsOf({ scenario: flashSale, target: stage08, ...request });
    expect(problems).toEqual([expect.stringContaining(says)]);
  });

  test("a named host is allowed", () => {
    const target = ours(["http://staging.example.com"]);
    expect(
      problemsOf({ scenario: findScenario("browse"), target, allowHosts: ["staging.example.com"] }),
    ).toEqual([]);
  });
});

describe("a target with a name server", () => {
  const byPlace = { kind: "stage", spec: findTarget("stage-09"), variants: ["dns=geo"] } as const;

  test("leaves what is done with its answers to the sender that looks names up", () => {
    expect(planRun({ scenario: flashSale, target: byPlace }).variants).toMatchObject({ dns: "geo" });
  });

  test("refuses a choice that another sender would not heed", () => {
    expect(problemsOf({ scenario: flashSale, target: byPlace, sender: "http" })).toEqual([
      expect.stringMatching(/sender http .* looks no names up, so dns=geo would change nothing/),
    ]);
  });

  test("can be driven by any sender as long as nothing is chosen", () => {
    const asDeclared = { ...byPlace, variants: [] };
    expect(problemsOf({ scenario: flashSale, target: asDeclared, sender: "http" })).toEqual([]);
  });
});
