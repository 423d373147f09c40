/** What becomes of findings when the instrument was not well in some seconds. */
import { describe, expect, test } from "vitest";
import type { SettledSecond } from "../../metrics/timeline-second.ts";
import type { Evidence } from "../../verdict/evidence.ts";
import { judge } from "../../verdict/judge.ts";
import { evidence, ill, responses, tallied } from "../fakes/evidence.ts";

const sick = { slipP99Ms: 40 };

/** A minute of 100 /s, every request answered in 40 ms, but for what `more` makes of single seconds. */
function minute(
  more: Readonly<Record<number, Partial<SettledSecond>>>,
  rest: Parameters<typeof evidence>[0] = {},
): Evidence {
  const usual = { planned: 100, fired: 100, completed: 100, outcomes: { ok: 100 }, response: hundred(40) };
  const [second] = evidence().timeline;
  return evidence({
    plan: { ratePerS: 100, meanPerS: 100, durationS: 60, arrivals: 6_000 },
    ending: { measuredS: 60 },
    load: { planned: 6_000, fired: 6_000, completed: 6_000, offeredPerS: 100, completedPerS: 100 },
    overall: { count: 6_000, outcomes: { ok: 6_000, "sold-out": 0, refused: 0 } },
    ...rest,
    timeline: Array.from({ length: 60 }, (_, atS) => ({ ...second!, ...usual, atS, ...more[atS] })),
  });
}

const hundred = (ms: number) => responses(100, ms);

function finding(seen: Evidence, check: string) {
  const { findings } = judge(seen, tallied());
  return findings.find((each) => each.check === check)!;
}

const slowTail = { overall: { count: 6_000, outcomes: { ok: 6_000 }, responseMs: { p99: 900 } } };
const marked = "1 of 60 seconds is marked: 1 slip";

describe("a refuted tail", () => {
  const slow = { 20: { response: hundred(900) } };

  test("is inconclusive when without the marked seconds it would be upheld, and says both figures", () => {
    const seen = ill(minute(slow, slowTail), { 20: sick });
    expect(finding(seen, "tail-latency")).toMatchObject({
      status: "inconclusive",
      observed: 900,
      limit: 250,
    });
    expect(finding(seen, "tail-latency").because).toBe(
      "p99 was 900 ms, the claim is 250 ms, " +
        `but this leans on seconds in which our instrument was not well (${marked}); ` +
        "without them and those beside them, p99 was 40.0 ms of 250 ms claimed",
    );
    expect(judge(seen, tallied())).toMatchObject({ status: "inconclusive", exitCode: 5 });
  });

  test("is inconclusive when what was slow was planned just before the marked second", () => {
    const seen = ill(minute(slow, slowTail), { 21: sick });
    expect(finding(seen, "tail-latency").status).toBe("inconclusive");
  });

  test("stands when the other seconds alone refute it", () => {
    const slowTwice = { ...slow, 40: { response: hundred(900) } };
    const seen = ill(minute(slowTwice, slowTail), { 20: sick });
    expect(finding(seen, "tail-latency")).toMatchObject({
      status: "refuted",
      because: "p99 was 900 ms, the claim is 250 ms",
    });
    expect(judge(seen, tallied()).exitCode).toBe(10);
  });

  test("stands when no second is marked", () => {
    expect(finding(minute(slow, slowTail), "tail-latency").status).toBe("refuted");
  });

  test("is inconclusive when too little is left to see a 99th percentile", () => {
    const most = Object.fromEntries(Array.from({ length: 18 }, (_, each) => [1 + 3 * each, sick]));
    const seen = ill(minute({ 57: { response: hundred(900) } }, slowTail), most);
    expect(finding(seen, "tail-latency")).toMatchObject({
      status: "inconclusive",
      because: expect.stringContaining("without them and those beside them, too few samples: 600 requests"),
    });
  });
});

describe("refuted errors", () => {
  const failing = { failed: 100, completed: 0, outcomes: { timeout: 100 } };
  const overall = { overall: { count: 6_000, outcomes: { ok: 5_900, timeout: 100 } } };

  test("are inconclusive when they all were planned in marked seconds", () => {
    const seen = ill(minute({ 20: failing }, overall), { 20: sick });
    expect(finding(seen, "errors")).toMatchObject({
      status: "inconclusive",
      because: expect.stringMatching(
        /^100 of 6,000 answers were bad .* without them and those beside them, 0 of 5,700 answers were bad/,
      ),
    });
  });

  test("stand when others do it without them", () => {
    const other = { 50: { outcomes: { ok: 80, error: 20 } } };
    const seen = ill(minute({ 20: failing, ...other }, overall), { 20: sick });
    expect(finding(seen, "errors").status).toBe("refuted");
  });
});

