/** What an orchestrator does with containers of a real engine, while the target takes requests and loses none. */
import { readFileSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ContainerNode } from "../../targets/launch/compose/container-node.ts";
import type { NodeSettings } from "../../targets/target.ts";
import { keepBusy, mostS } from "./busy-cgroup.ts";
import { engineIsImpossible, openEngine, type TestEngine } from "./container-engine.ts";
import {
  elastic,
  eventsOf,
  FIRST_LIMIT_MS,
  type Launched,
  launch,
  namesOf,
  PROVISIONING_S,
  several,
  shopsOf,
  TEST_LIMIT_MS,
} from "./orchestrated.ts";
import { type Steady, steadyRequests } from "./steady-requests.ts";

const cannotRun = engineIsImpossible();
const never = new AbortController().signal;

let root: string;
let engine: TestEngine | undefined;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "stagebench-test-orchestration-"));
  await chmod(root, 0o755);
  if (cannotRun === undefined) engine = await openEngine();
}, FIRST_LIMIT_MS);
afterAll(async () => {
  await engine?.[Symbol.asyncDispose]();
  await rm(root, { recursive: true, force: true });
}, FIRST_LIMIT_MS);

/** Pages that a shop has answered, as it counts them itself; not those with which we ask whether it is well. */
async function answeredBy({ address }: ContainerNode): Promise<number> {
  const text = await (await fetch(`http://${address}/metrics`)).text();
  const counts = [...text.matchAll(/^shop_requests_total\{operation="(?:home|detail)"[^}]*\} (\d+)/gm)];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}

