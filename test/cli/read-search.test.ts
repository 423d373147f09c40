/** Words of `bench capacity`: all that is wrong at once, and a settings file that was written for runs. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Failure } from "../../base/failure.ts";
import { planSearch, readSearch } from "../../cli/commands/capacity.ts";
import type { RunWords } from "../../cli/request.ts";

let home: string;
beforeEach(() => (home = mkdtempSync(join(tmpdir(), "stagebench-test-words-"))));
afterEach(() => rmSync(home, { recursive: true, force: true }));

const words = (more: Partial<RunWords>): RunWords => ({
  excess: [],
  flags: [],
  target: ["stage-01"],
  ...more,
});

async function problemsOf(scenario: string, more: Partial<RunWords>): Promise<string> {
  try {
    await readSearch(scenario, words(more));
    return "";
  } catch (error) {
    if (error instanceof Failure && error.kind === "usage") return error.problems.join("\n");
    throw error;
  }
}

test("what has no place in a search is told together with words that cannot be read", async () => {
  const problems = await problemsOf("browse", { duration: "9s", warmup: "1s", rate: "fast", seed: "x" });
  for (const word of ["--duration:", "--warmup:", '--rate "fast"', "--seed"])
    expect(problems).toContain(word);
});

test("so is a load that waits for answers", async () => {
  const problems = await problemsOf("calibration-closed", { rate: "fast" });
  expect(problems).toContain("is a closed load");
  expect(problems).toContain('--rate "fast"');
});

test("a settings file may say how long runs are", async () => {
  const config = join(home, "bench.config.yaml");
  writeFileSync(config, "target: stage-01\nduration: 30s\nwarmup: 5s\nadvisory: true\n");
  const { request, settings } = await readSearch("browse", words({ config }));
  expect(request).not.toHaveProperty("durationS");
  expect(request).not.toHaveProperty("warmupS");
  expect(settings.advisory).toBe(true);
  expect(planSearch(request).plan.search.firstPerS).toBeGreaterThan(0);
});
