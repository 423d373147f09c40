/** What every stage promises, whatever it is made of and whoever brought it up: it sells, it keeps books, its nodes can be lost and found. */
import { cpus } from "node:os";
import { afterAll, beforeAll, describe, expect, type TestContext, test } from "vitest";
import { sleep } from "../../base/clock.ts";
import { membersOf } from "../../targets/launch/members.ts";
import type { Books, NodeHandle } from "../../targets/running-target.ts";
import { strategyFacts } from "../../targets/strategies.ts";
import type { Strategy, TargetSpec } from "../../targets/target.ts";
import { keepBusy, mostS } from "./busy-cgroup.ts";
import { isListening, type LaunchedTarget } from "./launcher.contract.ts";
import { type Ask, askingOf } from "./target-asking.ts";
import { operations, SOON } from "./target-operations.ts";

export interface TargetCase {
  readonly spec: TargetSpec;
  /** Why this stage cannot come up on this machine, when it cannot. */
  readonly cannotRun?: string | undefined;
  /** Whether it is sold in every careful way it hosts, and not only in its usual one. */
  readonly isSoldEveryWay?: boolean;
  /** @param signal fires before the test gives up: what is half up is taken down, and says how far it came. */
  up(signal: AbortSignal): Promise<LaunchedTarget>;
}

const never = new AbortController().signal;
const shoppers = 40;
const stock = 7;
/** Some forty containers, and the images of those that no stage before had: five minutes on two slow cores. */
const UP_LIMIT_MS = 540_000;
const TAKING_DOWN_MS = 60_000;
const keptCart = { status: 200, body: { lines: [{ itemId: 116, units: 2 }] } };

