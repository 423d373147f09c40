/** What `bench compare` refuses before it compares. */
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { compare } from "../../cli/commands/compare.ts";
import { Baselines } from "../../controller/gate/baselines.ts";
import { type RunMade, runFolder } from "../fakes/run-folder.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "stagebench-test-compare-"));
  vi.stubEnv("BENCH_RESULTS", home);
  vi.stubEnv("BENCH_BASELINES", join(home, "baselines"));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
});

const run = (id: string, more: RunMade = {}) => runFolder(join(home, "runs"), `20261101T10000${id}Z-x`, more);
const idOf = (id: string) => `20261101T10000${id}Z-x`;
const twice = (id: string, times = 2) => expect.stringContaining(`${idOf(id)} is there ${times} times`);

test.each([
  {
    why: "one run again and again",
    a: [1, 1, 1, 1, 1],
    b: [2, 2, 2],
    problems: [twice("1", 5), twice("2", 3)],
  },
  { why: "one run on both sides", a: [1, 2], b: [2, 3], problems: [twice("2")] },
])("$why is wrong words", async ({ a, b, problems }) => {
  for (const id of ["1", "2", "3"]) run(id);
  const words = (ids: readonly number[]) => ids.map((id) => idOf(String(id)));
  await expect(compare([words(a), words(b)], {})).rejects.toMatchObject({ kind: "usage", problems });
});

test("a copy, or the path of a run beside its id, is that run", async () => {
  const folder = run("1");
  run("2");
  cpSync(folder, join(home, "copy"), { recursive: true });
  const sides = [[idOf("1"), folder, join(home, "copy")], [idOf("2")]] as const;
  await expect(compare(sides, {})).rejects.toMatchObject({ problems: [twice("1", 3)] });
});

test("what differs within a side is told of its runs, not of sides", async () => {
  for (const id of ["1", "2", "4"]) run(id);
  run("3", { plan: { ratePerS: 300 } });
  const sides = [
    [idOf("1"), idOf("2")],
    [idOf("4"), idOf("3")],
  ] as const;
  await expect(compare(sides, {})).rejects.toMatchObject({
    problems: [`plan: rate: 400/s in ${idOf("4")}, 300/s in ${idOf("3")}`],
  });
});

test("pairs are of runs, and a baseline is several", async () => {
  const kept = ["1", "2", "3"].map((id) => run(id));
  await new Baselines(join(home, "baselines")).save("main", kept, 0);
  for (const id of ["4", "5", "6"]) run(id);
  await expect(compare([["baseline=main"], [idOf("4")]], { paired: true })).rejects.toMatchObject({
    problems: ["--paired: 3 and 1 runs are no pairs"],
  });
  for (const stream of [process.stdout, process.stderr]) vi.spyOn(stream, "write").mockReturnValue(true);
  const three = ["4", "5", "6"].map(idOf);
  expect([0, 5]).toContain(await compare([["baseline=main"], three], { paired: true }));
});

test("of runs that cannot be read it is not said that they are no pairs", async () => {
  run("1");
  await expect(compare([[idOf("1")], [idOf("2")]], { paired: true })).rejects.toMatchObject({
    problems: [expect.not.stringContaining("no pairs")],
  });
});
