/**
 * Replicas that are three seconds behind, under shoppers who look for what they have just done: without fresh copies they
 * do not find it, and with them they do. That the one is refuted shows that the other could have been.
 */
import { describe, expect, test } from "vitest";
import type { RunResult } from "../../verdict/result-schema.ts";
import { triesAll } from "../contracts/stages-to-try.ts";
import { Desk, missingFor, resultOf, statusesOf } from "./bench.ts";

const missing = missingFor("stage-09");
const reason = missing ?? (triesAll() ? undefined : "takes three minutes: npm run test:all");

async function lookedWith(fresh: string): Promise<RunResult> {
  using desk = new Desk();
  const words = [
    "--target",
    "stage-05",
    "--variant",
    `fresh=${fresh}`,
    "session=server",
    "--rate",
    "12",
    "--seed",
    "5",
  ];
  const times = ["--duration", "20s", "--warmup", "2s", "--chaos", "replica-lag=3s:tier=db@3s+14s"];
  return resultOf(await desk.bench("run", "signed-in", ...words, ...times, "--json"));
}

/** In each of two zones a cache of its own, in which the copies of the other are not. */
async function lookedInZones(): Promise<RunResult> {
  using desk = new Desk();
  const words = ["--target", "stage-09", "--variant", "session=server", "--rate", "10", "--seed", "5"];
  const times = ["--duration", "16s", "--warmup", "2s", "--chaos", "replica-lag=2s:replica=trade@3s+11s"];
  return resultOf(await desk.bench("run", "signed-in", ...words, ...times, "--json"));
}

describe.skipIf(reason !== undefined)(
  `looking for one's own orders on replicas that lag${reason === undefined ? "" : ` (${reason})`}`,
  () => {
    test.each([
      { fresh: "off", status: "refuted", why: "they are on the primary alone" },
      { fresh: "on", status: "upheld", why: "there is a copy of what was just written" },
    ])("with fresh copies $fresh read-your-writes is $status: $why", async ({ fresh, status }) => {
      const result = await lookedWith(fresh);
      expect(result.faults).toHaveLength(2);
      for (const fault of result.faults) {
        expect(fault).toMatchObject({
          status: "effective",
          id: expect.stringMatching(/^replica-lag:db-replica-[12]@/),
        });
        expect(fault.figures["behindMostMs"]).toBeGreaterThan(1_500);
      }
      expect(statusesOf(result, "read-your-writes")).toEqual([status]);
      for (const check of ["session-kept", "fault-undone", "no-lost-acknowledgement"])
        expect(statusesOf(result, check), check).not.toContain("refuted");
    });

    test("an order by its number is found in the other zone too, whose cache has no copy of it", async () => {
      const result = await lookedInZones();
      expect(result.faults.map(({ status }) => status)).toEqual(["effective", "effective"]);
      for (const check of ["read-your-writes", "monotonic-reads"])
        expect(statusesOf(result, check), check).toEqual(["upheld"]);
    });
  },
);
