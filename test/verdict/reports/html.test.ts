/** The page that people forward: whole in itself, safe to open, and true to the result. */
import { describe, expect, test } from "vitest";
import { Random } from "../../../base/random.ts";
import { readWish } from "../../../chaos/chaos-plan.ts";
import { readRecover } from "../../../cli/arguments.ts";
import { Latency } from "../../../metrics/latency.ts";
import type { SettledSecond } from "../../../metrics/timeline-second.ts";
import type { Evidence } from "../../../verdict/evidence.ts";
import { judge } from "../../../verdict/judge.ts";
import type { Recorded } from "../../../verdict/recorded.ts";
import type { RecoveryObjective } from "../../../verdict/recovery/objective.ts";
import type { ChartData } from "../../../verdict/reports/html/chart-types.ts";
import { againOf } from "../../../verdict/reports/html/reproduce.ts";
import { html } from "../../../verdict/reports/html.ts";
import { disturbed, faultSeen } from "../../fakes/disturbed.ts";
import { evidence, nothing, responses, tallied } from "../../fakes/evidence.ts";

const page = (seen: Evidence, recorded?: Recorded): string =>
  html.render({ evidence: seen, tally: tallied(), verdict: judge(seen, tallied()), recorded });

function chartsIn(text: string): ChartData {
  const [, json = ""] = /<script type="application\/json" id="chart-data">(.*?)<\/script>/s.exec(text) ?? [];
  return JSON.parse(json) as ChartData;
}

