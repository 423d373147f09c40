/** The catalogue is whole, and every record of it can be asked, decided, and wrong. */
import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import { stageClaims } from "../../../verdict/claims/catalog.ts";
import {
  articles,
  type Bound,
  type Question,
  type StageClaim,
  type StageName,
} from "../../../verdict/claims/stage-claim.ts";

/** The 151 statements that were collected before anything was measured, by the stage where each is first checked. */
const collected: Readonly<Record<StageName, readonly string[]>> = {
  "stage-01": ["S01-contention S01-spof FS-control"],
  "stage-02": [
    "S02-throughput S02-normalised S02-cpu-isolation S02-next-bottleneck S02-partial-failure",
    "FS-hotrow-collapse FS-goodput-vs-tps",
  ],
  "stage-03": [
    "S03-offload S03-hot1pct S03-latency S03-local-tier S03-consistency S03-penetration",
    "S03-penetration-guard S03-breakdown S03-avalanche S03-cache-down S03-next-bottleneck",
    "S03-hotkey-bound FS-no-oversell FS-conserve FS-redis-atomic FS-redis-nonatomic FS-redis-failover",
    "FS-one-per-user FS-soldout-fast",
  ],
  "stage-04": [
    "S04-scaleout S04-ceiling S04-next-bottleneck S04-node-loss S04-even S04-proxy-spof LB-rr-hetero",
    "LB-wrr-split LB-wrr-drift LB-iphash-affinity LB-iphash-skew LB-iphash-remap LB-lc-slow",
    "LB-lc-herd LB-wlc-best SE-none SE-sticky SE-repl-safe SE-repl-cost SE-cookie SE-cookie-bytes",
    "SE-server SE-server-spof CDN-offload CDN-stale RP-static-cache FS-token-multiplies PR-stateless",
  ],
  "stage-05": [
    "S05-read-scale S05-write-bound S05-stale S05-cache-copy S05-replica-kill S05-primary-kill",
    "S05-lost-writes S05-transparent",
  ],
  "stage-06": [
    "S06-isolation S06-capacity S06-aggregation S06-atomicity S06-fault-domain",
    "S06-vertical-contention S06-next-bottleneck",
  ],
  "stage-07": [
    "S07-write-scale S07-hot-shard S07-hot-row S07-cross-shard S07-time-partition S07-small-table",
    "S07-reshard S07-shard-loss S07-mpp FS-split FS-split-undersell",
  ],
  "stage-08": [
    "S08-scaleout S08-l4-vs-l7 S08-vip-failover S08-no-standby S08-no-retry S08-partition",
    "S08-flash-flat S08-next-bottleneck",
  ],
  "stage-09": [
    "CDN-latency S09-scaleout S09-even S09-stale-dns S09-geo S09-data-sync S09-oversell",
    "S09-multi-active",
  ],
  "stage-10": [
    "DFS-durability DFS-continuity S10-search-latency S10-isolation S10-index-lag S10-divergence",
    "S10-search-down S10-kv S10-access-module",
  ],
  "stage-11": ["S11-deploy S11-scale-part S11-crash S11-config S11-config-down PR-toggle"],
  "stage-12": [
    "S12-hop-cost S12-rate-limit S12-breaker S12-degrade S12-retry-storm S12-fanout-tail",
    "S12-shared-outage S12-independent-scale S12-protocol MQ-shave MQ-latency MQ-down MQ-duplicate",
    "FS-deduct-publish-gap FS-token FS-funnel FS-lock-expiry FS-reserve-expiry PR-monitor",
    "PR-isolation",
  ],
  "stage-13": ["S13-adapters S13-cost S13-spof S13-noisy S13-uniform"],
  "stage-14": [
    "S14-overhead S14-isolation S14-scale-time S14-self-heal S14-reactive-too-slow",
    "S14-scale-down-safe PR-n-plus-1 PR-rollback",
  ],
  "stage-15": ["S15-cost S15-utilisation S15-provision S15-zone-loss"],
};
const idsOf = (stage: string): readonly string[] =>
  (collected[stage as StageName] ?? []).flatMap((line) => line.split(" "));

const questionsOf = ({ decided, control }: StageClaim): readonly Question[] => [
  ...(decided.by === "nothing" ? [] : [decided]),
  ...(control === undefined ? [] : [control.question]),
];

function boundOf(question: Question): Bound | undefined {
  switch (question.by) {
    case "ratio":
      return question.ratio;
    case "value":
      return question.value;
    case "never":
    case "sometimes":
    case "tier":
      return undefined;
    default:
      return question satisfies never;
  }
}

/** A capital or a figure first, a full stop last, and several words between. */
const isSentence = (text: string): boolean =>
  /^[A-Z0-9"].*\.$/s.test(text) && text.split(" ").length >= 5 && !/ {2}|\n/.test(text);

describe("the catalogue", () => {
  test("has no id twice", () => {
    const ids = stageClaims.map(({ id }) => id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  test("counts 151 statements to be about", () =>
    expect(Object.keys(collected).flatMap(idsOf)).toHaveLength(151));

  test.each(Object.keys(collected))("has every statement of %s, and no other", (stage) => {
    const ids = stageClaims.filter((claim) => claim.stage === stage).map(({ id }) => id);
    expect(ids.toSorted()).toEqual(idsOf(stage).toSorted());
  });

  test("is in the order of stages", () => {
    const stages = stageClaims.map(({ stage }) => stage);
    expect(stages).toEqual(stages.toSorted());
  });
});

describe("claim", () => {
  describe.each(stageClaims)("$id", (claim) => {
    const { statement, sources, decided, control, kind } = claim;
    const questions = questionsOf(claim);
    const bounds = questions.flatMap((question) => boundOf(question) ?? []);

    test("says what it says in a sentence, of known articles each once", () => {
      expect(statement).toSatisfy(isSentence);
      expect(sources.filter((source) => !(source in articles))).toEqual([]);
      expect(new Set(sources).size).toBe(sources.length);
    });

    test("has the reason when it cannot be decided, and no control then", () => {
      if (decided.by !== "nothing") return;
      expect(decided.because).toSatisfy(isSentence);
      expect(control).toBeUndefined();
    });

    test("has a control when it is about throughput and can be decided", () => {
      if (kind !== "throughput" || decided.by === "nothing") return;
      expect(control).toBeDefined();
    });

    test("has a control that asks something else", () => {
      if (control === undefined) return;
      expect(control.what).not.toBe("");
      expect(isDeepStrictEqual(control.question, decided)).toBe(false);
    });

    test("says where its numbers come from, and they are not crossed", () => {
      for (const bound of bounds) {
        expect(bound.because).toSatisfy(isSentence);
        const { atLeast = 0, atMost = Number.POSITIVE_INFINITY }: { atLeast?: number; atMost?: number } =
          bound;
        expect(atLeast).toBeLessThan(atMost);
      }
    });

    test("compares two experiments that differ", () => {
      for (const question of questions)
        if (question.by === "ratio")
          expect(isDeepStrictEqual(question.pair.of, question.pair.to)).toBe(false);
    });
  });
});
