/** A whole search with its folder, its fleet, its evidence and its verdicts; only the stage and its agent are pretended. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Failure } from "../../../base/failure.ts";
import { planCapacity } from "../../../controller/capacity/plan-capacity.ts";
import { searchCapacity } from "../../../controller/capacity/search-capacity.ts";
import { RunRecord } from "../../../controller/record.ts";
import { findScenario } from "../../../scenarios/catalog.ts";
import { findTarget } from "../../../targets/catalog.ts";
import type { CapacitySeen } from "../../../verdict/capacity/capacity-seen.ts";
import type { Evidence } from "../../../verdict/evidence.ts";
import { PretendStage, type PretendStageOptions } from "../../fakes/pretend-stage.ts";

let home: string;
beforeEach(() => (home = mkdtempSync(join(tmpdir(), "stagebench-test-search-"))));
afterEach(() => rmSync(home, { recursive: true, force: true }));

const plan = planCapacity(
  { scenario: findScenario("browse"), target: { kind: "stage", spec: findTarget("stage-04"), variants: [] } },
  undefined,
);
const written = <T>(name: string): T => JSON.parse(readFileSync(join(home, "run", name), "utf8"));

function searching(options: PretendStageOptions, user = new AbortController()) {
  const record = RunRecord.create(join(home, "run"), "20260101T000000Z-capacity-browse-stage-04-0001");
  const stage = new PretendStage(options);
  return { stage, done: searchCapacity(plan, stage.parts(record), user.signal), user };
}

/** Bringing a stage up and exercising it, and what a probe takes besides its load: measured on two cores, seconds. */
const [upAfterS, aroundAProbeS] = [18, 1.3];
const lastsS = ({ probes }: CapacitySeen): number =>
  probes.reduce(
    // One second of load before it is within what is around a probe; before the comeback there are two.
    (sum, { aim, spanS }) => sum + aroundAProbeS + spanS + (aim === "comeback" ? 1 : 0),
    upAfterS,
  );

