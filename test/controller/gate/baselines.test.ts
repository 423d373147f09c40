import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Failure } from "../../../base/failure.ts";
import { readLists } from "../../../cli/commands/baseline.ts";
import { Baselines } from "../../../controller/gate/baselines.ts";
import type { Evidence } from "../../../verdict/evidence.ts";
import type { Spoiling } from "../../fakes/evidence.ts";
import { type RunMade, runFolder } from "../../fakes/run-folder.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "stagebench-test-baselines-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const runOf = (id: string, made: RunMade = {}) => runFolder(join(home, "runs"), id, made);
const three = () => ["r1", "r2", "r3"].map((id) => runOf(id));
const baselines = () => new Baselines(join(home, "baselines"));

async function failureOf(doing: Promise<unknown>): Promise<Failure> {
  const thrown = await doing.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(Failure);
  return thrown as Failure;
}

describe("what is saved", () => {
  test("is there whole, histograms and all, and is read as it was, also when the runs are gone", async () => {
    const runs = three();
    await baselines().save("main", runs, 0);
    rmSync(join(home, "runs"), { recursive: true });
    const { seen, files, scenario, target } = await baselines().read("main");
    expect([scenario, target]).toEqual(["flash-sale", "stage-08"]);
    expect(seen.map(({ runId }) => runId)).toEqual(["r1", "r2", "r3"]);
    expect(seen[0]?.figures["p99"]?.value).toBe(40);
    expect(Object.keys(files)).toContain("runs/r2/intervals/fleet.hlog");
    expect(readFileSync(join(home, "baselines/main/runs/r2/intervals/fleet.hlog"), "utf8")).toContain(
      "of r2",
    );
    expect(baselines().names()).toEqual(["main"]);
  });

  test("replaces what was there under its name", async () => {
    await baselines().save("main", three(), 0);
    await baselines().save(
      "main",
      ["r4", "r5", "r6"].map((id) => runOf(id)),
      1,
    );
    expect(readdirSync(join(home, "baselines/main/runs")).toSorted()).toEqual(["r4", "r5", "r6"]);
  });

  test("is gone when it is removed, and the runs are not", async () => {
    const runs = three();
    await baselines().save("main", runs, 0);
    baselines().remove("main");
    expect(baselines().names()).toEqual([]);
    expect(runs.every(existsSync)).toBe(true);
  });
});

describe("what can never be a baseline", () => {
  test.each([
    {
      why: "a run that was interrupted",
      spoiling: { ending: { status: "interrupted", because: "Ctrl-C", measuredS: 3 } },
      says: "Ctrl-C",
    },
    {
      why: "a run in which our agents were late",
      spoiling: { instrument: { slipMs: { p50: 1, p99: 60, max: 99 } } },
      says: "slip p99",
    },
    {
      why: "a run that oversold",
      spoiling: {
        correctness: {
          stocks: [{ saleId: 3, itemId: 4711, initial: 10, remaining: 0, cacheRemaining: 0, sold: 37 }],
        },
      },
      says: "books are broken",
    },
  ] as { why: string; spoiling: Spoiling<Evidence>; says: string }[])("$why", async ({ spoiling, says }) => {
    const runs = [...three(), runOf("r4", { spoiling })];
    const { kind, problems } = await failureOf(baselines().save("main", runs, 0));
    expect(kind).toBe("usage");
    expect(problems.join("\n")).toContain(`r4 is not valid: `);
    expect(problems.join("\n")).toContain(says);
    expect(baselines().names()).toEqual([]);
  });

  test("runs of different loads, told in words; and everything wrong at once", async () => {
    const runs = [runOf("r1"), runOf("r2", { plan: { ratePerS: 500 } })];
    const { problems } = await failureOf(baselines().save("main", runs, 0));
    expect(problems.join("\n")).toContain("rate: 400/s in r1, 500/s in r2");
    expect(problems.join("\n")).toContain("3 are the fewest");
  });

  test("the same run thrice", async () => {
    const run = runOf("r1");
    expect((await failureOf(baselines().save("main", [run, run, run], 0))).problems.join()).toContain(
      "fewest",
    );
  });

  test("a run and its copy", async () => {
    const runs = three();
    cpSync(runs[0]!, join(home, "copy"), { recursive: true });
    const { problems } = await failureOf(baselines().save("main", [...runs, join(home, "copy")], 0));
    expect(problems).toEqual([expect.stringContaining("r1 is there 2 times")]);
  });

  test("one run under two paths, beside another", async () => {
    const [first = "", second = ""] = three();
    symlinkSync(join(home, "runs"), join(home, "elsewhere"));
    const { problems } = await failureOf(
      baselines().save("main", [first, join(home, "elsewhere/r1"), second], 0),
    );
    expect(problems.join()).toContain("2 runs do not tell");
  });

  test("a run without its histograms", async () => {
    const runs = three();
    rmSync(join(runs[1]!, "intervals/fleet.hlog"));
    const { problems } = await failureOf(baselines().save("main", runs, 0));
    expect(problems).toEqual(["r2 has no intervals/fleet.hlog"]);
  });

  test("a run that broke off before its evidence", async () => {
    const runs = three();
    rmSync(join(runs[1]!, "evidence.json"));
    const { kind, problems } = await failureOf(baselines().save("main", [...runs, runOf("r4")], 0));
    expect([kind, problems]).toEqual(["usage", [expect.stringContaining("run r2 is incomplete")]]);
  });

  test("folders that cannot be read, all of them, and what is wrong with the others", async () => {
    const runs = ["r1", "r2", "r3"].map((id) => runOf(id, id === "r3" ? { plan: { ratePerS: 500 } } : {}));
    writeFileSync(join(runs[1]!, "evidence.json"), "{");
    const nowhere = join(home, "runs/r5");
    const { problems } = await failureOf(baselines().save("main", [...runs, nowhere], 0));
    expect(problems).toEqual([
      expect.stringContaining("is not JSON"),
      `there is no folder ${nowhere}`,
      expect.stringContaining("2 runs do not tell"),
      expect.stringContaining("rate: 400/s in r1, 500/s in r3"),
    ]);
  });

  test.each(["", "../main", "a b", ".hidden"])("under the name %j", async (name) => {
    expect((await failureOf(baselines().save(name, three(), 0))).message).toContain("no name for a baseline");
  });

  test("a failed save leaves the old one as it was", async () => {
    await baselines().save("main", three(), 0);
    await failureOf(baselines().save("main", [runOf("r9")], 1));
    expect(baselines().list("main").runs).toEqual(["r1", "r2", "r3"]);
  });
});

