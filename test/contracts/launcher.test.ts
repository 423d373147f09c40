/** Every launcher, on real processes with very little data. */
import { randomInt } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, type TestContext, test, vi } from "vitest";
import { findComponents } from "../../targets/launch/components.ts";
import { external } from "../../targets/launch/external.ts";
import { statusOf, takeDown } from "../../targets/launch/kept.ts";
import { Ports } from "../../targets/launch/ports.ts";
import { bringUp } from "../../targets/launch/processes.ts";
import type { RunningProcesses } from "../../targets/launch/running-processes.ts";
import type { Surroundings } from "../../targets/launch/start-up.ts";
import { WardList } from "../../targets/launch/ward-list.ts";
import type { NodeDeath } from "../../targets/running-target.ts";
import { defineTarget } from "../../targets/target.ts";
import { isListening, launcherContract } from "./launcher.contract.ts";
import { leftOf } from "./left-behind.ts";

const small = defineTarget({
  id: "small",
  title: "a proxy, two shops, a cache, a split database and a replica",
  nodes: {
    proxy: { component: "nginx", tier: "proxy", cpuMillicores: 200, calls: ["shop"] },
    shop: {
      component: "shop",
      tier: "app",
      cpuMillicores: 300,
      count: 2,
      calls: ["cache", "db", "db-replica", "trade"],
    },
    cache: { component: "redis", tier: "cache", cpuMillicores: 200 },
    db: { component: "postgres", tier: "db", cpuMillicores: 200, holds: ["catalog", "user"] },
    "db-replica": {
      component: "postgres",
      tier: "db",
      cpuMillicores: 200,
      holds: ["catalog", "user"],
      replicaOf: "db",
    },
    trade: { component: "postgres", tier: "db", cpuMillicores: 200, count: 2, holds: ["trade"] },
  },
  entry: "proxy",
  strategies: ["F0", "F2", "F8"],
  defaultStrategy: "F8",
  data: { items: 200, categories: 10, users: 50 },
  claims: [],
});

/** Two nodes on one machine: the least that is a target. */
const least = defineTarget({
  id: "least",
  title: "a shop and its database",
  nodes: {
    shop: { component: "shop", tier: "app", cpuMillicores: 300, machine: "box", calls: ["db"] },
    db: {
      component: "postgres",
      tier: "db",
      cpuMillicores: 200,
      machine: "box",
      holds: ["catalog", "user", "trade"],
    },
  },
  entry: "shop",
  strategies: ["F0", "F2"],
  defaultStrategy: "F2",
  data: small.data,
  claims: [],
});

const { missing } = findComponents(small);
const cannotRun =
  missing.length === 0 ? undefined : `missing here: ${missing.map(({ program }) => program).join(", ")}`;
const cannotRunLeast = findComponents(least).missing.length === 0 ? undefined : "PostgreSQL is missing here";

const never = new AbortController().signal;
let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "stagebench-test-launch-"));
  await chmod(root, 0o755); // The unprivileged user runs PostgreSQL from the cache in it.
});
afterAll(() => rm(root, { recursive: true, force: true }));

interface Trial {
  readonly wards: WardList;
  readonly said: string[];
  readonly up: Promise<RunningProcesses>;
}

/** Starts bringing a target up, in folders of this test. */
function bring(
  spec: typeof small | typeof least,
  { signal = never, ...surroundings }: Partial<Surroundings> & { signal?: AbortSignal } = {},
  onSay: (line: string) => void = () => {},
): Trial {
  const wards = new WardList();
  const said: string[] = [];
  const runId = `contract-${process.pid}-${randomInt(1_000_000)}`;
  const say = (line: string) => {
    said.push(line);
    onSay(line);
  };
  const options = { runId, folder: join(root, runId), wards, say };
  return {
    wards,
    said,
    up: bringUp(spec, options, signal, { cachePath: join(root, "cache"), ...surroundings }),
  };
}

launcherContract({
  name: "processes",
  cannotRun,
  async up() {
    const { wards, up } = bring(small);
    const target = await up;
    return { target, leftBehind: () => leftOf(wards), close: () => target.close() };
  },
});

launcherContract({
  name: "external",
  cannotRun: cannotRunLeast,
  async up() {
    const system = await bring(least).up;
    const auditUrl = `${system.entryUrls[0]}/audit`;
    const wards = new WardList();
    const options = { runId: "contract", folder: root, wards, say() {} };
    const target = await external(system.entryUrls, { auditUrl }).up(least, options, never);
    return {
      target,
      leftBehind: () => leftOf(wards),
      async close() {
        await target[Symbol.asyncDispose]();
        // Somebody else's system goes on; it is ours only to end it for the test.
        await system.close();
      },
    };
  },
});