describe("a search for the knee", () => {
  test.each([650, 700, 900, 1_500, 2_200])(
    "finds within a twentieth what a stage carries that carries %s/s, in less than a minute and a half",
    async (carriesPerS) => {
      const seen = await searching({ carriesPerS }).done;
      expect(seen.status, seen.because).toBe("found");
      expect(Math.abs(seen.knee!.ratePerS / carriesPerS - 1)).toBeLessThan(0.05);
      expect(lastsS(seen), `${seen.probes.length} probes`).toBeLessThan(90);
    },
  );

  test("leaves what it found, and a run of its own of every probe", async () => {
    const { stage, done } = searching({ carriesPerS: 700 });
    const seen = await done;
    expect(seen).toMatchObject({ status: "found", budgets: "cgroup-v2" });
    expect(seen.saturated).toMatchObject({ tier: "app", nodes: ["node"], sureness: "sure" });
    expect(written("capacity.json")).toEqual(seen);
    expect(stage.isTakenDown).toBe(true);
    const folders = readdirSync(join(home, "run/probes")).toSorted();
    expect(folders).toHaveLength(seen.probes.length);
    for (const folder of folders) {
      const { artifacts } = written<Evidence>(`probes/${folder}/evidence.json`);
      const files = readdirSync(join(home, "run/probes", folder), { recursive: true });
      // Nothing is in its list that is not in its folder.
      expect(files).toEqual(expect.arrayContaining(Object.values(artifacts)));
    }
  });

  test("gives every drive arrivals of its own, exercises included", async () => {
    const { stage, done } = searching({ carriesPerS: 700 });
    await done;
    const seeds = stage.drives.map(({ seed }) => seed);
    expect(new Set(seeds).size).toBe(seeds.length);
    expect(seeds.length).toBeGreaterThan(10);
  });

  test("goes from the overload to less in one drive: what is left of the one is in the way of the other", async () => {
    const { stage, done } = searching({ carriesPerS: 700 });
    const { afterOverload } = await done;
    const { overloadPerS, afterPerS, goodRatioUnder, backAfterS, pauseS } = afterOverload!;
    const comeback = stage.drives.find(({ warmupRatePerS }) => warmupRatePerS !== undefined);
    expect(comeback).toMatchObject({ ratePerS: afterPerS, warmupRatePerS: overloadPerS, warmupS: 2 });
    expect(pauseS).toBe(0);
    expect(goodRatioUnder).toBeLessThan(0.1);
    // A second of work is left, a quarter of a second of it is in time, and a quarter of what it carries is to spare.
    expect(backAfterS).toBeGreaterThan(1);
    expect(backAfterS).toBeLessThan(5);
  });

  test("keeps the knee when a node dies of the overload, and tells which, there and in that probe", async () => {
    const { done } = searching({
      carriesPerS: 700,
      onDrive: ({ warmupRatePerS }, dying) => warmupRatePerS !== undefined && dying.die("exit 137"),
    });
    const found = await done;
    expect(found).toMatchObject({
      status: "found",
      cutShort: { kind: "target", because: "node died without having been asked to: exit 137" },
    });
    expect(written("capacity.json")).toEqual(found);
    const last = readdirSync(join(home, "run/probes")).toSorted().at(-1);
    const { targetSeen, ending } = written<Evidence>(`probes/${last}/evidence.json`);
    expect(targetSeen.deaths).toMatchObject([
      { node: "node", because: "exit 137", lastLines: ["out of memory"] },
    ]);
    expect(targetSeen.deaths[0]?.atS).toBe(-2);
    expect(ending.status).toBe("target-died");
  });

  test("leaves what it knew when the user has enough", async () => {
    const user = new AbortController();
    const { done } = searching(
      {
        carriesPerS: 700,
        onDrive: ({ warmupRatePerS }) =>
          warmupRatePerS !== undefined && user.abort(new Failure("interrupted", "Ctrl-C")),
      },
      user,
    );
    await expect(done).rejects.toMatchObject({ kind: "interrupted" });
    expect(written("capacity.json")).toMatchObject({ status: "found", knee: { p99Ms: expect.any(Number) } });
  });

  test("tells in every probe what the instrument has proven of itself", async () => {
    const record = RunRecord.create(join(home, "run"), "20260101T000000Z-capacity-browse-stage-04-0001");
    const certificate = {
      ...{ date: "2026-01-01T00:00:00Z", maxRatePerAgentPerS: 9_000, isForThisHost: true, path: "/c" },
    };
    const parts = { ...new PretendStage({ carriesPerS: 700 }).parts(record), certificate };
    await searchCapacity(plan, parts, new AbortController().signal);
    const [first = ""] = readdirSync(join(home, "run/probes")).toSorted();
    expect(written<Evidence>(`probes/${first}/evidence.json`).certificate).toEqual(certificate);
  });

  test("ends when a probe cannot be recorded, for nobody could judge it again", async () => {
    const { done } = searching({
      carriesPerS: 700,
      onDrive: (_, { drives }) => {
        if (drives.length !== 2) return;
        const folder = readdirSync(join(home, "run/probes")).toSorted().at(-1) ?? "";
        mkdirSync(join(home, "run/probes", folder, "timeline.ndjson"));
      },
    });
    await expect(done).rejects.toMatchObject({ kind: "environment" });
    expect(readdirSync(join(home, "run/probes"))).toHaveLength(2);
  });

  test("leaves nothing but its probes when a node dies before a knee was proven", async () => {
    const { done, stage: dying } = searching({
      carriesPerS: 700,
      onDrive: (_, each) => each.drives.length === 3 && each.die("exit 1"),
    });
    await expect(done).rejects.toMatchObject({ kind: "target" });
    expect(dying.isTakenDown).toBe(true);
    expect(readdirSync(join(home, "run"))).not.toContain("capacity.json");
    expect(readdirSync(join(home, "run/probes"))).toHaveLength(3);
  });
});
