/** The exam for monitoring, on runs that are made up: who noticed what, of whom, and what was said for nothing. */
import { describe, expect, test } from "vitest";
import { alarmsIn } from "../../../controller/exam/alarms.ts";
import { graded } from "../../../controller/exam/graded.ts";
import { monitoring } from "../../../controller/exam/monitoring.ts";
import type { Detection } from "../../../metrics/detection.ts";
import type { FaultSeen } from "../../../metrics/fault-seen.ts";
import { findTarget } from "../../../targets/catalog.ts";
import { membersOf } from "../../../targets/launch/members.ts";
import { judge } from "../../../verdict/judge.ts";
import { disturbed, faultSeen } from "../../fakes/disturbed.ts";
import { tallied } from "../../fakes/evidence.ts";

const shop = faultSeen(45, 75, { id: "kill:shop-1@45", nodes: ["shop-1"] });
const db = faultSeen(110, 140, { id: "freeze:db@110", fault: "freeze", nodes: ["db"] });
const detectors = [
  { by: "proxy", source: "failed-tries", about: ["shop-1", "shop-2"] },
  { by: "shop-1", source: "log", about: ["db"] },
  { by: "shop-2", source: "log", about: ["db"] },
] as const;

const said = (atS: number, by: string, about: string, more: Partial<Detection> = {}): Detection => ({
  ...{ by, source: "log", about: [about], atS, isBack: false, says: `${about} is away` },
  ...more,
});
const ofShop = said(46.5, "proxy", "shop-1");
const ofDb = said(112, "shop-1", "db");

function sat(
  detections: readonly Detection[],
  faults: readonly FaultSeen[] = [shop, db],
  more: { readonly isDeaf?: boolean; readonly seconds?: number } = {},
) {
  const seen = disturbed({ seconds: more.seconds ?? 165, faults });
  const heard = more.isDeaf === true ? seen : { ...seen, watched: { detectors, detections, traffic: [] } };
  const verdict = judge(heard, tallied());
  const answer = monitoring.judge(heard, verdict);
  return {
    answers: answer.rows.map((row) => row.answer),
    because: answer.rows.map((row) => row.because),
    notes: answer.notes,
    findings: Object.fromEntries(answer.findings.map(({ subject, status }) => [subject, status])),
    exitCode: graded(answer, verdict).exitCode,
  };
}

test("every node is in trouble in every way, one at a time, after a quiet time", () => {
  const plan = monitoring.plan({ members: membersOf(findTarget("stage-02")) });
  if ("problems" in plan) throw new Error(plan.problems.join("; "));
  expect(plan.chaos.wishes.map(({ fault, where, atS, forS }) => [fault, where, atS, forS])).toEqual([
    ["kill", "shop", 45, 30],
    ["freeze", "shop", 100, 30],
    ["kill", "db", 155, 30],
    ["freeze", "db", 210, 30],
  ]);
  const members = membersOf(findTarget("stage-02"));
  expect(monitoring.plan({ members, faults: ["flood"] })).toHaveProperty("problems");
});

test("what is noticed soon, of the right node, and nothing else, is monitoring", () => {
  const { answers, because, findings, notes, exitCode } = sat([ofShop, ofDb]);
  expect(answers).toEqual(["noticed", "noticed"]);
  expect(because[0]).toBe("1.5 s after it was seen to bite, by proxy (log): shop-1 is away");
  expect(findings).toEqual({ noticed: "upheld", named: "upheld", quiet: "upheld" });
  expect(notes[0]).toBe("every node that was asked about is watched by another one");
  expect(exitCode).toBe(0);
});

describe("refuted when", () => {
  test.each([
    {
      why: "nothing is said of one in two",
      detections: [ofShop],
      answers: ["noticed", "not noticed"],
      findings: { noticed: "refuted", named: "upheld", quiet: "upheld" },
    },
    {
      why: "it is only said when the fault was over",
      detections: [ofShop, { ...ofDb, atS: 141 }],
      answers: ["noticed", "not noticed"],
      findings: { noticed: "refuted", named: "upheld", quiet: "upheld" },
    },
    {
      why: "only that all is well again is said",
      detections: [ofShop, { ...ofDb, isBack: true }],
      answers: ["noticed", "not noticed"],
      findings: { noticed: "refuted", named: "upheld", quiet: "upheld" },
    },
    {
      why: "more speak of another one",
      detections: [ofShop, ofDb, said(113, "proxy", "shop-2"), said(114, "edge", "shop-2")],
      answers: ["noticed", "noticed, another blamed"],
      findings: { noticed: "upheld", named: "refuted", quiet: "upheld" },
    },
    {
      why: "something is said before anything was done",
      detections: [said(20, "proxy", "shop-2"), ofShop, ofDb],
      answers: ["noticed", "noticed"],
      findings: { noticed: "upheld", named: "upheld", quiet: "refuted" },
    },
    {
      why: "something is said long after one was over",
      detections: [ofShop, said(90, "proxy", "shop-1"), ofDb],
      answers: ["noticed", "noticed"],
      findings: { noticed: "upheld", named: "upheld", quiet: "refuted" },
    },
  ])("$why", ({ detections, answers, findings }) => {
    expect(sat(detections)).toMatchObject({ answers, findings, exitCode: 13 });
  });

  test("nobody watches a node at all, which is named", () => {
    const entry = { ...shop, id: "kill:proxy@45", nodes: ["proxy"] };
    const { answers, notes, exitCode } = sat([ofDb], [entry, db]);
    expect(answers).toEqual(["nobody watches it", "noticed"]);
    expect(notes[0]).toBe("watched by nobody: proxy");
    expect(exitCode).toBe(13);
  });
});

test("of one that is spoken of as often as another, who was spoken of first is blamed", () => {
  expect(sat([ofShop, ofDb, said(113, "proxy", "shop-2")]).answers).toEqual(["noticed", "noticed"]);
  expect(sat([ofShop, said(111, "proxy", "shop-2"), ofDb]).answers).toEqual([
    "noticed",
    "noticed, another blamed",
  ]);
});

test("what is said in the aftermath of a fault is no false alarm, and of the next one it is told from when that began", () => {
  expect(sat([ofShop, said(80, "proxy", "shop-1"), ofDb]).findings).toMatchObject({ quiet: "upheld" });
  const alarms = alarmsIn(
    { detectors, detections: [said(79, "a", "b")], traffic: [] },
    [shop, { ...db, requestedAtS: 78 }],
    200,
  );
  expect(alarms.during(shop)).toEqual([]);
  expect(alarms.quietS).toBe(45 + (200 - 150));
});

test("faults nobody saw answer nothing, nor does a target that nobody listened to, nor too short a quiet", () => {
  const vacuous = { ...shop, status: "vacuous", because: "no effect was seen" } as const;
  expect(sat([ofDb], [vacuous, db])).toMatchObject({ answers: ["unknown", "noticed"], exitCode: 0 });
  expect(sat([], [vacuous])).toMatchObject({ answers: ["unknown"], exitCode: 5 });
  expect(sat([ofShop, ofDb], [shop, db], { isDeaf: true })).toMatchObject({
    answers: ["unknown", "unknown"],
    exitCode: 5,
  });
  const soon = faultSeen(12, 42, { id: "kill:shop-1@12", nodes: ["shop-1"] });
  const short = sat([{ ...ofShop, atS: 13 }], [soon], { seconds: 55 });
  expect(short).toMatchObject({ findings: { quiet: "inconclusive" }, exitCode: 5 });
});
