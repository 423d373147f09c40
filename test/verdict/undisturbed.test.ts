/** Claims of a target that was disturbed. */
import { describe, expect, test } from "vitest";
import type { Evidence } from "../../verdict/evidence.ts";
import { judge } from "../../verdict/judge.ts";
import { undisturbed } from "../../verdict/undisturbed.ts";
import { badBetween, disturbed, faultSeen } from "../fakes/disturbed.ts";
import { evidence, ill, tallied } from "../fakes/evidence.ts";

const kept = (seen: Evidence) => undisturbed(seen).evidence.timeline.map(({ atS }) => atS);
const span = (fromS: number, toS: number) => Array.from({ length: toS - fromS }, (_, at) => fromS + at);

describe("seconds are left out", () => {
  test("from one before the fault was asked for to ten after it was gone", () => {
    expect(kept(disturbed({ faults: [faultSeen(10.2, 14.5)] }))).toEqual([...span(0, 9), ...span(25, 40)]);
  });

  test("to as long after it as the target may take to be well", () => {
    const recover = [5, 3].map((withinS) => ({ figure: "good", limit: 0.9, withinS }) as const);
    expect(kept(disturbed({ recover }))).toEqual([...span(0, 9), ...span(19, 40)]);
  });

  test("to the end where something of the fault is left", () => {
    expect(kept(disturbed({ faults: [faultSeen(10, 14, { status: "leaked" })] }))).toEqual(span(0, 9));
  });

  test("for a fault of which nobody saw anything too, because it was done", () => {
    expect(kept(disturbed({ faults: [faultSeen(10, 14, { status: "vacuous" })] }))).toHaveLength(25);
  });

  test("not for one that never was begun", () => {
    const { stoppedAtS: _, ...failed } = faultSeen(10, 14, { status: "failed" });
    expect(kept(disturbed({ faults: [failed] }))).toHaveLength(40);
  });

  test("never in a run without faults, which stays as it is", () => {
    expect(undisturbed(evidence()).evidence).toEqual(evidence());
  });
});

describe("a claim", () => {
  const about = (seen: Evidence, check: string) =>
    judge(seen, tallied()).findings.find((finding) => finding.check === check)!;

  test("is not refuted by what a fault did, and says how much was left out", () => {
    const seen = disturbed({ bad: badBetween(10, 20) });
    expect(about(seen, "errors")).toMatchObject({
      status: "upheld",
      because:
        "0 of 10,000 answers were bad (0 %); the claim allows 0.10 %; 15 of 40 seconds were left out because of faults",
    });
    expect(about(seen, "throughput").because).toContain("15 of 40 seconds were left out because of faults");
    expect(about(seen, "tail-latency").because).toContain("15 of 40 seconds were left out because of faults");
  });

  test("is refuted by what went wrong without one", () => {
    expect(about(disturbed({ bad: badBetween(30, 31) }), "errors")).toMatchObject({ status: "refuted" });
  });

  test("cannot be judged when next to nothing was undisturbed", () => {
    const seen = disturbed({ seconds: 25, faults: [faultSeen(5, 20)] });
    for (const check of ["errors", "throughput", "tail-latency"]) {
      expect(about(seen, check)).toMatchObject({
        status: "inconclusive",
        because:
          "too little of the run was undisturbed to tell: 21 of 25 seconds were left out because of faults, and 5 have to be left",
      });
    }
  });

  test("that leans on marked seconds is inconclusive with faults as without", () => {
    const seen = ill(disturbed({ bad: badBetween(30, 31) }), { 30: { slipP99Ms: 90 } });
    expect(about(seen, "errors")).toMatchObject({ status: "inconclusive" });
    expect(about(seen, "errors").because).toContain("our instrument was not well (1 of 25 seconds is marked");
  });

  test("is not touched by marks in seconds that were left out", () => {
    const seen = ill(disturbed({ bad: badBetween(10, 14) }), { 12: { slipP99Ms: 90 } });
    expect(about(seen, "errors")).toMatchObject({ status: "upheld" });
  });

  test("is doubted when what came to nothing in marked seconds could turn it, and too little else is left", () => {
    const sick = Object.fromEntries([1, 2, 16].map((atS) => [atS, { slipP99Ms: 90 }]));
    const seen = disturbed({ seconds: 18, faults: [faultSeen(5, 6)] });
    const timeline = seen.timeline.map((second) =>
      second.atS === 2 ? { ...second, planned: 700, inFlight: 300 } : second,
    );
    expect(about(ill(seen, sick), "errors").status).toBe("upheld");
    expect(about(ill({ ...seen, timeline }, sick), "errors")).toMatchObject({ status: "inconclusive" });
  });
});
