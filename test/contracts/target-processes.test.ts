/** Stages on the `processes` launcher, as declared, each through the whole contract. */
import { randomInt } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { targets } from "../../targets/catalog.ts";
import { findComponents } from "../../targets/launch/components.ts";
import { bringUp } from "../../targets/launch/processes.ts";
import { WardList } from "../../targets/launch/ward-list.ts";
import { launcherProblem } from "../../targets/launchers.ts";
import { read } from "../house/files.ts";
import { leftOf } from "./left-behind.ts";
import { stagesToTry, triesAll } from "./stages-to-try.ts";
import { targetContract } from "./target.contract.ts";
import { operations } from "./target-operations.ts";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "stagebench-test-target-"));
  // Closed to others, as the home of root is: programs that run as somebody else must not need it.
  await chmod(root, 0o700);
});
afterAll(() => rm(root, { recursive: true, force: true }));

test("every operation of docs/shop-api.md is asked of every stage", () => {
  const told = [...read("docs/shop-api.md").matchAll(/^\| ([a-z_]+) \| `/gm)].map(([, name]) => name);
  expect(told.length).toBeGreaterThan(0);
  expect(operations.map(({ operation }) => operation).toSorted()).toEqual(told.toSorted());
});

test("npm test tries every stage as processes, and as containers those that differ most; test:all every one", () => {
  expect(stagesToTry(targets, "processes", false)).toEqual(targets);
  const ids = stagesToTry(targets, "compose", false).map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining(["stage-01", "stage-05", "stage-08", "stage-12", "stage-14"]));
  expect(stagesToTry(targets, "compose", true)).toEqual(targets);
});

const tried = stagesToTry(targets, "processes");
const unfit = tried.filter((spec) => launcherProblem(spec, "processes") !== undefined);

describe.runIf(unfit.length > 0)("a stage that needs another launcher", () => {
  test.for(unfit)("$id refuses to come up as processes, and says which one it needs", async (spec) => {
    const wards = new WardList();
    const options = { runId: `target-${process.pid}-unfit`, folder: root, wards, say() {} };
    await expect(bringUp(spec, options, AbortSignal.timeout(10_000))).rejects.toMatchObject({
      kind: "usage",
      message: expect.stringContaining("--launcher compose"),
    });
    expect(leftOf(wards)).toEqual([]);
  });
});

for (const spec of tried.filter((each) => !unfit.includes(each))) {
  const { missing } = findComponents(spec);
  targetContract({
    spec,
    isSoldEveryWay: triesAll(),
    cannotRun:
      missing.length === 0 ? undefined : `missing here: ${missing.map(({ program }) => program).join(", ")}`,
    async up() {
      const wards = new WardList();
      const runId = `target-${process.pid}-${randomInt(1_000_000)}`;
      const options = { runId, folder: join(root, runId), wards, say() {} };
      const target = await bringUp(spec, options, AbortSignal.timeout(100_000));
      return { target, leftBehind: () => leftOf(wards), close: () => target.close() };
    },
  });
}