describe("a save that breaks off", () => {
  const at = (name: string) => join(home, "baselines", name);
  const read = () => baselines().read("main");

  test("before it was whole has changed nothing, and is no baseline", async () => {
    await baselines().save("main", three(), 0);
    cpSync(at("main"), at(".main.new"), { recursive: true });
    expect(baselines().names()).toEqual(["main"]);
    expect((await read()).seen).toHaveLength(3);
  });

  test("between its two renames leaves the old one to be read, replaced and removed", async () => {
    await baselines().save("main", three(), 0);
    renameSync(at("main"), at(".main.old"));
    cpSync(at(".main.old"), at(".main.new"), { recursive: true });
    expect(baselines().names()).toEqual(["main"]);
    expect((await read()).seen.map(({ runId }) => runId)).toEqual(["r1", "r2", "r3"]);
    await baselines().save(
      "main",
      ["r4", "r5", "r6"].map((id) => runOf(id)),
      1,
    );
    expect(readdirSync(join(home, "baselines"))).toEqual(["main"]);
    expect((await read()).seen.map(({ runId }) => runId)).toEqual(["r4", "r5", "r6"]);
    renameSync(at("main"), at(".main.old"));
    baselines().remove("main");
    expect(readdirSync(join(home, "baselines"))).toEqual([]);
  });

  test("and other names are other baselines, whatever they end with", async () => {
    for (const name of ["main.new", "main.old", "main"]) await baselines().save(name, three(), 0);
    expect(baselines().names()).toEqual(["main", "main.new", "main.old"]);
  });
});

test("folders of one name are kept apart by the ids of their runs", async () => {
  const runs = ["r1", "r2", "r3"].map((id) => runOf(id));
  const folders = runs.map((run, at) => {
    const folder = join(home, `place-${at}`, "run");
    cpSync(run, folder, { recursive: true });
    return folder;
  });
  const { runs: ids } = await baselines().save("main", folders, 0);
  expect(ids).toEqual(["r1", "r2", "r3"]);
  expect((await baselines().read("main")).seen.map(({ runId }) => runId)).toEqual(ids);
});

describe("a damaged list", () => {
  beforeEach(async () => {
    for (const name of ["main", "other"]) await baselines().save(name, three(), 0);
    writeFileSync(join(home, "baselines/main/baseline.json"), "{");
  });

  test("does not hide the others", () => {
    const { lists, problems } = readLists(baselines());
    expect(lists.map(({ name }) => name)).toEqual(["other"]);
    expect(problems).toEqual([expect.stringContaining("main/baseline.json is not the list of a baseline")]);
  });

  test("can be removed", () => {
    baselines().remove("main");
    expect(readdirSync(join(home, "baselines"))).toEqual(["other"]);
  });
});

test.each(["mian", "..", "../runs", "."])("removing %j removes nothing", async (name) => {
  await baselines().save("main", three(), 0);
  expect(() => baselines().remove(name)).toThrow(/unknown baseline/);
  expect([existsSync(join(home, "runs/r1")), baselines().names()]).toEqual([true, ["main"]]);
});

test("a baseline somebody has had his hands in is refused, with what is wrong", async () => {
  await baselines().save("main", three(), 0);
  const kept = join(home, "baselines/main/runs/r1");
  writeFileSync(
    join(kept, "evidence.json"),
    readFileSync(join(kept, "evidence.json"), "utf8").replace("40", "80"),
  );
  rmSync(join(home, "baselines/main/runs/r2/plan.json"));
  const { problems, kind } = await failureOf(baselines().read("main"));
  expect(kind).toBe("environment");
  expect(problems).toEqual(["runs/r1/evidence.json is not what was saved", "runs/r2/plan.json is missing"]);
});

test("a name nobody knows is told with the nearest", async () => {
  await baselines().save("main", three(), 0);
  expect((await failureOf(baselines().read("mian"))).message).toContain('did you mean "main"');
});
