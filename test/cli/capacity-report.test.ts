import { describe, expect, it } from "vitest";
import { capacityExitCode, capacityLines } from "../../cli/capacity-report.ts";
import type { CapacitySeen } from "../../verdict/capacity/capacity-seen.ts";
import { kneeOf, saturatedAbove } from "../../verdict/capacity/knee.ts";
import type { ProbeAim, ProbeAnswer, ProbeSeen } from "../../verdict/capacity/probe.ts";

const probe = (aim: ProbeAim, ratePerS: number, answer: ProbeAnswer, p99Ms: number): ProbeSeen => ({
  ...{
    aim,
    ratePerS,
    answer,
    p99Ms,
    because: "",
    spanS: 3,
    p50Ms: 2,
    p90Ms: 10,
    agentCpuRatio: 0.1,
    usedCores: 1,
  },
  ...{ offeredPerS: ratePerS, completedPerS: ratePerS, goodPerS: answer === "good" ? ratePerS : 20 },
  late: { of: 500, missed: answer === "good" ? 0 : 400 },
  errors: { of: 500, missed: 0 },
  nodes: [
    node("shop-1", "app", answer === "good" ? 0.82 : 0.97),
    node("db", "db", answer === "good" ? 0.3 : 0.35),
  ],
  folder: "probes/01",
});
const node = (name: string, tier: string, cpuUsedRatio: number) => ({
  ...{ name, tier, cpuUsedRatio, cpuBudgetMillicores: 300, throttledRatio: cpuUsedRatio / 2 },
});

const probes = [
  probe("rise", 250, "good", 90),
  probe("rise", 350, "bad", 900),
  probe("again", 350, "bad", 950),
  ...[120, 180, 140].map((p99Ms) => probe("confirm", 250, "good", p99Ms)),
];
const saturated = saturatedAbove(probes, 250, "cgroup-v1");
const found: CapacitySeen = {
  ...{ schemaVersion: 1, runId: "r", scenario: "browse", target: "stage-04", unusual: ["shops=2"], seed: 42 },
  ...{ startedAt: "2026-11-21T00:00:00Z", tookS: 71.4, objective: { p99Ms: 250, errorRatio: 0.001 } },
  ...{ status: "found", because: "kept at 250 /s, broken at 350 /s", probes, budgets: "cgroup-v1" },
  knee: kneeOf(probes, 250, 350),
  ...(saturated && { saturated }),
  afterOverload: {
    ...{
      overloadPerS: 375,
      afterPerS: 200,
      goodRatioUnder: 0.1,
      goodRatioAfter: 0.98,
      pauseS: 0,
      backAfterS: 0.3,
      watchedS: 6,
    },
  },
};

