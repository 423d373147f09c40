/** Reports as they are printed, kept beside this file; `vitest run -u` writes them anew. */
import { describe, expect, test } from "vitest";
import type { Watched } from "../../../metrics/detection.ts";
import type { Evidence } from "../../../verdict/evidence.ts";
import { judge } from "../../../verdict/judge.ts";
import { reports } from "../../../verdict/reports/catalog.ts";
import { text } from "../../../verdict/reports/text.ts";
import type { LedgerTally } from "../../../verdict/tally.ts";
import { badBetween, disturbed, faultSeen } from "../../fakes/disturbed.ts";
import { evidence, ill, nothing, responses, tallied } from "../../fakes/evidence.ts";

interface Told {
  readonly name: string;
  readonly seen: Evidence;
  readonly tally: LedgerTally | undefined;
}

/** A balancer that notices what is killed, of four that watch; requests cost half as much again while it is gone. */
const watched: Watched = {
  detectors: [
    { by: "l4-1", source: "health-check", about: ["shop-1", "shop-2"] },
    ...["shop-1", "shop-2", "shop-3"].map((by) => ({ by, source: "log", about: ["db"] }) as const),
  ],
  detections: [
    {
      atS: 16.2,
      by: "l4-1",
      source: "health-check",
      about: ["shop-1"],
      isBack: false,
      says: "shop-1 is DOWN",
    },
  ],
  traffic: Array.from({ length: 61 }, (_, atS) => ({
    atS,
    counts: { requests: 400 * atS, statements: 800 * atS + 400 * Math.max(0, Math.min(14, atS - 15)) },
  })),
};

const told: readonly Told[] = [
  { name: "upheld", seen: evidence(), tally: tallied() },
  {
    name: "oversold",
    seen: evidence({
      plan: { strategy: "F0", variants: { strategy: "F0", shops: "3" }, unusual: ["shops=3"] },
      correctness: { stocks: [{ saleId: 3, itemId: 4711, initial: 10, remaining: 0, sold: 37 }] },
    }),
    tally: tallied(({ ledger, found }) => {
      for (let attempt = 10; attempt < 37; attempt++) {
        ledger.set(attempt, "accepted");
        found.add(attempt);
      }
    }),
  },
  {
    name: "late-instrument",
    seen: evidence({ instrument: { slipMs: { p99: 40, max: 220 }, spunRatio: 0.12 } }),
    tally: tallied(),
  },
  {
    name: "marked",
    seen: ill(
      evidence({
        overall: { responseMs: { p99: 310 } },
        timeline: evidence().timeline.map((second) =>
          second.atS === 4 ? { ...second, p99Ms: 900, response: responses(400, 900) } : second,
        ),
      }),
      { 4: { slipP99Ms: 61, stalledMs: 140 }, 5: { gcPauseMs: 33 } },
    ),
    tally: tallied(),
  },
  {
    name: "late-recovery",
    seen: disturbed({
      seconds: 60,
      faults: [
        faultSeen(15, 19),
        faultSeen(45, 48, { id: "freeze:shop-2@45", nodes: ["shop-2"], mechanism: "SIGSTOP" }),
      ],
      bad: (tenth) => badBetween(15, 31.4, 30)(tenth) + badBetween(45, 47, 1)(tenth),
      recover: [
        { figure: "good", limit: 0.99, withinS: 10 },
        { figure: "detect", limit: 2 },
      ],
      more: { watched },
    }),
    tally: tallied(),
  },
  { name: "nothing", seen: nothing(), tally: undefined },
];

/** Those with histograms have tests of their own beside this one. */
describe.each(reports.filter(({ needsRecorded }) => needsRecorded !== true))("$format", (report) => {
  test.each(told)("$name", async ({ name, seen, tally }) => {
    const page = report.render({ evidence: seen, tally, verdict: judge(seen, tally) }, { isColoured: false });
    await expect(page).toMatchFileSnapshot(`golden/${name}.${report.extension}.golden`);
  });
});

test("colour changes nothing but the colour of the status words", () => {
  const { seen, tally } = told[1]!;
  const judged = { evidence: seen, tally, verdict: judge(seen, tally) };
  const coloured = text.render(judged, { isColoured: true });
  expect(coloured.startsWith("\u001b[31mREFUTED\u001b[39m  37 units of item 4711")).toBe(true);
  expect(coloured).toContain("\u001b[32mupheld\u001b[39m");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes begin with one
  expect(coloured.replace(/\u001b\[\d+m/g, "")).toBe(text.render(judged, { isColoured: false }));
});

test("the folder of the run is the last thing said", () => {
  const judged = {
    evidence: evidence(),
    tally: tallied(),
    verdict: judge(evidence(), tallied()),
    folder: ".bench/runs/x",
  };
  expect(text.render(judged).trimEnd().endsWith("everything that was seen: .bench/runs/x")).toBe(true);
});
