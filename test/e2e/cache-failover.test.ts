/**
 * A Redis that fails over without its last writes, under a flash sale: what trusts it alone sells every unit twice, and
 * F8, whose second gate is the database, sells none too many. The replica hears of nothing from half a second before the
 * opening on, so that it takes over with the whole stock on its counter.
 */
import { describe, expect, test } from "vitest";
import type { RunResult } from "../../verdict/result-schema.ts";
import { triesAll } from "../contracts/stages-to-try.ts";
import { Desk, missingFor, resultOf } from "./bench.ts";

const missing = missingFor("stage-03");
const reason = missing ?? (triesAll() ? undefined : "takes a minute: npm run test:all");

async function saleBy(strategy: string): Promise<RunResult> {
  using desk = new Desk();
  const words = ["--target", "stage-03", "--strategy", strategy, "--rate", "150", "--seed", "5"];
  // It opens after a third; all units are gone within the first second.
  const times = ["--duration", "24s", "--warmup", "2s", "--chaos", "cache-failover=2s:cache@9.5s"];
  return resultOf(await desk.bench("run", "flash-sale", ...words, ...times, "--json"));
}

const found = ({ findings }: RunResult, check: string) =>
  findings.filter((finding) => finding.check === check && finding.subject !== "ordinary stock");

describe.skipIf(reason !== undefined)(
  `a flash sale while the cache fails over${reason === undefined ? "" : ` (${reason})`}`,
  () => {
    test.each([
      { strategy: "F8-cache-only", times: 2, oversell: "refuted", why: "hands out every unit a second time" },
      { strategy: "F8", times: 1, oversell: "upheld", why: "is refused by the database" },
    ])("$strategy $why", async ({ strategy, times, oversell }) => {
      const result = await saleBy(strategy);
      const [fault] = result.faults;
      expect(fault).toMatchObject({ status: "effective", figures: { lostWritesS: expect.any(Number) } });
      expect(fault!.figures["lostWritesS"]).toBeGreaterThan(1);
      const { sold = 0, stockInitial = 0, oversold } = result.correctness!;
      expect(stockInitial).toBeGreaterThan(0);
      expect([sold, oversold]).toEqual([times * stockInitial, (times - 1) * stockInitial]);
      expect(found(result, "no-oversell").map(({ status }) => status)).toEqual([oversell]);
      for (const check of ["no-lost-acknowledgement", "no-phantom", "no-duplicate", "fault-undone"])
        expect(
          found(result, check).map(({ status }) => status),
          check,
        ).not.toContain("refuted");
      if (times === 1) expect(result.correctness).toMatchObject({ conserved: true, lost: 0 });
      else expect(result.verdict.exitCode).toBe(11);
    });
  },
);
