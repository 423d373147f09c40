/** The main job on the real processes: what a run leaves, what its books say, and that the auditor is no ornament. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import type { Evidence } from "../../verdict/evidence.ts";
import type { RunResult } from "../../verdict/result-schema.ts";
import { triesAll } from "../contracts/stages-to-try.ts";
import { Desk, missingFor, remains, resultOf, tracesOf } from "./bench.ts";

const missing = missingFor("stage-08");
/** Speed is not a matter for tests: a slow machine may make rates and latencies inconclusive or refuted, never the books. */
const booksOf = ({ findings }: RunResult) =>
  findings.filter(({ check }) =>
    [
      "no-oversell",
      "conservation",
      "no-lost-acknowledgement",
      "no-phantom",
      "no-duplicate",
      "per-user-limit",
    ].includes(check),
  );

describe.skipIf(missing !== undefined)(
  `a flash sale on the real processes${missing === undefined ? "" : ` (${missing})`}`,
  () => {
    test.each([
      ...(triesAll() ? [{ target: "stage-08", agents: "1", rate: "300", strategy: "F2" }] : []),
      { target: "stage-01", agents: "1", rate: "80", strategy: "F2" },
      { target: "stage-08", agents: "2", rate: "300", strategy: "F8" },
    ])(
      "is sold exactly once on $target with $strategy and $agents agents",
      async ({ target, agents, rate, strategy }) => {
        using desk = new Desk({ exercise: 1 });
        const words = [
          "--target",
          target,
          "--strategy",
          strategy,
          "--agents",
          agents,
          "--rate",
          rate,
          "--duration",
          "12s",
          "--warmup",
          "2s",
        ];
        const said = await desk.bench("run", "flash-sale", ...words, "--json");
        const result = resultOf(said);
        expect(said.code, said.stderr).toBe(result.verdict.exitCode);
        expect(booksOf(result).map(({ check, status, because }) => ({ check, status, because }))).toEqual(
          booksOf(result).map(({ check, because }) => ({ check, status: "upheld", because })),
        );
        expect(booksOf(result)).toHaveLength(6);
        const { correctness, load } = result;
        expect(correctness).toMatchObject({
          oversold: 0,
          lost: 0,
          phantom: 0,
          duplicates: 0,
          conserved: true,
        });
        expect(correctness?.sold).toBe(correctness?.stockInitial);
        expect(load.planned).toBe(load.fired + load.dropped);
        expect(load.fired).toBe(load.completed + load.failed + load.inFlightAtEnd);
        expect(result.agents).toHaveLength(Number(agents));

        const [folder = ""] = desk.runs();
        const { targetSeen, nodes }: Evidence = JSON.parse(
          readFileSync(join(folder, "evidence.json"), "utf8"),
        );
        // Every request reaches one shop; those under way at the two looks at their counts are few.
        const shops = nodes.filter(({ tier }) => tier === "app");
        const counted = shops.flatMap(({ requests }) => requests ?? []);
        expect(counted).toHaveLength(shops.length);
        const reached = counted.reduce((sum, each) => sum + each, 0) / load.completed;
        expect(reached).toBeGreaterThan(0.9);
        expect(reached).toBeLessThan(1.1);
        // Every node's budget is applied where the machine can, and said where it cannot.
        expect(Object.keys(result.nodes).length).toBeGreaterThan(1);
        expect(targetSeen.budgets).toSatisfy(
          ({ mechanism, because }: Evidence["targetSeen"]["budgets"]) =>
            mechanism.startsWith("cgroup") || because !== undefined,
        );
        expect(await remains(tracesOf(folder))).toEqual([]);
        for (const path of Object.values(result.artifacts))
          expect(existsSync(join(folder, path)), path).toBe(true);
        const again = await desk.bench("judge", "latest", "--json");
        expect(JSON.parse(again.stdout)).toEqual(JSON.parse(said.stdout));
        expect(again.code).toBe(said.code);
      },
    );

    test("F0, which reads and then writes, is refuted with the number of units sold too many", async () => {
      using desk = new Desk({ exercise: 1 });
      const said = await desk.bench(
        "run",
        "flash-sale",
        "--target",
        "stage-08",
        "--strategy",
        "F0",
        "--rate",
        "500",
        "--duration",
        "12s",
        "--warmup",
        "2s",
      );
      expect(said.code, said.stdout + said.stderr).toBe(11);
      const [first = ""] = said.stdout.split("\n");
      const told =
        /^REFUTED {2}(\d+) units of item 4711 were sold although only (\d+) existed \((\d+) oversold\)/.exec(
          first,
        );
      expect(told, first).not.toBeNull();
      const [, sold, stock, oversold] = (told ?? []).map(Number);
      expect(Number(sold) - Number(stock)).toBe(oversold);
      expect(oversold).toBeGreaterThan(0);
    });

    test("two runs at the same time do not disturb each other", async () => {
      using desk = new Desk({ exercise: 1 });
      const words = [
        "run",
        "flash-sale",
        "--target",
        "stage-01",
        "--rate",
        "50",
        "--duration",
        "6s",
        "--warmup",
        "1s",
        "--json",
      ];
      const both = await Promise.all([desk.bench(...words), desk.bench(...words)]);
      for (const said of both) {
        const result = resultOf(said);
        expect(result.correctness).toMatchObject({ oversold: 0, conserved: true });
      }
      expect(desk.runs()).toHaveLength(2);
      for (const folder of desk.runs()) expect(await remains(tracesOf(folder))).toEqual([]);
    });
  },
);