export function targetContract({ spec, cannotRun, isSoldEveryWay = false, up }: TargetCase): void {
  describe(spec.id, () => {
    let launched: LaunchedTarget;
    let ask: Ask;
    let books: Books;
    const deaths: string[] = [];
    const tag = "contract";
    const unlessImpossible = (context: TestContext) => {
      if (cannotRun !== undefined) context.skip(cannotRun);
    };
    const nodes = () => launched.target.nodes;

    beforeAll(async () => {
      if (cannotRun !== undefined) return;
      launched = await up(AbortSignal.timeout(UP_LIMIT_MS));
      launched.target.onDeath(({ node, because }) => deaths.push(`${node}: ${because}`));
      ask = askingOf(launched.target);
      books = launched.target.books!;
    }, UP_LIMIT_MS + TAKING_DOWN_MS);
    afterAll(async () => {
      await launched?.close();
    });

    const openSale = (itemId: number, units: number, strategy: Strategy = spec.defaultStrategy) =>
      books.openSale({ tag, itemId, stock: units, perUserLimit: 1, strategy, opensAtEpochMs: 0 }, never);
    /** Who gets one, of `shoppers` who try at once. */
    const rush = async (saleId: number, firstUser: number) => {
      const users = Array.from({ length: shoppers }, (_, index) => firstUser + index);
      const tries = users.map((user) => untilDefinite(ask, saleId, { user, key: `${tag}.${user}` }));
      const said = await Promise.all(tries);
      return users.filter((_, index) => said[index] === "accepted");
    };
    const stockOf = async (saleId: number) =>
      (await books.stocks(tag, never)).find((book) => book.saleId === saleId);
    const buyersOf = async (saleId: number) => {
      const buyers: number[] = [];
      for await (const order of books.orders(tag, never)) {
        if (order.saleId === saleId) buyers.push(order.userId);
      }
      return buyers.toSorted((a, b) => a - b);
    };

    const servesEverything = (firstUser: number, its: string) => {
      let saleId: number;
      test.for(operations)("$operation", async (operation, context) => {
        unlessImpossible(context);
        saleId ??= (await openSale(112, 1_000)).saleId;
        await operation.try({ ask, tag: its, saleId, shopper: (number) => firstUser + number });
      });
    };

    describe("serves every operation of the shop", () => servesEverything(0, tag));

    test("is well, and tells its figures, through every entry", async (context) => {
      unlessImpossible(context);
      for (const _ of launched.target.entryUrls) {
        expect(await ask("GET /health")).toMatchObject({ status: 200, body: { status: "ok" } });
        const { status, text } = await ask("GET /metrics");
        expect([status, text]).toEqual([200, expect.stringContaining("# TYPE ")]);
      }
    });

    let placed: number;
    test("an order placed is found, by its buyer and in the books", async (context) => {
      unlessImpossible(context);
      const reply = await ask("POST /order", {
        user: 30,
        key: `${tag}.300`,
        body: { itemId: 113, units: 3 },
      });
      expect(reply).toMatchObject({ status: 201, body: { status: "accepted" } });
      placed = reply.body.orderId;
      await expect
        .poll(() => ask(`GET /orders/${placed}`, { user: 30 }), SOON)
        .toMatchObject({ status: 200, body: { orders: [{ orderId: placed }] } });
      await expect
        .poll(async () => {
          for await (const { attempt, userId, units } of books.orders(tag, never)) {
            if (attempt === 300) return { userId, units };
          }
        }, SOON)
        .toEqual({ userId: 30, units: 3 });
      // For later: a cart is kept as well, wherever the stage keeps carts.
      await ask("POST /cart", { user: 30, key: `${tag}.kept`, body: { itemId: 116, units: 2 } });
      await expect.poll(() => ask("GET /cart", { user: 30 }), SOON).toMatchObject(keptCart);
    });

    const hasStoreOfLogins = Object.values(spec.nodes).some(({ settings }) => settings?.keeps === "carts");
    if (hasStoreOfLogins) {
      test("a login is known wherever a shopper goes with it, through every entry", async (context) => {
        unlessImpossible(context);
        const { status, cookie } = await ask("POST /login", { user: 33, body: { note: "was here" } });
        expect([status, cookie]).toEqual([201, expect.stringContaining("session=")]);
        for (const _ of launched.target.entryUrls) {
          expect(await ask("GET /session", { cookie })).toMatchObject({ status: 200, body: { user: 33 } });
          for (const request of ["GET /cart", "GET /orders", "POST /checkout/quote"]) {
            expect([request, await ask(request, { cookie })]).toMatchObject([request, { status: 200 }]);
          }
        }
      });
    }

    let sold: { readonly saleId: number; readonly buyers: readonly number[] };
    test(`a flash sale (${spec.defaultStrategy}) sells exactly its stock to ${shoppers} who try at once, and the books agree`, async (context) => {
      unlessImpossible(context);
      const { saleId } = await openSale(114, stock);
      const winners = await rush(saleId, 1_000);
      expect(winners).toHaveLength(stock);
      sold = { saleId, buyers: winners };
      await expect.poll(() => buyersOf(saleId), SOON).toEqual(winners);
      const book = await stockOf(saleId);
      expect(book).toMatchObject({ initial: stock, remaining: 0, sold: stock });
      expect(book?.cacheRemaining ?? 0).toBe(0);
      expect(conserved(await stockOf(0))).toEqual([]);
    });

    const careful = spec.strategies.filter((strategy) => !strategyFacts[strategy].mayOversell);
    const tried = isSoldEveryWay ? careful : [];
    test.for(tried)(
      "by %s it sells no more than there is, and the books agree",
      async (strategy, context) => {
        unlessImpossible(context);
        const { saleId } = await openSale(117, stock, strategy);
        const winners = await rush(saleId, 2_000 + 100 * careful.indexOf(strategy));
        expect(winners.length).toBeLessThanOrEqual(stock);
        await expect.poll(() => buyersOf(saleId), SOON).toEqual(winners);
        expect(await stockOf(saleId)).toMatchObject({ initial: stock, sold: winners.length });
        await expect.poll(async () => conserved(await stockOf(saleId)), SOON).toEqual([]);
      },
    );

    describe("has nodes that can be killed, and come back under the same address", () => {
      test.for(Object.keys(spec.nodes))("%s", async (node, context) => {
        unlessImpossible(context);
        const names = membersOf(spec).flatMap((member) => (member.node === node ? [member.name] : []));
        const members = nodes().filter(({ name }) => names.includes(name));
        expect(members).toHaveLength(names.length);
        const before = await Promise.all(members.map(looksOf));
        await Promise.all(members.map((member) => member.kill()));
        await Promise.all(members.map((member) => member.kill()));
        for (const down of await Promise.all(members.map(looksOf))) {
          expect(down).toMatchObject({ isRunning: false, isListening: false });
        }
        await Promise.all(members.map((member) => member.restart(never)));
        const after = await Promise.all(members.map(looksOf));
        expect(after.map(withoutPid)).toEqual(before.map(withoutPid));
        for (const [index, { pid }] of after.entries()) expect(pid).not.toBe(before[index]?.pid);
      });
    });

    test("after all of them were gone it serves, nothing that was sold is lost, and no death is reported", async (context) => {
      unlessImpossible(context);
      for (const _ of launched.target.entryUrls) {
        await expect
          .poll(() => ask("GET /health").catch(String), { timeout: 20_000, interval: 100 })
          .toMatchObject({ status: 200 });
      }
      await expect
        .poll(() => ask(`GET /orders/${placed}`, { user: 30 }), SOON)
        .toMatchObject({ status: 200, body: { orders: [{ orderId: placed }] } });
      expect(await buyersOf(sold.saleId)).toEqual(sold.buyers);
      expect(await stockOf(sold.saleId)).toMatchObject({ initial: stock, remaining: 0, sold: stock });
      expect(conserved(await stockOf(0))).toEqual([]);
      await expect.poll(() => ask("GET /cart", { user: 30 }), SOON).toMatchObject(keptCart);
      const order = { user: 31, key: `${tag}.310`, body: { itemId: 115 } };
      await expect.poll(() => ask("POST /order", order), SOON).toMatchObject({ status: 201 });
      expect(deaths).toEqual([]);
    });

    describe("serves every operation again", () => servesEverything(100, `${tag}-again`));

    test(
      "holds every machine to its CPU budget, however busy it is",
      async (context) => {
        unlessImpossible(context);
        const { mechanism, because } = await launched.target.applyBudgets();
        if (mechanism === "none") return context.skip(because);
        // A machine that others keep busy may not have given everybody his share: then fewer at once.
        let unproven = machinesOf(nodes());
        const together = [cpus().length * 500, cpus().length * 100];
        const untilMs = performance.now() + PROOF_LIMIT_MS;
        while (unproven.length > 0 && performance.now() < untilMs) {
          const togetherMillicores = together.shift() ?? 0;
          const heldBack: Machine[] = [];
          for (const batch of batches(unproven, togetherMillicores)) {
            const budgets = new Map(batch.map(({ pid, millicores }) => [pid, millicores]));
            for (const [index, held] of (await keepBusy(budgets, 0.5)).entries()) {
              const machine = batch[index]!;
              expect(held.cpuS, `${machine.name} at ${held.millicores} m`).toBeLessThanOrEqual(mostS(held));
              if (held.throttledPeriods > 2) heldBack.push(machine);
            }
          }
          unproven = unproven.filter((machine) => !heldBack.includes(machine));
        }
        expect(unproven, "never wanted more than they were given").toEqual([]);
      },
      BUDGETS_LIMIT_MS,
    );

    test("goes away without a trace", async (context) => {
      unlessImpossible(context);
      await launched.close();
      expect(launched.leftBehind()).toEqual([]);
      for (const { address } of nodes())
        expect([address, await isListening(address)]).toEqual([address, false]);
      expect(deaths).toEqual([]);
    });
  });
}