describe("refuted throughput", () => {
  const load = {
    planned: 6_000,
    fired: 6_000,
    completed: 5_900,
    failed: 100,
    offeredPerS: 100,
    completedPerS: 98.3,
  };
  const failing = { failed: 100, completed: 0, outcomes: { timeout: 100 } };

  test("is inconclusive when only marked seconds were left unanswered", () => {
    expect(finding(ill(minute({ 20: failing }, { load }), { 20: sick }), "throughput")).toMatchObject({
      status: "inconclusive",
      because: expect.stringMatching(/^only 98\.3 % .* 100 % of 5,700 requests were completed in time/),
    });
  });

  test("stands when the others were left unanswered", () => {
    const seen = ill(minute({ 20: failing }, { load }), { 40: sick });
    expect(finding(seen, "throughput").status).toBe("refuted");
  });

  test("counts for the others what was answered late in the marked second", () => {
    // Second 18 is not in the shadow; its answers came in second 20, when our agent read again.
    const late = { 18: { completed: 0 }, 20: { completed: 200 }, 30: failing };
    const seen = ill(minute(late, { load }), { 20: sick, 30: sick });
    expect(finding(seen, "throughput")).toMatchObject({
      status: "inconclusive",
      because: expect.stringContaining("100 % of 5,400 requests"),
    });
  });
});

describe("an upheld finding", () => {
  const allMarked = Object.fromEntries(Array.from({ length: 60 }, (_, atS) => [atS, sick]));
  const status = (seen: Evidence) =>
    ["throughput", "tail-latency", "errors"].map((check) => finding(seen, check).status);

  test("stands even when every second is marked: our lateness can only make things worse", () => {
    expect(status(ill(minute({}), allMarked))).toEqual(["upheld", "upheld", "upheld"]);
  });

  test("stands when a few requests of marked seconds came to nothing", () => {
    const lost = { 20: { dropped: 3, fired: 97, outcomes: { ok: 97 }, response: responses(97, 40) } };
    expect(status(ill(minute(lost), { 20: sick }))).toEqual(["upheld", "upheld", "upheld"]);
  });

  test("is inconclusive when more are missing than may be slow or bad, and the rest is too little", () => {
    const lost = { 20: { dropped: 59, fired: 41, outcomes: { ok: 41 }, response: responses(41, 40) } };
    // 59 of 6,000 make less than 1 %, so the tail and the throughput hold; as errors they are too many.
    expect(status(ill(minute(lost), allMarked))).toEqual(["upheld", "upheld", "inconclusive"]);
    const more = { 20: { dropped: 61, fired: 39, outcomes: { ok: 39 }, response: responses(39, 40) } };
    expect(status(ill(minute(more), allMarked))).toEqual(["upheld", "inconclusive", "inconclusive"]);
    expect(finding(ill(minute(more), allMarked), "tail-latency").because).toContain(
      "but 61 requests of seconds in which our instrument was not well (60 of 60 seconds are marked: 60 slip) " +
        "came to nothing, and they could turn it; without them and those beside them, too few samples: 0 requests",
    );
  });

  test("stands whatever is missing when the other seconds uphold it", () => {
    const more = { 20: { dropped: 61, fired: 39, outcomes: { ok: 39 }, response: responses(39, 40) } };
    expect(status(ill(minute(more), { 20: sick }))).toEqual(["upheld", "upheld", "upheld"]);
  });

  test("of a closed load needs the other seconds, because a late agent offers less", () => {
    const closed = { plan: { openOrClosed: "closed", ratePerS: 100, durationS: 60 } } as const;
    expect(status(ill(minute({}, closed), { 20: sick }))).toEqual(["upheld", "upheld", "upheld"]);
    const seen = ill(minute({}, closed), allMarked);
    expect(status(seen)).toEqual(["inconclusive", "inconclusive", "inconclusive"]);
    expect(finding(seen, "throughput").because).toContain("offers less in a closed load");
  });
});

test("what the books say stands whatever the marks", () => {
  const stocks = [{ saleId: 3, itemId: 4711, initial: 10, remaining: 0, sold: 37 }];
  const seen = ill(evidence({ correctness: { stocks } }), { 2: sick, 3: undefined });
  expect(judge(seen, tallied())).toMatchObject({ status: "refuted", exitCode: 11 });
});

test("an instrument that was sick over the whole run takes everything back by itself", () => {
  const whole = { instrument: { slipMs: { p99: 40 } } };
  const seen = ill(minute({ 20: { response: hundred(900) } }, { ...slowTail, ...whole }), { 20: sick });
  expect(finding(seen, "tail-latency").because).not.toContain("leans");
  expect(finding(seen, "own-health").status).toBe("refuted");
});

test("own health says which seconds are marked although the run is well as a whole", () => {
  expect(finding(ill(minute({}), { 20: sick }), "own-health")).toMatchObject({
    status: "upheld",
    because: expect.stringContaining(`; ${marked}`),
  });
});