describe("the report of a search for the knee", () => {
  const lines = capacityLines(found, "/runs/r").join("\n");

  it("says what is carried and what is not, under which objective, of which target", () => {
    expect(lines.replaceAll("\n", " ")).toContain(
      "KNEE stage-04 shops=2 carries browse at 250 /s arrivals at the peak, and not 350 /s (99 % within 250 ms, at most 0.10 % bad)",
    );
  });

  it("tells what saturated, how busy nodes were at the knee, and whether it came back", () => {
    expect(lines).toContain("saturated first: app (shop-1), sure");
    expect(lines).toMatch(/shop-1 +app +300 +82\.0/);
    expect(lines.replaceAll("\n", " ")).toContain("back to 200 /s: itself again 0.3 s after the end of that");
  });

  it("takes the worst tail of the probes that prove it, and tells of others there", () => {
    expect(found.knee?.p99Ms).toBe(180);
    expect(lines.replaceAll("\n", " ")).toContain("p99 180 ms at most in the probes that prove it");
    const bad = {
      ...found.probes.at(-1)!,
      ratePerS: 250,
      aim: "confirm",
      answer: "bad",
      p99Ms: 311,
    } as const;
    const more = { ...found, probes: [...found.probes, bad] };
    expect(capacityLines(more, "/r").join(" ").replaceAll("\n", " ")).toContain(
      "prove it; 1 other there was not good, p99 up to 311 ms",
    );
  });

  it("tells a pause after the overload, and why nothing is known of one", () => {
    const paused = { ...found, afterOverload: { ...found.afterOverload!, pauseS: 1.5, backAfterS: 1.8 } };
    expect(capacityLines(paused, "/r").join(" ")).toMatch(/after a pause of 1\.5 s: itself again 1\.8 s/);
    const { afterOverload: _, ...rest } = found;
    const unseen = { ...rest, overloadUnseen: "the machine itself was full" };
    expect(capacityLines(unseen, "/r").join(" ")).toContain(
      "nothing is known of an overload: the machine itself was full",
    );
  });

  it("does not say that nothing was saturated when a load could only not be proven kept", () => {
    const { saturated: _, ...rest } = found;
    expect(capacityLines(rest, "/r").join(" ")).toContain("what is saturated first is not known: at 350 /s");
    const { belowPerS: __, ...knee } = found.knee!;
    expect(capacityLines({ ...rest, knee }, "/r").join(" ")).toContain(
      "nothing was saturated: no load was bad",
    );
  });

  it("is inconclusive, with the reason, when more could not be made", () => {
    const { belowPerS: _, ...knee } = found.knee!;
    const most = { ...found, knee, status: "beyond-most", because: "250 /s is all our agents make" } as const;
    expect(capacityLines(most, "/r").join(" ")).toMatch(
      /^INCONCLUSIVE .* may carry more .* is all our agents make/,
    );
    expect(capacityExitCode(most)).toBe(5);
  });

  it("names no limit on errors where nobody asked for one, and shares of a core where nobody holds budgets", () => {
    const free = capacityLines({ ...found, objective: { p99Ms: 100 }, budgets: "none" }, "/r").join("\n");
    expect(free.replaceAll("\n", " ")).toContain("(99 % within 100 ms)");
    expect(free).toContain("% of a core");
  });

  it("tells the knee and what ended the search after it, and ends with the code of that", () => {
    const because = "shop-1 died without having been asked to: exit 137";
    const died = { ...found, cutShort: { kind: "target", because } } as const;
    const text = capacityLines(died, "/r").join(" ");
    expect(text).toMatch(/^KNEE/);
    expect(text).toContain(because);
    expect(capacityExitCode(died)).toBe(4);
    expect(capacityExitCode({ ...died, status: "broken" })).toBe(11);
  });

  it("shows every probe by rate, and is no wider than a terminal", () => {
    expect(lines.match(/^ *(250|350) {2}.* (good|bad)$/gm)).toHaveLength(6);
    for (const line of lines.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
  });

  it("takes what saturated from above the knee, not from a stall below it", () => {
    const stalled = { ...probe("rise", 100, "bad", 900), nodes: [node("db", "db", 0.2)] };
    expect(saturatedAbove([stalled, ...probes], 250, "cgroup-v1")?.tier).toBe("app");
    expect(saturatedAbove([stalled], 250, "cgroup-v1")).toBeUndefined();
  });

  it("says why there is no knee, and ends accordingly", () => {
    const { knee, saturated: _, afterOverload, ...rest } = found;
    const without = (status: CapacitySeen["status"], because: string): CapacitySeen => ({
      ...rest,
      status,
      because,
    });
    const below = without("below-least", "not even 1 /s meets the objective");
    expect(capacityLines(below, "/r")[0]).toMatch(/^REFUTED/);
    expect(capacityLines(without("inconclusive", "the machine was full"), "/r").join(" ")).toContain(
      "the machine was full",
    );
    expect([found, below, without("broken", ""), without("inconclusive", "")].map(capacityExitCode)).toEqual([
      0, 10, 11, 5,
    ]);
  });
});
