/** A node is killed in a stage that watches it, and in one that does not: how soon the stage itself says so, and why not. */
import { describe, expect, test } from "vitest";
import type { RunResult } from "../../verdict/result-schema.ts";
import { triesAll } from "../contracts/stages-to-try.ts";
import { Desk, missingFor, resultOf, statusesOf } from "./bench.ts";

interface Killed {
  readonly stage: string;
  readonly node: string;
  /** Whose signals are to be heard; absent: nobody's. */
  readonly noticedBy?: { readonly by: RegExp; readonly source: string };
}

const killed: readonly Killed[] = [
  { stage: "stage-01", node: "shop" },
  { stage: "stage-04", node: "shop-2", noticedBy: { by: /^proxy$/, source: "failed-tries" } },
  { stage: "stage-08", node: "proxy-1", noticedBy: { by: /^l4-\d$/, source: "health-check" } },
];

/** Detection by health checks takes at most 1.4 s (targets/launch/render-haproxy.ts); the rest is for a busy machine. */
const limitS = 5;

async function runWith({ stage, node }: Killed): Promise<RunResult> {
  using desk = new Desk();
  const times = ["--duration", "24s", "--warmup", "1s", "--chaos", `kill:${node}@8s+6s`];
  const words = ["--rate", "50", "--recover", `detect<${limitS}s`, "--json"];
  return resultOf(await desk.bench("run", "browse", "--target", stage, ...times, ...words));
}

for (const each of killed) {
  const missing = missingFor(each.stage);
  const reason = missing ?? (triesAll() ? undefined : "takes a minute: npm run test:all");
  describe.skipIf(reason !== undefined)(`${each.stage}${reason === undefined ? "" : ` (${reason})`}`, () => {
    const who = each.noticedBy === undefined ? "nobody" : each.noticedBy.source;
    test(`${each.node} is killed, and ${who} says so`, async () => {
      const result = await runWith(each);
      const [fault] = result.faults;
      expect(fault).toMatchObject({ status: "effective" });
      const { detection, detectS, amplification } = fault!.recovery!;
      // Counters of the shops were read before and under it.
      expect(amplification.hops.find(({ hop }) => hop === "requests")!.before).toBeGreaterThan(0.5);
      if (each.noticedBy === undefined) {
        expect(detectS).toBeNull();
        expect(detection.because).toBe(`nothing in the target that we could read watches ${each.node}`);
        expect(statusesOf(result, "recovery")).toEqual(["inconclusive"]);
        return;
      }
      expect(detectS).toBeLessThan(limitS);
      expect(detection.by[0]!.by).toMatch(each.noticedBy.by);
      expect(detection.by[0]!.source).toBe(each.noticedBy.source);
      // Where something else kept our agents from being on time, that is said instead.
      const { healthy, markedSeconds } = result.instrument;
      const isWell = healthy && markedSeconds.length === 0;
      expect(isWell ? ["upheld"] : ["upheld", "inconclusive"]).toEqual(
        expect.arrayContaining([...statusesOf(result, "recovery")]),
      );
    });
  });
}
