/** The export without a Prometheus: what stands in it, line by line. test/contracts/back-fill.test.ts asks a real one. */
import { describe, expect, test } from "vitest";
import { hlogHeader, hlogLine } from "../../../metrics/hlog.ts";
import { Latency } from "../../../metrics/latency.ts";
import type { SettledSecond } from "../../../metrics/timeline-second.ts";
import type { Evidence } from "../../../verdict/evidence.ts";
import type { Finding } from "../../../verdict/finding.ts";
import { judge } from "../../../verdict/judge.ts";
import { recordedIn } from "../../../verdict/recorded.ts";
import { openmetrics } from "../../../verdict/reports/openmetrics.ts";
import { evidence, tallied } from "../../fakes/evidence.ts";

const startEpochS = 1_700_000_005;

function exported(seen: Evidence, findings?: readonly Finding[]): string {
  const latency = Latency.blank();
  for (let at = 0; at < 400; at++) latency.record(40_000);
  const { warmupS } = seen.plan;
  const lines = seen.timeline.map(({ atS }) => hlogLine("buy.response", warmupS + atS, 1, latency));
  const outcomes = seen.timeline.map(
    ({ atS }) => `${JSON.stringify({ second: warmupS + atS, operation: "buy", outcomes: { ok: 400 } })}\n`,
  );
  const recorded = recordedIn(
    { log: [hlogHeader((startEpochS - warmupS) * 1_000), ...lines].join(""), outcomes: outcomes.join("") },
    seen.plan,
  );
  const verdict = judge(seen, tallied());
  return openmetrics.render({
    ...{ evidence: seen, tally: tallied(), recorded },
    verdict: findings === undefined ? verdict : { ...verdict, findings },
  });
}

const long = (seconds: number, more: (atS: number) => Partial<SettledSecond> = () => ({})): Evidence => {
  const [usual] = evidence().timeline;
  return evidence({
    plan: { durationS: seconds },
    timeline: Array.from({ length: seconds }, (_, atS): SettledSecond => ({ ...usual!, atS, ...more(atS) })),
  });
};

/** Value by time, seconds since the start of the measured part. */
const valuesOf = (text: string, name: string): ReadonlyMap<number, number> =>
  new Map(
    text
      .split("\n")
      .filter((line) => line.startsWith(name) && !line.startsWith("#"))
      .map((line) => {
        const [, value, time] = /\} (\S+) (\S+)$/.exec(line) ?? [];
        return [Number(time) - startEpochS, Number(value)] as const;
      }),
  );

describe("a run of ten minutes", () => {
  const text = exported(
    long(600, (atS) => ({
      ...(atS >= 10 && atS < 12 && { faults: ["kill:shop-1@10"] }),
      ...(atS === 301 && { health: { ...evidence().timeline[0]!.health!, slipP99Ms: 800 } }),
    })),
  );

  test("has 121 instants, the first at nothing", () => {
    const planned = valuesOf(text, "bench_requests_planned_total");
    expect([...planned.keys()]).toEqual(Array.from({ length: 121 }, (_, at) => at * 5));
    expect([planned.get(0), planned.get(5), planned.get(600)]).toEqual([0, 2_000, 240_000]);
    expect(valuesOf(text, 'bench_requests_total{run_id="20260731T090000-7f3a"').get(0)).toBe(0);
  });

  test("loses no fault and no lateness between two of them", () => {
    expect(valuesOf(text, "bench_fault_active").get(15)).toBe(1);
    expect(valuesOf(text, "bench_fault_active").get(20)).toBe(0);
    expect(valuesOf(text, "bench_scheduler_lag_seconds").get(305)).toBe(0.8);
    expect(valuesOf(text, "bench_scheduler_lag_seconds").get(310)).toBeLessThan(0.01);
  });

  test("never goes back", () => {
    for (const line of new Set(text.split("\n").map((each) => each.replace(/ \S+ \S+$/, "")))) {
      if (!/_(total|bucket|count|sum)\{/.test(line)) continue;
      const values = [...valuesOf(text, line).values()];
      expect(
        values.every((value, at) => at === 0 || value >= values[at - 1]!),
        line,
      ).toBe(true);
    }
  });
});

test("what was thrown away after the last second is in the last instant", () => {
  const seen = evidence({ load: { dropped: 300 } });
  expect([...valuesOf(exported(seen), "bench_dropped_total").values()].slice(-2)).toEqual([0, 300]);
});

test("of a check that looks at several things every one that is broken counts", () => {
  const finding = (subject: string, status: Finding["status"]): Finding => ({
    ...{ check: "no-oversell", subject, kind: "correctness", status, because: "so it was", observed: 1_010 },
  });
  const text = exported(evidence(), [
    finding("item 1", "refuted"),
    finding("item 2", "refuted"),
    finding("item 3", "upheld"),
  ]);
  expect([...valuesOf(text, "bench_invariant_violations_total").values()]).toEqual([2]);
});

test("a run that was broken off before its first second says what became of it all the same", () => {
  const text = exported(evidence({ timeline: [] }));
  expect(valuesOf(text, "bench_verdict").size).toBe(1);
});
