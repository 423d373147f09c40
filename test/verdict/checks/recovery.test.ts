import { describe, expect, test } from "vitest";
import type { Watched } from "../../../metrics/detection.ts";
import { faultEffect } from "../../../verdict/checks/fault-effect.ts";
import { recovery } from "../../../verdict/checks/recovery.ts";
import { judge } from "../../../verdict/judge.ts";
import type { RecoveryObjective } from "../../../verdict/recovery/objective.ts";
import { badBetween, disturbed, faultSeen } from "../../fakes/disturbed.ts";
import { ill, tallied } from "../../fakes/evidence.ts";

const good: RecoveryObjective = { figure: "good", limit: 0.99, withinS: 10 };
const freeze = faultSeen(24, 28, { id: "freeze:shop-2@24" });

describe("a target that was asked to be well 10 s after each fault", () => {
  test.each([
    {
      status: "upheld",
      why: "it was after 2 s",
      how: { bad: badBetween(10, 16) },
      says: "good answers at least 99.0 % held from 2 s after kill:shop-1@10 was gone; 10 s are allowed",
    },
    {
      status: "refuted",
      why: "it took 16 s",
      how: { bad: badBetween(10, 30) },
      says: "good answers at least 99.0 % held only from 16 s after kill:shop-1@10 was gone; 10 s are allowed",
    },
    {
      status: "refuted",
      why: "it never was",
      how: { bad: badBetween(10, 40) },
      says: "good answers at least 99.0 % did not hold in the 26 s after kill:shop-1@10 was gone; 10 s are allowed",
    },
    {
      status: "inconclusive",
      why: "nobody could watch for that long",
      how: { seconds: 28, bad: badBetween(10, 28) },
      says:
        "good answers at least 99.0 % did not hold in the 14 s after kill:shop-1@10 was gone, but that was all that could be watched of it, " +
        "because the run was over 14 s after the fault was gone, and this takes 15 s",
    },
    {
      status: "inconclusive",
      why: "the next fault came too early",
      how: { faults: [faultSeen(10, 14), freeze], bad: badBetween(10, 30) },
      says: "because freeze:shop-2@24 began 10 s after the fault was gone",
    },
    {
      status: "inconclusive",
      why: "the measured part was over first",
      how: { seconds: 14, bad: badBetween(10, 14), faults: [faultSeen(10, 16)] },
      says: "nothing could be watched of it: the measured part was over before kill:shop-1@10 was gone",
    },
    {
      status: "inconclusive",
      why: "another fault was in place as well",
      how: {
        faults: [faultSeen(10, 14), faultSeen(12, 39, { id: "slow:shop-2@12" })],
        bad: badBetween(10, 40),
      },
      says: "but slow:shop-2@12 was in place at the same time",
    },
  ])("$status: $why", ({ status, how, says }) => {
    const [finding] = recovery.judge(disturbed({ ...how, recover: [good] }), undefined);
    expect(finding).toMatchObject({
      status,
      kind: "recovery",
      subject: "kill:shop-1@10, good answers at least 99.0 % within 10 s",
    });
    expect(finding!.because).toContain(says);
  });
});

describe("several faults at one instant are one disturbance", () => {
  const second = faultSeen(10, 18, { id: "kill:shop-2@10" });
  const statuses = (how: Parameters<typeof disturbed>[0]) =>
    recovery.judge(disturbed({ seconds: 60, ...how, recover: [good] }), undefined);

  test("of which each is refuted when the target was not well again", () => {
    const found = statuses({ faults: [faultSeen(10, 14), second], bad: badBetween(10, 45) });
    const late =
      "good answers at least 99.0 % held only from 27 s after kill:shop-1@10 and what was due with it were gone; 10 s are allowed";
    expect(found).toMatchObject([
      { status: "refuted", observed: 27, because: late },
      { status: "refuted", observed: 27 },
    ]);
  });

  test("and the clock starts when the last of them is gone", () => {
    const found = statuses({ faults: [faultSeen(10, 14), second], bad: badBetween(10, 26) });
    expect(found).toMatchObject([
      { status: "upheld", observed: 8 },
      { status: "upheld", observed: 8 },
    ]);
  });

  test("of which one that is not gone leaves it in doubt", () => {
    const { undoneAtS: _, ...still } = second;
    const faults = [faultSeen(10, 14), { ...still, status: "leaked" } as const];
    expect(statuses({ faults, bad: badBetween(10, 60) })).toMatchObject([
      { status: "inconclusive", because: expect.stringContaining("kill:shop-2@10 was in place") },
    ]);
  });

  test("that another one later ends the watching of", () => {
    const faults = [faultSeen(10, 14), second, faultSeen(16, 17, { id: "freeze:shop-3@16" })];
    const [first] = statuses({ faults, bad: badBetween(10, 60) });
    expect(first).toMatchObject({
      status: "inconclusive",
      because:
        "nothing could be watched of it: freeze:shop-3@16 began before kill:shop-1@10 and what was due with it were gone",
    });
  });
});

