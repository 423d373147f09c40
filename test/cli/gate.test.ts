/** What `bench gate` says before it runs anything. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type GateWords, gate } from "../../cli/commands/gate.ts";
import { about } from "../../cli/commands/run.ts";
import { Baselines } from "../../controller/gate/baselines.ts";
import { identityOf } from "../../controller/gate/identity.ts";
import { planRun, type RunRequest } from "../../controller/plan.ts";
import { findScenario } from "../../scenarios/catalog.ts";
import { runFolder } from "../fakes/run-folder.ts";

const url = "http://127.0.0.1:3002";
const own: RunRequest = {
  ...{ scenario: findScenario("browse"), ratePerS: 60, durationS: 10 },
  target: { kind: "external", urls: [url] },
};
const words: GateWords = {
  ...{ target: [url], rate: "60", duration: "10s", baseline: "main" },
  ...{ excess: [], flags: [] },
};
const never = new AbortController().signal;

let home: string;
let said: string;
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "stagebench-test-gate-"));
  vi.stubEnv("BENCH_RESULTS", home);
  vi.stubEnv("BENCH_BASELINES", join(home, "baselines"));
  said = "";
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, "write").mockImplementation((text) => {
      said += String(text);
      return true;
    });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
});

/** Of three runs as they would be made here, or on a machine of so many cores. */
async function baseline(cores?: number): Promise<void> {
  const here = about("");
  const host = { ...here.host, ...(cores !== undefined && { cores }) };
  const runs = ["r1", "r2", "r3"].map((id) =>
    runFolder(join(home, "runs"), id, {
      plan: { variants: undefined, ...planRun(own) },
      about: { ...here, host, identity: identityOf(own) },
    }),
  );
  await new Baselines(join(home, "baselines")).save("main", runs, 0);
}

test("a p99 of runs that are too short for it is refused, with every other wrong word", async () => {
  await baseline();
  const wrong = { ...words, margin: ["p99=10%"], maxRuns: "1", baselineTarget: ["stage-01"] };
  await expect(gate("browse", wrong, never)).rejects.toMatchObject({
    kind: "usage",
    problems: [
      expect.stringContaining("--max-runs"),
      expect.stringContaining("--baseline-target"),
      expect.stringMatching(/^--margin: p99 takes 10,000 requests .* about 4,000; --duration 30s would do/),
    ],
  });
});

test("of a p99 nobody asked for it is said that it is held against nothing; --strict refuses it", async () => {
  await baseline();
  expect(await gate("browse", { ...words, dryRun: true }, never)).toBe(0);
  expect(said).toContain("held against nothing: p99 takes 10,000 requests");
  await expect(gate("browse", { ...words, strict: true }, never)).rejects.toMatchObject({
    problems: [expect.stringMatching(/^--strict: p99 takes/)],
  });
});

test("an old version that may not be loaded is refused also when it is only asked what it would do", async () => {
  await baseline();
  const asked = { ...words, dryRun: true };
  const notAllowed = { ...asked, baselineTarget: ["http://192.0.2.1"] };
  await expect(gate("browse", notAllowed, never)).rejects.toMatchObject({
    kind: "usage",
    problems: [expect.stringContaining("192.0.2.1")],
  });
  expect(said).not.toContain("the baseline is run again");
  expect(await gate("browse", { ...asked, baselineTarget: ["http://127.0.0.1:3001"] }, never)).toBe(0);
  expect(said).toContain("the baseline is run again");
});

test("a sale cannot be opened at an old version whose books nobody named", async () => {
  await baseline();
  const sale = { ...words, auditUrl: `${url}/audit`, baselineTarget: ["http://127.0.0.1:3001"] };
  await expect(gate("flash-sale", sale, never)).rejects.toMatchObject({
    problems: expect.arrayContaining([
      expect.stringMatching(/^--baseline-target: .*sale at the old one; use --kept/),
    ]),
  });
});

test("runs of another machine are refused in every form, also when it is advisory", async () => {
  await baseline(640);
  const report = ["markdown", "junit", "json"].map((format) => `${format}=${join(home, format)}`);
  expect(await gate("browse", { ...words, report, advisory: true }, never)).toBe(5);
  expect(said).toMatch(/^INCONCLUSIVE: these runs were not made under the same circumstances/);
  for (const format of ["markdown", "junit", "json"])
    expect(readFileSync(join(home, format), "utf8"), format).toContain("640");
});

test("only asked what it would do, it writes nothing", async () => {
  await baseline(640);
  const path = join(home, "summary.md");
  expect(await gate("browse", { ...words, report: [`markdown=${path}`], dryRun: true }, never)).toBe(5);
  expect(existsSync(path)).toBe(false);
});
