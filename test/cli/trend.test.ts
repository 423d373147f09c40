/** Which runs a trend is asked of, and what is said when there are none. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Failure } from "../../base/failure.ts";
import { type TrendWords, trendOf } from "../../cli/commands/trend.ts";
import { type RunMade, runFolder } from "../fakes/run-folder.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "stagebench-test-trend-"));
  vi.stubEnv("BENCH_RESULTS", home);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
});

const made = (id: string, more: RunMade = {}) => runFolder(join(home, "runs"), `20261101T10${id}Z-x`, more);

async function failureOf(scenario: string, words: TrendWords): Promise<Failure> {
  const thrown = await trendOf(scenario, words).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(Failure);
  return thrown as Failure;
}

test("a scenario is found by its name, also one that an id has no room for", async () => {
  const scenario = "the-evening-before-the-great-sale-of-november";
  for (const id of ["0001", "0002"]) made(id, { plan: { scenario } });
  made("0003", { plan: { scenario: "the-evening-before-the-great-sale" } });
  expect(await trendOf(scenario, { figure: "p50" })).toMatchObject({ runs: 2, others: 0, points: [] });
});

test("a p99 is not taken of runs with too few requests", async () => {
  for (const id of ["0001", "0002"]) made(id);
  expect(await trendOf("flash-sale", {})).toMatchObject({ figure: "p99", runs: 0, tooFew: 2 });
});

test("runs on somebody's own system are asked for by where it is", async () => {
  const target = "http://127.0.0.1:3000";
  made("0001", { plan: { target, launcher: "external" } });
  made("0002");
  expect(await trendOf("flash-sale", { target, figure: "p50" })).toMatchObject({ runs: 1, others: 0 });
});

test("every wrong word, with the nearest", async () => {
  made("0001", { plan: { scenario: "my-sale" } });
  const { kind, problems } = await failureOf("my-slae", { target: "stage-8", figure: "p98" });
  expect(kind).toBe("usage");
  expect(problems).toEqual([
    'unknown scenario "my-slae"; did you mean "my-sale"?',
    expect.stringMatching(/^unknown target "stage-8"; did you mean "stage-0/),
    expect.stringMatching(/^unknown figure "p98"; did you mean "p9/),
  ]);
});

test("no run of a scenario there is", async () => {
  made("0001");
  expect((await failureOf("browse", {})).message).toBe("there is no finished run of browse");
  expect((await failureOf("flash-sale", { target: "stage-01" })).message).toBe(
    "there is no finished run of flash-sale on stage-01",
  );
});