describe("a node that never came back", () => {
  const because = "it was not made good in time: shop-1 is down";
  const { undoneAtS: _, ...down } = faultSeen(10, 14, { status: "failed", because });
  const how = { bad: badBetween(10, 100), recover: [good] };

  test("is refuted, and the run is 13: it is no better than one that came back late", () => {
    const seen = disturbed({ ...how, seconds: 100, faults: [down] });
    expect(recovery.judge(seen, undefined)).toMatchObject([
      {
        status: "refuted",
        subject: "kill:shop-1@10, good answers at least 99.0 % within 10 s",
        because:
          "kill:shop-1@10 was never gone, so that nothing held after it: it was not made good in time: shop-1 is down; 10 s are allowed",
      },
    ]);
    expect(faultEffect.judge(seen, undefined)).toMatchObject([{ status: "upheld" }]);
    expect(judge(seen, tallied()).exitCode).toBe(13);
  });

  test.each([
    { why: "nobody could watch for long enough", seconds: 28, faults: [down], says: "14 s after it should" },
    {
      why: "another fault was in place",
      seconds: 100,
      faults: [down, faultSeen(20, 22, { id: "freeze:shop-2@20" })],
      says: "freeze:shop-2@20 was in place at the same time",
    },
  ])("is in doubt when $why", ({ seconds, faults, says }) => {
    const [found] = recovery
      .judge(disturbed({ ...how, seconds, faults }), undefined)
      .filter(({ subject }) => subject.startsWith("kill"));
    expect(found).toMatchObject({ status: "inconclusive", because: expect.stringContaining(says) });
  });

  test("proves nothing where nobody asked whether the target gets over it", () => {
    const seen = disturbed({ ...how, recover: [{ figure: "detect", limit: 3 }], faults: [down] });
    expect(recovery.judge(seen, undefined)).toEqual([]);
    expect(faultEffect.judge(seen, undefined)).toMatchObject([{ status: "inconclusive" }]);
  });
});

test("what is kept by the second is not held against a target that may have made it", () => {
  const errors: RecoveryObjective = { figure: "errors", limit: 0.01, withinS: 2.5 };
  const seen = disturbed({ bad: badBetween(10, 16.3), recover: [errors] });
  expect(recovery.judge(seen, undefined)).toMatchObject([
    { status: "inconclusive", because: expect.stringContaining("it may have held from 2 s") },
  ]);
});

