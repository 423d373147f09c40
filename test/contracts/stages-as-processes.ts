/** Stages on the `processes` launcher, as declared, each through the whole contract. */
import { randomInt } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findComponents } from "../../targets/launch/components.ts";
import { bringUp } from "../../targets/launch/processes.ts";
import { WardList } from "../../targets/launch/ward-list.ts";
import { launcherProblem } from "../../targets/launchers.ts";
import type { TargetSpec } from "../../targets/target.ts";
import { leftOf } from "./left-behind.ts";
import { triesAll } from "./stages-to-try.ts";
import { targetContract } from "./target.contract.ts";

/** Of processes; images and containers take longer. */
const UP_LIMIT_MS = 100_000;

/** Makes tests: called once in a file. */
export function processesContract(specs: readonly TargetSpec[]): void {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "stagebench-test-target-"));
    // Closed to others, as the home of root is: programs that run as somebody else must not need it.
    await chmod(root, 0o700);
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  const unfit = specs.filter((spec) => launcherProblem(spec, "processes") !== undefined);

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

  for (const spec of specs.filter((each) => !unfit.includes(each))) {
    const { missing } = findComponents(spec);
    targetContract({
      spec,
      isSoldEveryWay: triesAll(),
      cannotRun:
        missing.length === 0
          ? undefined
          : `missing here: ${missing.map(({ program }) => program).join(", ")}`,
      async up(signal) {
        const wards = new WardList();
        const runId = `target-${process.pid}-${randomInt(1_000_000)}`;
        const options = { runId, folder: join(root, runId), wards, say() {} };
        const target = await bringUp(
          spec,
          options,
          AbortSignal.any([signal, AbortSignal.timeout(UP_LIMIT_MS)]),
        );
        return { target, leftBehind: () => leftOf(wards), close: () => target.close() };
      },
    });
  }
}
