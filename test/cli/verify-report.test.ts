/** What people read of a verification. */
import { describe, expect, test } from "vitest";
import {
  effectWords,
  lengthWords,
  limitWords,
  planLines,
  verifyLines,
  whereWords,
} from "../../cli/verify-report.ts";
import { experimentKey } from "../../controller/verify/experiment-key.ts";
import { planVerification } from "../../controller/verify/plan-verification.ts";
import { verificationOf } from "../../controller/verify/verification.ts";
import { browseOn, fastEnough, kneeOn, moreThan, undecidable } from "../fakes/made-up-claims.ts";

const claims = [
  fastEnough("S04-fast", browseOn("stage-04")),
  moreThan("S05-more", kneeOn("stage-05"), kneeOn("stage-04")),
  undecidable("S09-far", "stage-09"),
];
const plan = planVerification(claims, { turns: 2, seed: 42, budgetS: 300 });
const about = {
  ...{ id: "v", startedAt: "2026-11-21T10:00:00.000Z", bench: "0.1.0", node: "v20.20.2" },
  host: { cpu: "a processor", cores: 2, memoryBytes: 2 ** 34, kernel: "6.18", platform: "linux" },
};
const [key] = [experimentKey(browseOn("stage-04"))];
const figuresOf = (round: number, value: number) => ({
  figures: { figures: { "p99 of all requests": { runId: `r${round}`, round, seen: { value }, doubts: [] } } },
});
const sample = (round: number) => ({
  ...{ round, seed: 42, tookS: 48, state: "made" as const, folder: `runs/r${round}`, isReused: false },
  ...figuresOf(round, 40 + round),
});
const rest = { impossible: new Map<string, string>(), about, tookS: 150 };
const seen = verificationOf(
  { samples: new Map([[key, [0, 1, 2].map(sample)]]), ending: { status: "complete", because: "" } },
  { plan, ...rest },
);

describe("the report", () => {
  const lines = verifyLines(seen, "/verify/v");
  const text = lines.join("\n");

  test("begins with what holds and what does not", () => {
    expect(lines[0]).toBe(
      "INCONCLUSIVE: of 3 claims 1 holds, 0 do not, 1 could not be told, 1 cannot be told here",
    );
  });

  test("has a row for each claim: verdict, effect with its interval, bound, evidence", () => {
    expect(text).toMatch(/^S04-fast +upheld +41 ms \([\d.]+ to [\d.]+\) +at most 250 +3 runs$/m);
    expect(text).toMatch(/^S09-far +inconclusive +- +- +-$/m);
  });

  test("says why the others do not hold, and where and when it was measured", () => {
    expect(text).toContain("it did not fit into the budget");
    expect(text).toContain("it takes a second continent");
    expect(text.replace(/\s+/g, " ")).toContain(
      "2026-11-21, a processor, 2 cores, linux 6.18, Node v20.20.2, bench 0.1.0; took 3 min; /verify/v",
    );
  });

  test("says how idle cores rest where the kernel tells", () => {
    const host = { ...about.host, haltPollMs: 20 };
    expect(whereWords({ ...seen, host })).toContain(", 2 cores, idle cores awake for 20.0 ms, linux 6.18,");
  });

  test("says once how many more would decide", () => {
    const samples = [150, 180, 240].map((value, round) => ({ ...sample(round), ...figuresOf(round, value) }));
    const wide = verificationOf(
      { samples: new Map([[key, samples]]), ending: { status: "complete", because: "" } },
      { plan: planVerification(claims.slice(0, 1), { turns: 2, seed: 42 }), ...rest },
    );
    expect(wide.claims[0]).toMatchObject({ why: "interval", moreRuns: expect.any(Number) });
    const words = verifyLines(wide, "/verify/v").join(" ").replace(/\s+/g, " ");
    expect(words).toMatch(/about \d+ more of each would decide/);
    expect(words).not.toContain("of a side might decide");
  });

  test("fits", () => expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(110));
});

test("a dry run tells what would be made, how long it would take, and what would be left out", () => {
  const lines = planLines(plan, new Map()).join("\n");
  expect(lines).toContain("1 claim by 1 experiment, 3 runs, about 2 min of 5 min");
  expect(lines).toMatch(/^ +3 +48 +1 {2}browse on stage-04, 100 \/s, 20 s$/m);
  expect(lines).toContain("S05-more: 13 min more");
  expect(lines).toContain("S09-far: it takes a second continent");
});

test.each([
  { lengthS: 45, says: "45 s" },
  { lengthS: 600, says: "10 min" },
  { lengthS: 12_000, says: "3 h 20 min" },
])("$lengthS s is $says", ({ lengthS, says }) => expect(lengthWords(lengthS)).toBe(says));

test("an effect without an interval is itself, one without an end says so, and a count tells of how many", () => {
  const effect = {
    value: 2,
    low: null,
    high: null,
    confidence: null,
    of: null,
    to: null,
    runs: [2],
    looks: null,
    unit: "",
  };
  expect(effectWords({ effect: null })).toBe("-");
  expect(effectWords({ effect: { ...effect, looks: 400 } })).toBe("2 in 400 looks");
  expect(effectWords({ effect: { ...effect, value: null, low: 3, confidence: 0.95 } })).toBe(
    "no end (3 to any)",
  );
  expect(limitWords({ question: null })).toBe("-");
});
