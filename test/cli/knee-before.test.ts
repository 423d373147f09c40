/** Which earlier search a new one begins by: the newest of the same, made here. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { kneeBefore } from "../../cli/knee-before.ts";
import { planCapacity } from "../../controller/capacity/plan-capacity.ts";
import type { RunRequest } from "../../controller/plan.ts";
import { findScenario } from "../../scenarios/catalog.ts";
import { findTarget } from "../../targets/catalog.ts";

let home: string;
const results = process.env["BENCH_RESULTS"];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "stagebench-test-before-"));
  process.env["BENCH_RESULTS"] = home;
});
afterEach(() => {
  if (results === undefined) delete process.env["BENCH_RESULTS"];
  else process.env["BENCH_RESULTS"] = results;
  rmSync(home, { recursive: true, force: true });
});

const baseOf = (variants: readonly string[] = [], more: Partial<RunRequest> = {}) => {
  const target = { kind: "stage", spec: findTarget("stage-04"), variants } as const;
  return planCapacity({ scenario: findScenario("browse"), target, ...more }, undefined).base;
};
const here = { cpu: cpus()[0]?.model ?? "unknown", cores: cpus().length };

/** A search that found that knee, or what is in its files instead. */
function searched(
  at: string,
  kneePerS: number | undefined,
  files: Readonly<Record<string, unknown>> = {},
): void {
  const folder = join(home, "runs", `20260101T0000${at}Z-capacity-browse-stage-04-0001`);
  mkdirSync(folder, { recursive: true });
  const usual = {
    "plan.json": baseOf(),
    "run.json": { host: here },
    "capacity.json": kneePerS === undefined ? {} : { knee: { ratePerS: kneePerS } },
  };
  for (const [name, value] of Object.entries({ ...usual, ...files }))
    writeFileSync(join(folder, name), typeof value === "string" ? value : JSON.stringify(value));
}

test("nothing is known where nothing was searched", () => expect(kneeBefore(baseOf())).toBeUndefined());

test("the newest counts, and one that found no knee, or cannot be read, knows nothing", () => {
  searched("01", 400);
  searched("02", 444);
  searched("03", undefined);
  searched("04", 999, { "capacity.json": "{" });
  searched("05", -1);
  expect(kneeBefore(baseOf())).toEqual({ kneePerS: 444 });
});

test.each([
  { why: "another scenario", files: { "plan.json": { ...baseOf(), scenario: "mixed-daily" } } },
  {
    why: "a scenario of that name in another file",
    files: { "plan.json": { ...baseOf(), scenarioFile: "/x.ts" } },
  },
  { why: "another variant", files: { "plan.json": baseOf(["shops=1"]) } },
  { why: "more agents", files: { "plan.json": baseOf([], { agents: 2 }) } },
  { why: "another processor", files: { "run.json": { host: { ...here, cpu: "an abacus" } } } },
  { why: "more cores", files: { "run.json": { host: { ...here, cores: here.cores + 1 } } } },
])("a search with $why is another", ({ files }) => {
  searched("01", 400, files);
  expect(kneeBefore(baseOf())).toBeUndefined();
});

test("a run is no search", () => {
  searched("01", 400);
  rmSync(join(home, "runs"), { recursive: true });
  const folder = join(home, "runs/20260101T000001Z-browse-stage-04-0001");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "plan.json"), JSON.stringify(baseOf()));
  expect(kneeBefore(baseOf())).toBeUndefined();
});
