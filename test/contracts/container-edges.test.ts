/** Edges between containers: doors that stay when containers come and go, and faults that stay until they are lifted. */
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { latency } from "../../chaos/faults/latency.ts";
import { lookThrough } from "../../chaos/relay/edge-look.ts";
import { WardList } from "../../targets/launch/ward-list.ts";
import { engineIsImpossible, openEngine, type TestEngine } from "./container-engine.ts";
import { type OpenStage, openStage, preparedStage } from "./fault-stage.ts";
import { leftOf } from "./left-behind.ts";
import { several } from "./orchestrated.ts";
import { triesAll } from "./stages-to-try.ts";

const reason =
  engineIsImpossible() ?? (triesAll() ? undefined : "containers take a minute: npm run test:all");
const UP_LIMIT_MS = 660_000;
const TEST_LIMIT_MS = 120_000;
/** Until the kernel is sure that an address has nobody. */
const ABSENCE_LIMIT_MS = 30_000;
const LOOK_LIMIT_MS = 2_000;
const edge = { from: "shop-1", to: "cache" } as const;
const never = new AbortController().signal;

describe.skipIf(reason !== undefined)(`doors between containers${reason ? ` (${reason})` : ""}`, () => {
  const prepared = preparedStage([
    { word: "latency=80ms:shop-1>cache@0+60", stage: several.id, spec: several, launcher: "compose" },
    { word: "latency=80ms:shop-2>cache@0+60", stage: several.id, spec: several, launcher: "compose" },
  ]);
  const wards = new WardList();
  const usualEngine = process.env["DOCKER_HOST"];
  let root: string;
  let engine: TestEngine;
  let stage: OpenStage;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "stagebench-test-edges-"));
    await chmod(root, 0o755);
    engine = await openEngine();
    process.env["DOCKER_HOST"] = `unix://${engine.socket}`;
    stage = await openStage(prepared, { folder: join(root, "target"), wards });
  }, UP_LIMIT_MS);
  afterAll(async () => {
    await stage?.close();
    await engine?.[Symbol.asyncDispose]();
    if (usualEngine === undefined) delete process.env["DOCKER_HOST"];
    else process.env["DOCKER_HOST"] = usualEngine;
    await rm(root, { recursive: true, force: true });
  }, TEST_LIMIT_MS);

  const relay = () => stage.ground.relay!;
  /** Pages of that shop, until it has made a connection that there was not before. */
  const callsThroughTheDoor = async (from: string, before: number) => {
    const led = { from, to: "cache" };
    await expect
      .poll(
        async () => {
          await fetch(`http://${stage.ground.node(from).address}/`, { signal: AbortSignal.timeout(3_000) })
            .then((answer) => answer.arrayBuffer())
            .catch(() => {});
          return (await relay().links(led)).ever;
        },
        { timeout: 20_000, interval: 100 },
      )
      .toBeGreaterThan(before);
  };

  test(
    "a fault outlives the containers at both ends of its edge, and is lifted when they are new ones",
    async () => {
      const planned = prepared.cases[0]!.scheduled[0]!;
      const fault = await latency.prepare(planned, stage.ground);
      expect(await fault.verify()).toBeUndefined();
      await fault.inject(never);
      for (const name of [edge.from, edge.to]) {
        const { ever } = await relay().links(edge);
        await stage.ground.node(name).restart(AbortSignal.timeout(TEST_LIMIT_MS));
        await callsThroughTheDoor(edge.from, ever);
        await expect.poll(() => fault.verify(), { timeout: 20_000 }).toBeTypeOf("string");
      }
      await fault.undo?.(never);
      await expect.poll(() => fault.verifyUndone(), { timeout: 20_000 }).toBeUndefined();
      expect(await fault.verify()).toBeUndefined();
    },
    TEST_LIMIT_MS,
  );

  test(
    "who calls a container that is down is refused, and let in when it is back",
    async () => {
      const door = relay().addressOf(edge);
      await stage.ground.node(edge.to).kill();
      const looked = async () => (await lookThrough(door, "redis", LOOK_LIMIT_MS)).how;
      await expect.poll(looked, { timeout: ABSENCE_LIMIT_MS, interval: 200 }).toBe("refused");
      await stage.ground.node(edge.to).restart(AbortSignal.timeout(TEST_LIMIT_MS));
      await expect.poll(looked, { timeout: 20_000, interval: 100 }).toBe("answered");
    },
    TEST_LIMIT_MS,
  );

  test(
    "members that a rolling update replaces call through the same doors",
    async () => {
      const before = { ...(await relay().links(edge)), address: relay().addressOf(edge) };
      const updated = await stage.target.operations!.rollingUpdate(
        "shop",
        {},
        AbortSignal.timeout(TEST_LIMIT_MS),
      );
      expect(updated.members).toEqual(["shop-1", "shop-2"]);
      expect(relay().addressOf(edge)).toBe(before.address);
      await callsThroughTheDoor(edge.from, before.ever);
    },
    TEST_LIMIT_MS,
  );

  test(
    "nothing is left of it",
    async () => {
      await stage.close();
      expect(leftOf(wards)).toEqual([]);
    },
    TEST_LIMIT_MS,
  );
});
