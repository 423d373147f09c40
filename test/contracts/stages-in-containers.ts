/** Stages as containers, each through the whole contract; and what only containers can do. */
import { randomInt } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { composeUp } from "../../targets/launch/compose/compose.ts";
import { WardList } from "../../targets/launch/ward-list.ts";
import type { TargetSpec } from "../../targets/target.ts";
import { engineIsImpossible, ofRun, openEngine, type TestEngine } from "./container-engine.ts";
import { leftOf } from "./left-behind.ts";
import { targetContract } from "./target.contract.ts";

/** Making the base images and the first building of each image come on top of starting. */
const FIRST_LIMIT_MS = 600_000;

/** Makes tests: called once in a file. */
export function containersContract(specs: readonly TargetSpec[]): void {
  const cannotRun = engineIsImpossible();
  let root: string;
  let engine: TestEngine | undefined;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "stagebench-test-compose-"));
    await chmod(root, 0o755);
    if (cannotRun === undefined) engine = await openEngine();
  }, FIRST_LIMIT_MS);
  afterAll(async () => {
    await engine?.[Symbol.asyncDispose]();
    await rm(root, { recursive: true, force: true });
  }, FIRST_LIMIT_MS);

  for (const spec of specs) {
    targetContract({
      spec,
      cannotRun,
      async up(signal) {
        const wards = new WardList();
        const runId = `compose-${process.pid}-${randomInt(1_000_000)}`;
        const options = { runId, folder: join(root, runId), wards, say() {} };
        const target = await composeUp(spec, options, signal, { socket: engine!.socket });
        return {
          target,
          leftBehind: () => [...leftOf(wards), ...ofRun(engine!.socket, runId)],
          close: () => target.close(),
        };
      },
    });
  }
}
