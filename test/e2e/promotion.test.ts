/**
 * A primary is lost whose replicas had heard of nothing for two seconds, and one of them takes its place. Where a commit is
 * acknowledged without asking them, what was acknowledged in that time is lost; where one of them must have it, nothing is.
 */
import { describe, expect, test } from "vitest";
import type { RunResult } from "../../verdict/result-schema.ts";
import { triesAll } from "../contracts/stages-to-try.ts";
import { Desk, missingFor, resultOf, statusesOf } from "./bench.ts";
import { type Recount, recounted } from "./recount.ts";

const missing = missingFor("stage-05");
const reason = missing ?? (triesAll() ? undefined : "takes two minutes: npm run test:all");

async function soldWith(
  replication: string,
): Promise<{ readonly result: RunResult; readonly recount: Recount }> {
  using desk = new Desk();
  const words = [
    "--target",
    "stage-05",
    "--variant",
    `replication=${replication}`,
    "--rate",
    "150",
    "--seed",
    "5",
  ];
  const times = ["--duration", "16s", "--warmup", "2s", "--chaos", "promote=2s:db@9s"];
  const result = resultOf(await desk.bench("run", "mixed-daily", ...words, ...times, "--json"));
  return { result, recount: recounted(desk.runs().at(-1)!) };
}

describe.skipIf(reason !== undefined)(
  `orders while a replica takes the place of the primary${reason === undefined ? "" : ` (${reason})`}`,
  () => {
    test.each([
      { replication: "async", status: "refuted", loses: true, exitCode: 11 },
      { replication: "sync", status: "upheld", loses: false, exitCode: undefined },
    ])("with $replication replication no lost acknowledgement is $status", async (expected) => {
      const { result, recount } = await soldWith(expected.replication);
      const [fault] = result.faults;
      expect(fault).toMatchObject({ status: "effective", figures: { mostPrimaries: 1 } });
      expect(fault!.figures["unsentBytes"]).toBeGreaterThan(0);
      expect(fault!.figures["noPrimaryMs"]).toBeGreaterThan(0);
      expect(statusesOf(result, "no-lost-acknowledgement")).toEqual([expected.status]);
      expect(recount.lost > 0, "orders that were told yes and are not in the books").toBe(expected.loses);
      expect(result.correctness!.lost).toBe(recount.lost);
      const lost = result.findings.find(({ check }) => check === "no-lost-acknowledgement");
      expect(lost?.observed).toBe(recount.lost);
      for (const check of ["no-phantom", "no-duplicate", "fault-undone", "fault-effect"])
        expect(statusesOf(result, check), check).not.toContain("refuted");
      if (expected.exitCode !== undefined) expect(result.verdict.exitCode).toBe(expected.exitCode);
    });
  },
);