test("nothing is fetched: no address of anything but what stands in it", () => {
  const text = page(evidence());
  expect(text).toContain(`default-src 'none'`);
  expect(
    [...text.matchAll(/\b(?:src|href)="([^"]*)"/g)].map(([, to]) => to).filter((to) => !to?.startsWith("#")),
  ).toEqual([]);
  expect(text).not.toMatch(/@import|url\(/);
});

test("whatever a target or its user calls things, it stays words", () => {
  const bad = `</script><script>alert(1)</script>"'&`;
  const seen = evidence({
    scenario: bad,
    target: bad,
    operations: { [bad]: evidence().overall },
    nodes: [{ ...evidence().nodes[0]!, name: bad, tier: bad }],
    timeline: evidence().timeline.map((second) => ({ ...second, phase: second.atS < 5 ? bad : "b" })),
    notes: [bad],
  });
  const text = page(seen);
  expect(text).not.toContain("<script>alert");
  expect(text.match(/<script/g)).toHaveLength(3);
  expect(chartsIn(text).spans.map(({ name }) => name)).toEqual([bad, "b"]);
});

test("each chart's numbers are those of the evidence", () => {
  const seen = disturbed({
    seconds: 20,
    faults: [faultSeen(5, 9)],
    bad: (tenth) => (tenth >= 50 && tenth < 90 ? 7 : 0),
  });
  const data = chartsIn(page(seen));
  const of = (pick: (second: SettledSecond) => number) => seen.timeline.map(pick);
  expect(data.atS).toEqual(of(({ atS }) => atS));
  expect(data.planned).toEqual(of(({ planned }) => planned));
  expect(data.completed).toEqual(of(({ completed }) => completed));
  expect(data.good).toEqual(of(({ outcomes }) => outcomes.ok ?? 0));
  expect(data.spans).toEqual([{ kind: "fault", name: "kill:shop-1@5", fromS: 5, toS: 9 }]);
  const answered = seen.timeline.reduce((sum, { response }) => sum + Latency.decode(response).count, 0);
  expect(data.heat.cells.filter((_, at) => at % 3 === 2).reduce((sum, count) => sum + count, 0)).toBe(
    answered,
  );
  // All took 40 ms: one row, whose bound is the next above it.
  expect(data.heat.boundsMs).toHaveLength(1);
  expect(data.heat.boundsMs[0]).toBeGreaterThanOrEqual(40);
  expect(data.heat.boundsMs[0]).toBeLessThan(40 * 1.2);
});

test("the curve by percentile ends with the longest; without histograms it is said that there is none", () => {
  const response = Latency.blank();
  const service = Latency.blank();
  for (let ms = 1; ms <= 1_000; ms++) response.record(ms * 1_000);
  service.record(1_000);
  const text = page(evidence(), {
    latencies: { operations: new Map(), overall: { response, service } },
    ...{ startEpochS: 0, seconds: new Map(), agents: new Map(), nodes: new Map() },
  });
  const { curves } = chartsIn(text);
  expect(curves?.response.ms.at(-1)).toBe(response.maxUs / 1_000);
  expect(curves?.response.percentiles.every((each) => each < 100)).toBe(true);
  expect(text).toContain('id="chart-percentiles"');
  const without = page(evidence());
  expect(without).not.toContain('id="chart-percentiles"');
  expect(without).toContain("were not kept");
});

test("a run of which nothing is known is a page all the same", () => {
  const text = html.render({ evidence: nothing(), tally: undefined, verdict: judge(nothing(), undefined) });
  expect(text).toContain("<h1>");
  expect(chartsIn(text).atS).toEqual(nothing().timeline.map(({ atS }) => atS));
});

test("ten minutes of a busy target are less than a megabyte and a half", () => {
  const chance = new Random(7, 0);
  const [usual] = evidence().timeline;
  const [response, service] = [Latency.blank(), Latency.blank()];
  const timeline = Array.from({ length: 600 }, (_, atS): SettledSecond => {
    const wide = Latency.blank();
    for (let at = 0; at < 2_000; at++) wide.record(chance.exponential(30_000, 9e6));
    response.add(wide);
    const seen = { ...usual!, atS, planned: 1_900 + atS, response: wide.encode() };
    wide.release();
    return seen;
  });
  service.add(response);
  const text = page(evidence({ timeline, plan: { durationS: 600 } }), {
    latencies: { operations: new Map(), overall: { response, service } },
    ...{ startEpochS: 0, seconds: new Map(), agents: new Map(), nodes: new Map() },
  });
  expect(Buffer.byteLength(text)).toBeLessThan(1_500_000);
  expect(Buffer.byteLength(text)).toBeGreaterThan(150_000);
});

test("a fault that is still in place is shaded to the end", () => {
  const leaked = faultSeen(5, 9, { status: "leaked" });
  const { undoneAtS: _, ...fault } = leaked;
  expect(chartsIn(page(disturbed({ seconds: 20, faults: [fault] }))).spans).toEqual([
    { kind: "fault", name: "kill:shop-1@5", fromS: 5, toS: 20 },
  ]);
});

test("each section that there is can be gone to, and is named by its title", () => {
  const text = page(disturbed());
  const links = [...text.matchAll(/<li><a href="#([^"]+)">/g)].map(([, id]) => id);
  const sections = [...text.matchAll(/<section id="([^"]+)"/g)].map(([, id]) => id);
  expect(links).toEqual(sections);
  expect(sections).toEqual([
    ...["findings", "load", "latency", "faults", "target", "correctness", "instrument", "plan"],
  ]);
  const ids = [...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

describe("the command that makes it again", () => {
  test("has all that is not as usual", () => {
    const seen = evidence({ plan: { unusual: ["shops=3"], agents: 2 }, seed: 9 });
    expect(againOf(seen).command).toBe(
      "bench run flash-sale --target stage-08 --rate 400 --duration 10s --warmup 5s --agents 2 --seed 9 --strategy F8 --variant shops=3",
    );
  });

  test("has every address of one's own system, and no rate where shoppers wait for answers", () => {
    const seen = evidence({
      target: "http://a:1,http://b:2",
      targetSeen: { launcher: "external" },
      plan: { openOrClosed: "closed" },
    });
    expect(againOf(seen).command).toContain("--target http://a:1 http://b:2 --duration 10s");
    expect(againOf(seen).command).not.toContain("--rate");
  });

  test("asks nothing of faults when none of them can be said", () => {
    const faults = [faultSeen(5, 9, { id: "kill:shop-1+shop-2@5", nodes: ["shop-1", "shop-2"] })];
    const recover = [{ figure: "detect", limit: 3 }] as const;
    expect(againOf(disturbed({ faults, recover })).command).not.toContain("--recover");
  });

  test("faults and objectives are words that are read as what they were", () => {
    const recover: readonly RecoveryObjective[] = [
      { figure: "p99", limit: 200, withinS: 20 },
      { figure: "good", limit: 0.995, withinS: 10 },
      { figure: "detect", limit: 3 },
      { figure: "amplification", limit: 1.5 },
    ];
    const faults = [
      faultSeen(5, 9),
      faultSeen(12, 15, {
        id: "latency:shop-1>db@12",
        fault: "latency",
        value: "50ms",
        nodes: [],
        edges: ["shop-1>db"],
      }),
      faultSeen(20, 24, { id: "zone-lost:a@20", fault: "zone-lost", zone: "a", nodes: ["shop-1", "db"] }),
      faultSeen(30, 31, { id: "kill:shop-1+shop-2@30", nodes: ["shop-1", "shop-2"] }),
    ];
    const { command, leftOut } = againOf(disturbed({ faults, recover }));
    expect(leftOut).toEqual(["kill:shop-1+shop-2@30"]);
    const words = [...command.matchAll(/--(chaos|recover) ('[^']*'|\S+)/g)].map(([, flag, word = ""]) => ({
      flag,
      word: word.replaceAll("'", ""),
    }));
    const wishes = words.filter(({ flag }) => flag === "chaos").map(({ word }) => readWish(word));
    expect(wishes).toMatchObject([
      { fault: "kill", where: "shop-1", atS: 5, forS: 4 },
      { fault: "latency", value: "50ms", where: "shop-1>db", atS: 12, forS: 3 },
      { fault: "zone-lost", where: "zone=a", atS: 20, forS: 4 },
    ]);
    const objectives = words
      .filter(({ flag }) => flag === "recover")
      .map(({ word }) => readRecover("--recover", word));
    // Once, for of several the last would be taken.
    expect(objectives).toEqual([{ value: recover }]);
  });
});

test("a heat map of nothing has no cells", () => {
  const timeline = evidence().timeline.map((second) => ({ ...second, response: responses(0, 1) }));
  expect(chartsIn(page(evidence({ timeline }))).heat).toEqual({ boundsMs: [], cells: [] });
});
