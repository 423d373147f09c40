/** Orders by a user's words to a target of containers that was left running: it goes on serving. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { attach } from "../../targets/launch/compose/attach.ts";
import { containerStatus } from "../../targets/launch/compose/container-status.ts";
import { loadKept, saveKept } from "../../targets/launch/kept.ts";
import { autoscale } from "../../targets/variants/autoscale.ts";
import { keepBusy, mostS } from "./busy-cgroup.ts";
import { engineIsImpossible, openEngine, type TestEngine } from "./container-engine.ts";
import {
  elastic,
  eventsOf,
  FIRST_LIMIT_MS,
  type Launched,
  launch,
  namesOf,
  shopsOf,
  TEST_LIMIT_MS,
} from "./orchestrated.ts";
import { type Steady, steadyRequests } from "./steady-requests.ts";

const cannotRun = engineIsImpossible();

let root: string;
let engine: TestEngine | undefined;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "stagebench-test-words-"));
  await chmod(root, 0o755);
  if (cannotRun === undefined) engine = await openEngine();
}, FIRST_LIMIT_MS);
afterAll(async () => {
  await engine?.[Symbol.asyncDispose]();
  await rm(root, { recursive: true, force: true });
}, FIRST_LIMIT_MS);

describe.skipIf(cannotRun !== undefined)(
  `a target that was left running${cannotRun === undefined ? "" : ` (${cannotRun})`}`,
  () => {
    let launched: Launched;
    let requests: Steady;
    const results = () => join(root, "results");
    /** A user's words, on the record of this target. */
    const bench = (...words: readonly string[]) =>
      run(["targets", ...words], { ...process.env, BENCH_RESULTS: results(), NO_COLOR: "1" });
    const kept = async () => (await loadKept(join(results(), "targets"), "elastic"))!;
    const statusNow = async () => {
      const seen = await containerStatus(await kept());
      return seen.map(({ name, isAlive }) => `${name} ${isAlive ? "alive" : "dead"}`).sort();
    };
    const allWith = (...shops: readonly string[]) =>
      ["cache", "db", "proxy", ...shops].map((name) => `${name} alive`);

    beforeAll(async () => {
      launched = await launch(autoscale.apply(elastic, "pre-scale"), { root, socket: engine!.socket });
      await launched.target.applyBudgets();
      requests = steadyRequests(launched.target.entryUrls[0]!, ["/item/7", "/"]);
    }, FIRST_LIMIT_MS);
    afterAll(async () => {
      await requests?.stop();
      await launched?.sweep();
    }, TEST_LIMIT_MS);

    test("pre-scale has all members from the start, and pays for them all the time", async () => {
      expect(namesOf(shopsOf(launched))).toEqual(["shop-1", "shop-2"]);
      await saveKept(join(results(), "targets"), await launched.target.leave());
      const [bill, ...others] = eventsOf(launched);
      expect(others).toEqual([]);
      expect(bill).toMatchObject({ event: "bill", most: 2 });
      expect(bill!.nodeS).toBeCloseTo(2 * bill!.atS, 1);
      expect(await statusNow()).toEqual(allWith("shop-1", "shop-2"));
    });

    test("orders that cannot be are refused together, and while another is under way", async () => {
      const refused = await bench("scale", "elastic", "shop=9", "db=2", "shop");
      expect(refused).toMatchObject({ code: 2, stdout: "" });
      for (const word of ["shop=9", '"db"', '"shop"']) expect(refused.stderr).toContain(word);
      await using _ = await attach(await kept(), () => {});
      expect(await bench("scale", "elastic", "shop=1")).toMatchObject({
        code: 3,
        stderr: expect.stringContaining("under way"),
      });
    });

    test(
      "it is scaled by a word, while it serves",
      async () => {
        await requests.more(20);
        const { code, stdout, stderr } = await bench("scale", "elastic", "shop=1", "--json");
        expect(code, stderr).toBe(0);
        expect(JSON.parse(stdout).scaled).toMatchObject([
          { node: "shop", members: 1, added: [], removed: ["shop-2"] },
        ]);
        expect(await statusNow()).toEqual(allWith("shop-1"));
        await requests.more(20);
        expect(requests.failed).toEqual([]);
      },
      TEST_LIMIT_MS,
    );

    test(
      "it is updated by a word: even an only member is another one afterwards, with its budget, and no request fails",
      async () => {
        const idOf = async () => (await containerStatus(await kept())).find(({ name }) => name === "shop-1")!;
        const before = await idOf();
        const { code, stdout, stderr } = await bench("update", "elastic", "--json");
        expect(code, stderr).toBe(0);
        expect(JSON.parse(stdout).updated).toMatchObject([{ node: "shop", members: ["shop-1"] }]);
        const after = await idOf();
        expect(after.pid).not.toBe(before.pid);
        expect(await statusNow()).toEqual(allWith("shop-1"));
        const [held] = await keepBusy(new Map([[after.pid, 300]]), 0.5);
        expect(held!.cpuS).toBeLessThanOrEqual(mostS(held!));
        await requests.more(20);
        expect(requests.failed).toEqual([]);
      },
      TEST_LIMIT_MS,
    );

    test(
      "and taken down without a trace",
      async () => {
        await requests.stop();
        const down = await bench("down", "elastic");
        expect(down.code, down.stderr).toBe(0);
        expect(launched.leftBehind()).toEqual([]);
      },
      TEST_LIMIT_MS,
    );
  },
);

/** The program as a user has it, from source. */
async function run(words: readonly string[], env: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, ["--import", "tsx", "cli/main.ts", ...words], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (text: string) => (said[name] += text));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, ...said };
}