/** While others bring something up there is not enough for everybody; that passes. */
const PROOF_LIMIT_MS = 90_000;
const BUDGETS_LIMIT_MS = 2 * PROOF_LIMIT_MS;

/** Some ways of selling turn people away on purpose; after this long a shopper goes home. */
const PATIENCE_MS = 3_000;

/** Tries until the answer is definite (shed and still pending are not), or patience ends. */
async function untilDefinite(
  ask: Ask,
  saleId: number,
  shopper: { user: number; key: string },
): Promise<string> {
  const startedMs = performance.now();
  for (;;) {
    const { status, body } = await ask(`POST /seckill/${saleId}`, shopper);
    const said = body?.status ?? `status ${status}`;
    const isDefinite = said !== "busy" && said !== "pending";
    if (isDefinite || performance.now() - startedMs > PATIENCE_MS) return said;
    await sleep(50);
  }
}

async function looksOf({ name, address, isRunning, pid }: NodeHandle) {
  return { name, address, isRunning, pid, isListening: await isListening(address) };
}

const withoutPid = ({ pid: _, ...rest }: Awaited<ReturnType<typeof looksOf>>) => rest;

/** What does not add up in a stock, as sentences. */
function conserved(book: { initial: number; remaining: number; sold: number } | undefined): string[] {
  if (book === undefined) return ["there is no such stock in the books"];
  const { initial, remaining, sold } = book;
  return initial === remaining + sold ? [] : [`${initial} at first, ${remaining} left, ${sold} sold`];
}

interface Machine {
  readonly name: string;
  readonly pid: number;
  readonly millicores: number;
}

/** Nodes that share a machine share one budget, the sum. */
function machinesOf(nodes: readonly NodeHandle[]): readonly Machine[] {
  const machines = new Map<string, Machine>();
  for (const { name, machine = name, pid, cpuMillicores } of nodes) {
    const before = machines.get(machine)?.millicores ?? 0;
    machines.set(machine, { name: machine, pid, millicores: before + cpuMillicores });
  }
  return [...machines.values()];
}

/** Cut so that what each batch is allowed stays within `most`, or is one machine. */
function batches(machines: readonly Machine[], most: number): readonly (readonly Machine[])[] {
  const cut: Machine[][] = [];
  let sum = Number.POSITIVE_INFINITY;
  for (const machine of machines) {
    if (sum + machine.millicores > most) {
      cut.push([]);
      sum = 0;
    }
    cut.at(-1)?.push(machine);
    sum += machine.millicores;
  }
  return cut;
}