describe.skipIf(cannotRun !== undefined)(
  `orders to an orchestrator${cannotRun === undefined ? "" : ` (${cannotRun})`}`,
  () => {
    let launched: Launched;
    let requests: Steady;
    const operations = () => launched.target.operations!;
    beforeAll(async () => {
      launched = await launch(several, { root, socket: engine!.socket });
      await launched.target.applyBudgets();
      requests = steadyRequests(launched.target.entryUrls[0]!, ["/item/7", "/", "/orders?page=1", "/item/8"]);
    }, FIRST_LIMIT_MS);
    afterAll(async () => {
      await requests?.stop();
      await launched?.target.close();
    }, TEST_LIMIT_MS);

    test(
      "one more member: it is sent requests, is held to its budget, and no request fails",
      async () => {
        await requests.more(20);
        const { added, removed } = await operations().scale("shop", 3, never);
        expect({ added, removed }).toEqual({ added: ["shop-3"], removed: [] });
        expect(operations().scalable()).toEqual([{ node: "shop", members: 3, least: 1, most: 3 }]);
        const fresh = shopsOf(launched).find(({ name }) => name === "shop-3")!;
        await expect
          .poll(() => answeredBy(fresh), { timeout: TEST_LIMIT_MS, interval: 100 })
          .toBeGreaterThan(0);
        const [held] = await keepBusy(new Map([[fresh.pid, fresh.cpuMillicores]]), 0.5);
        expect(held!.cpuS).toBeLessThanOrEqual(mostS(held!));
        expect(held!.throttledPeriods).toBeGreaterThan(2);
        expect(requests.failed).toEqual([]);
      },
      TEST_LIMIT_MS,
    );

    test(
      "another release, member after member: every one is another container, and no request fails",
      async () => {
        const before = new Map(shopsOf(launched).map(({ name, id }) => [name, id]));
        const { members } = await operations().rollingUpdate("shop", { cacheGuards: false }, never);
        expect(members).toEqual(["shop-1", "shop-2", "shop-3"]);
        const after = shopsOf(launched);
        expect(namesOf(after)).toEqual(["shop-1", "shop-2", "shop-3"]);
        for (const { name, id, isRunning, address } of after) {
          expect(isRunning, name).toBe(true);
          expect(id, name).not.toBe(before.get(name));
          expect((await fetch(`http://${address}/health`)).status, name).toBe(200);
        }
        expect(configOf(launched, "shop-2")).toMatchObject({ singleFlight: false });
        await requests.more(20);
        expect(requests.failed).toEqual([]);
      },
      TEST_LIMIT_MS,
    );

    test(
      "a release that does not start is put back, whoever ordered it is told why, and no request fails",
      async () => {
        const bad: NodeSettings = { areas: [] };
        await expect(operations().rollingUpdate("shop", bad, never)).rejects.toMatchObject({
          kind: "target",
          message: expect.stringContaining("shop-1"),
        });
        expect(namesOf(shopsOf(launched))).toEqual(["shop-1", "shop-2", "shop-3"]);
        expect(shopsOf(launched).every(({ isRunning }) => isRunning)).toBe(true);
        expect(configOf(launched, "shop-1")).toEqual({
          ...configOf(launched, "shop-2"),
          name: "shop-1",
          port: expect.any(Number),
          defectsPath: expect.stringMatching(/^shop-1\//),
        });
        await requests.more(20);
        expect(requests.failed).toEqual([]);
      },
      TEST_LIMIT_MS,
    );

    test(
      "a rolling update whose asker has gone leaves every member as it was, and no request fails",
      async () => {
        const asker = new AbortController();
        const updating = operations().rollingUpdate("shop", { cacheGuards: true }, asker.signal);
        await expect.poll(() => shopsOf(launched).length, { timeout: TEST_LIMIT_MS, interval: 20 }).toBe(2);
        asker.abort(new Error("gone"));
        await expect(updating).rejects.toThrow("gone");
        expect(namesOf(shopsOf(launched))).toEqual(["shop-1", "shop-2", "shop-3"]);
        expect(configOf(launched, "shop-1")).toMatchObject({ singleFlight: false });
        await requests.more(20);
        expect(requests.failed).toEqual([]);
      },
      TEST_LIMIT_MS,
    );

    test(
      "fewer members: those that go are gone, and no request fails",
      async () => {
        const { added, removed } = await operations().scale("shop", 1, never);
        expect({ added, removed }).toEqual({ added: [], removed: ["shop-3", "shop-2"] });
        expect(namesOf(shopsOf(launched))).toEqual(["shop-1"]);
        await requests.more(20);
        expect(requests.failed).toEqual([]);
      },
      TEST_LIMIT_MS,
    );

    test(
      "a member whose first process is killed comes back by itself, is counted, and is no death",
      async () => {
        await operations().scale("shop", 2, never);
        const member = shopsOf(launched).find(({ name }) => name === "shop-2")!;
        const { pid } = member;
        process.kill(pid, "SIGKILL");
        await expect
          .poll(() => ({ restarts: member.restarts, isRunning: member.isRunning }), {
            timeout: TEST_LIMIT_MS,
            interval: 50,
          })
          .toEqual({ restarts: 1, isRunning: true });
        expect(member.pid).not.toBe(pid);
        expect((await fetch(`http://${member.address}/health`)).status).toBe(200);
        const [held] = await keepBusy(new Map([[member.pid, member.cpuMillicores]]), 0.5);
        expect(held!.cpuS).toBeLessThanOrEqual(mostS(held!));
        expect(launched.deaths).toEqual([]);
      },
      TEST_LIMIT_MS,
    );

    test("what cannot be is refused, and nothing changes", async () => {
      for (const count of [0, 4, 1.5]) {
        await expect(operations().scale("shop", count, never)).rejects.toMatchObject({ kind: "usage" });
      }
      await expect(operations().scale("db", 2, never)).rejects.toMatchObject({ kind: "usage" });
      expect(namesOf(shopsOf(launched))).toEqual(["shop-1", "shop-2"]);
    });

    test(
      "all of it goes away without a trace",
      async () => {
        await requests.stop();
        await expect(launched.target.close()).resolves.toBeUndefined();
        expect(launched.leftBehind()).toEqual([]);
        expect(launched.deaths).toEqual([]);
      },
      TEST_LIMIT_MS,
    );
  },
);

describe.skipIf(cannotRun !== undefined)(
  `an autoscaler${cannotRun === undefined ? "" : ` (${cannotRun})`}`,
  () => {
    test(
      "orders a member for a node that is loaded, which serves after it was provisioned and is paid for from the order on",
      async () => {
        const launched = await launch(elastic, { root, socket: engine!.socket });
        try {
          await launched.target.applyBudgets();
          const [busy] = shopsOf(launched);
          // All of its budget is used for as long as it takes.
          const load = (async () => {
            while (shopsOf(launched).length < 2)
              await keepBusy(new Map([[busy!.pid, busy!.cpuMillicores]]), 1);
          })();
          await load;
          await expect.poll(() => eventsOf(launched).map(({ event }) => event)).toContain("added");
        } finally {
          await launched.target.close();
        }
        const [ordered, added, bill] = eventsOf(launched);
        expect(ordered).toMatchObject({ event: "ordered", node: "shop", members: 2 });
        expect(ordered!.usedRatio).toBeGreaterThan(0.55);
        expect(added).toMatchObject({ event: "added", node: "shop", members: 2 });
        expect(added!.atS - ordered!.atS).toBeGreaterThanOrEqual(PROVISIONING_S);
        expect(bill).toMatchObject({ event: "bill", most: 2 });
        // One member all the time, and one more since it was ordered.
        expect(bill!.nodeS).toBeCloseTo(bill!.atS + (bill!.atS - ordered!.atS), 1);
        expect(launched.leftBehind()).toEqual([]);
        expect(launched.deaths).toEqual([]);
      },
      TEST_LIMIT_MS,
    );
  },
);

const configOf = ({ folder }: Launched, member: string) =>
  JSON.parse(readFileSync(join(folder, `${member}.json`), "utf8"));