describe("processes, when the world is otherwise", () => {
  const unlessImpossible = (context: TestContext) => {
    if (cannotRunLeast !== undefined) context.skip(cannotRunLeast);
  };

  test("a node that dies without having been asked to is reported once, with its last lines, even to who listens late", async (context) => {
    unlessImpossible(context);
    const { up, wards } = bring(least);
    const target = await up;
    const shop = target.nodes.find(({ name }) => name === "shop")!;
    const death = new Promise<NodeDeath>((resolve) => target.onDeath(resolve));
    process.kill(shop.pid, "SIGKILL");
    expect(await death).toMatchObject({
      node: "shop",
      because: `shop (pid ${shop.pid}) was ended by SIGKILL`,
      lastLines: expect.arrayContaining([expect.stringContaining("listening")]),
    });
    const late: NodeDeath[] = [];
    target.onDeath((one) => late.push(one));
    expect(late.map(({ node }) => node)).toEqual(["shop"]);
    await target.close();
    expect(leftOf(wards)).toEqual([]);
  });

  test("a node that does not start is named, with its last lines, and nothing of the others is left", async (context) => {
    unlessImpossible(context);
    const program = `
      const [command] = process.argv.slice(1);
      if (command === "seed-digest") console.log("broken01");
      if (command === "serve") { console.error("no room at the inn"); process.exit(1); }`;
    const { up, wards } = bring(least, { shop: { command: process.execPath, args: ["-e", program, "--"] } });
    await expect(up).rejects.toMatchObject({
      kind: "target",
      message: "shop exited with code 1 before it could answer /health with 200",
      hint: expect.stringContaining("no room at the inn"),
    });
    expect(wards.leftovers().processes.length).toBeGreaterThan(0);
    expect(leftOf(wards)).toEqual([]);
  });

  test("a node that dies while others are started ends the waiting for them", async (context) => {
    unlessImpossible(context);
    const program = `
      const [command] = process.argv.slice(1);
      if (command === "seed-digest") console.log("broken03");
      if (command === "serve") setInterval(() => {}, 1000);`;
    const { up, wards } = bring(least, {
      shop: { command: process.execPath, args: ["-e", program, "--"] },
    });
    const isDown = expect(up).rejects.toMatchObject({
      kind: "target",
      message: "db was ended by SIGKILL while others were started",
    });
    const warded = (name: string) => wards.leftovers().processes.find((ward) => ward.name === name);
    await vi.waitUntil(() => warded("shop") !== undefined, { timeout: 30_000, interval: 20 });
    process.kill(warded("db")!.pid, "SIGKILL");
    await isDown;
    expect(leftOf(wards)).toEqual([]);
  });

  test("a seed that fails is named, and leaves no half-made data in the cache", async (context) => {
    unlessImpossible(context);
    const program = `
      const [command] = process.argv.slice(1);
      if (command === "seed-digest") console.log("broken02");
      if (command === "seed") { console.error("no such table"); process.exit(1); }`;
    const { up, wards } = bring(least, { shop: { command: process.execPath, args: ["-e", program, "--"] } });
    await expect(up).rejects.toMatchObject({
      kind: "target",
      message: "seed of catalog-user-trade exited with code 1",
      hint: expect.stringContaining("no such table"),
    });
    expect(leftOf(wards)).toEqual([]);
  });

  test("a node that loses its port to somebody else gets another one", async (context) => {
    unlessImpossible(context);
    const somebody = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => somebody.once("listening", resolve));
    const { port } = somebody.address() as { port: number };
    // With the data seeded already, the first port asked for is the database's own.
    await (await bring(least).up).close();
    const free = new Ports();
    let isFirst = true;
    const unlucky = {
      async next() {
        if (!isFirst) return free.next();
        isFirst = false;
        return port;
      },
    };
    const { up, said, wards } = bring(least, { ports: unlucky });
    const target = await up;
    expect(said).toContainEqual(expect.stringContaining(`db lost port ${port}`));
    expect(target.nodes.find(({ name }) => name === "db")?.address).not.toBe(`127.0.0.1:${port}`);
    await target.close();
    somebody.close();
    expect(leftOf(wards)).toEqual([]);
  });

  test("an interruption in the middle ends it with its own reason, and nothing is left", async (context) => {
    unlessImpossible(context);
    const interruption = new AbortController();
    const reason = new Error("Ctrl-C");
    const { up, wards } = bring(least, { signal: interruption.signal }, () => interruption.abort(reason));
    await expect(up).rejects.toBe(reason);
    expect(wards.leftovers().folders.length).toBeGreaterThan(0);
    expect(leftOf(wards)).toEqual([]);
  });

  test("a target that is left running goes on, and can be taken down from what was kept", async (context) => {
    unlessImpossible(context);
    const { up, wards } = bring(least);
    const target = await up;
    const kept = await target.leave();
    await target.close();
    expect(statusOf(kept).map(({ name, isAlive: lives }) => [name, lives])).toEqual([
      ["shop", true],
      ["db", true],
    ]);
    expect((await fetch(`${kept.entryUrls[0]}/health`)).status).toBe(200);
    expect(await takeDown(kept)).toMatchObject({ isClean: true });
    expect(await isListening(target.nodes[0]!.address)).toBe(false);
    expect(leftOf(wards)).toEqual([]);
  });

  test("nodes that share a machine share its budget, and their CPU is told apart", async (context) => {
    unlessImpossible(context);
    const { up } = bring(least);
    const target = await up;
    await target.applyBudgets();
    const [shop, db] = await target.usage();
    expect(shop).toMatchObject({ node: "shop" });
    expect(db).toMatchObject({ node: "db" });
    // Booting a Node program costs many times what an idle database does.
    expect(shop!.cpuS).toBeGreaterThan(db!.cpuS);
    await target.close();
  });
});