describe("a target that was asked to notice within 3 s, and not to do half as much again for a request", () => {
  const balancer = { by: "l4-1", source: "health-check", about: ["shop-1"] } as const;
  const said = (atS: number) => ({ ...balancer, atS, isBack: false, says: "DOWN" });
  const recover: RecoveryObjective[] = [
    { figure: "detect", limit: 3 },
    { figure: "amplification", limit: 1.5 },
  ];
  /** 400 requests a second, and for each so many statements from 10 s on; one before. */
  const traffic = (each: number) =>
    Array.from({ length: 41 }, (_, atS) => ({
      atS,
      counts: { statements: 400 * Math.min(10, atS) + 400 * each * Math.max(0, atS - 10) },
    }));
  const found = (watched: Partial<Watched>, faults = [faultSeen(10, 14)]) =>
    recovery.judge(
      {
        ...disturbed({ recover, faults }),
        watched: { detectors: [balancer], detections: [], traffic: [], ...watched },
      },
      undefined,
    );

  test.each([
    {
      status: "upheld",
      why: "it did",
      watched: { detections: [said(11.2)] },
      observed: 1.2,
      says: "l4-1 (health checks) said so 1.2 s after",
    },
    {
      status: "refuted",
      why: "it took longer",
      watched: { detections: [said(13.5)] },
      observed: 3.5,
      says: "3 s are allowed",
    },
    {
      status: "refuted",
      why: "it was silent",
      watched: {},
      says: "the target did not notice kill:shop-1@10 while it was on",
    },
    {
      status: "inconclusive",
      why: "nothing watches",
      watched: { detectors: [] },
      says: "nothing in the target that we could read watches shop-1",
    },
  ])("$status: $why", ({ status, watched, observed, says }) => {
    const [finding] = found(watched);
    expect(finding).toMatchObject({ status, because: expect.stringContaining(says) });
    expect(finding!.observed).toBe(observed);
  });

  test("inconclusive: it was silent, and the fault was gone too soon", () => {
    const [finding] = found({}, [faultSeen(10, 12)]);
    expect(finding).toMatchObject({
      status: "inconclusive",
      because: expect.stringContaining("gone after 2 s"),
    });
  });

  test.each([
    { status: "upheld", each: 1.2 },
    { status: "refuted", each: 1.8 },
  ])("$status: $each statements for each request instead of one", ({ status, each }) => {
    expect(found({ traffic: traffic(each) })[1]).toMatchObject({
      ...{ status, observed: expect.closeTo(each, 5), limit: 1.5, unit: "times" },
    });
  });

  test("inconclusive: nobody counts, another fault was in place, or nobody listened", () => {
    expect(found({})[1]).toMatchObject({ status: "inconclusive" });
    const others = [faultSeen(10, 14), faultSeen(12, 20, { id: "slow:shop-2@12" })];
    expect(found({ traffic: traffic(1.8) }, others)[1]).toMatchObject({ status: "inconclusive" });
    const findings = recovery.judge(disturbed({ recover }), undefined);
    expect(findings.map(({ status }) => status)).toEqual(["inconclusive", "inconclusive"]);
  });
});

test("there is one finding for each fault and objective, each with a subject of its own", () => {
  const recover: RecoveryObjective[] = [
    good,
    { figure: "errors", limit: 0.01, withinS: 10 },
    { figure: "p99", limit: 200, withinS: 10 },
  ];
  const findings = recovery.judge(
    disturbed({ seconds: 60, faults: [faultSeen(10, 14), freeze], recover }),
    undefined,
  );
  expect(findings.map(({ status }) => status)).toEqual(new Array(6).fill("upheld"));
  expect(new Set(findings.map(({ subject }) => subject)).size).toBe(6);
});

test.each(["vacuous", "failed", "leaked", "not-reached"] as const)(
  "a fault that is %s gives no finding",
  (status) => {
    const faults = [faultSeen(10, 14, { status, because: "so it was" })];
    expect(recovery.judge(disturbed({ faults, recover: [good] }), undefined)).toEqual([]);
  },
);

test("nothing asked, nothing found", () => {
  expect(recovery.judge(disturbed(), undefined)).toEqual([]);
});

describe("the verdict over a run", () => {
  const late = { bad: badBetween(10, 30), recover: [good] };

  test("whose target came back too late is 13", () => {
    expect(judge(disturbed(late), tallied())).toMatchObject({ status: "refuted", exitCode: 13 });
  });

  test("is inconclusive when our own instrument was not well just then", () => {
    const seen = ill(
      disturbed(late),
      Object.fromEntries([15, 18, 21, 24].map((atS) => [atS, { slipP99Ms: 90 }])),
    );
    const finding = judge(seen, tallied()).findings.find(({ check }) => check === "recovery");
    expect(finding).toMatchObject({ status: "inconclusive" });
    expect(finding!.because).toContain("this leans on seconds in which our instrument was not well");
  });

  test("stands when our instrument was not well, and the target recovered all the same", () => {
    const seen = ill(disturbed({ bad: badBetween(10, 16), recover: [good] }), { 15: { slipP99Ms: 90 } });
    expect(judge(seen, tallied()).findings.find(({ check }) => check === "recovery")).toMatchObject({
      status: "upheld",
    });
  });
});
