/** What every launcher promises about the target it hands over, whatever it is made of. */
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, type TestContext, test } from "vitest";
import type { RunningTarget } from "../../targets/running-target.ts";

/** A launcher's target for the suite; `takenDown` looks for what must be gone after it was closed. */
export interface LaunchedTarget {
  readonly target: RunningTarget;
  /** Sentences about what is still there of what this launcher created. */
  leftBehind(): readonly string[];
  close(): Promise<void>;
}

export interface LauncherCase {
  readonly name: string;
  /** Why the suite cannot run on this machine, when it cannot. */
  readonly cannotRun?: string | undefined;
  up(): Promise<LaunchedTarget>;
}

const never = new AbortController().signal;

export function launcherContract({ name, cannotRun, up }: LauncherCase): void {
  describe(name, () => {
    let launched: LaunchedTarget;
    const target = () => launched.target;
    const unlessImpossible = (context: TestContext) => {
      if (cannotRun !== undefined) context.skip(cannotRun);
    };

    beforeAll(async () => {
      if (cannotRun === undefined) launched = await up();
    });
    afterAll(async () => {
      await launched?.close();
    });

    test("every entry answers as soon as the target is handed over", async (context) => {
      unlessImpossible(context);
      expect(target().entryUrls.length).toBeGreaterThan(0);
      for (const url of target().entryUrls) {
        const answer = await fetch(`${url}/health`);
        expect([url, answer.status, await answer.json()]).toEqual([url, 200, { status: "ok" }]);
      }
    });

    test("it says how long each step of bringing it up took", (context) => {
      unlessImpossible(context);
      const steps = Object.values(target().startUpS);
      expect(steps.length).toBeGreaterThan(0);
      for (const stepS of steps) expect(stepS).toBeGreaterThanOrEqual(0);
    });

    test("every node has a name of its own and listens on loopback", async (context) => {
      unlessImpossible(context);
      const names = target().nodes.map(({ name: node }) => node);
      expect(new Set(names).size).toBe(names.length);
      for (const { address } of target().nodes) {
        expect(address).toMatch(/^127\.0\.0\.1:\d+$/);
        expect(await isListening(address)).toBe(true);
      }
    });

    test("usage covers every node, and grows with work", async (context) => {
      unlessImpossible(context);
      const before = await target().usage();
      expect(before.map(({ node }) => node)).toEqual(target().nodes.map(({ name: node }) => node));
      const [url] = target().entryUrls;
      for (let page = 1; page <= 150; page++) await (await fetch(`${url}/item/${page}`)).text();
      const after = await target().usage();
      for (const [index, { node, cpuS }] of after.entries()) {
        expect(cpuS, node).toBeGreaterThanOrEqual(before[index]!.cpuS);
        if (node.startsWith("shop")) expect(cpuS, node).toBeGreaterThan(before[index]!.cpuS);
      }
    });

    test("budgets are applied by a mechanism it names, or it says why not; twice is as good as once", async (context) => {
      unlessImpossible(context);
      const report = await target().applyBudgets();
      if (report.mechanism === "none") expect(report.because).not.toBe("");
      else expect(report).not.toHaveProperty("because");
      expect(await target().applyBudgets()).toEqual(report);
    });

    test("a sale that was opened stands in the books, untouched", async (context) => {
      unlessImpossible(context);
      const { books } = target();
      if (!books) return context.skip("it keeps no books we can read");
      const wanted = { itemId: 7, stock: 5, perUserLimit: 1 };
      const sale = await books.openSale(
        { tag: "contract", ...wanted, strategy: "F2", opensAtEpochMs: 0 },
        never,
      );
      expect(sale).toMatchObject(wanted);
      const stocks = await books.stocks("contract", never);
      expect(stocks.find(({ saleId }) => saleId === sale.saleId)).toMatchObject({
        initial: 5,
        remaining: 5,
        sold: 0,
      });
      for await (const order of books.orders("contract", never)) expect(order).toBeUndefined();
    });

    test("after closing, nothing of it is left and nothing was reported as a death; twice is as good as once", async (context) => {
      unlessImpossible(context);
      const deaths: string[] = [];
      target().onDeath(({ node }) => deaths.push(node));
      await launched.close();
      await launched.close();
      expect(launched.leftBehind()).toEqual([]);
      for (const { address } of target().nodes)
        expect([address, await isListening(address)]).toEqual([address, false]);
      expect(deaths).toEqual([]);
    });
  });
}

export function isListening(address: string): Promise<boolean> {
  const { hostname, port } = new URL(`tcp://${address}`);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
