/** Throughput, tail latency and errors against claim and offer. */
import { describe, expect, test } from "vitest";
import { errors } from "../../../verdict/checks/errors.ts";
import { tailLatency } from "../../../verdict/checks/tail-latency.ts";
import { throughput } from "../../../verdict/checks/throughput.ts";
import type { Evidence } from "../../../verdict/evidence.ts";
import { evidence, type Spoiling, unlimited, without } from "../../fakes/evidence.ts";

describe("throughput", () => {
  test.each([
    { why: "everything was completed", planned: 4_000, completed: 4_000, status: "upheld" },
    { why: "exactly 99 % was completed", planned: 4_000, completed: 3_960, status: "upheld" },
    { why: "the target left 1 in 80 unanswered", planned: 4_000, completed: 3_950, status: "refuted" },
    { why: "nothing was offered", planned: 0, completed: 0, status: "inconclusive" },
  ])("is $status when $why", ({ planned, completed, status }) => {
    const seen = evidence({ load: { planned, completed }, timeline: [] });
    expect(throughput.judge(seen, undefined)).toMatchObject([{ status, limit: 0.99, unit: "ratio" }]);
  });

  test("says where the rest went", () => {
    const load = { completed: 3_000, failed: 500, dropped: 480, inFlightAtEnd: 20, completedPerS: 300 };
    expect(throughput.judge(evidence({ load }), undefined)[0]?.because).toBe(
      "only 75.0 % of 4,000 requests were completed in time: 300 /s completed of 400 /s offered; " +
        "500 failed, 480 were never sent because too many were waiting, 20 were still unanswered at the end",
    );
  });

  /** 400 /s offered for 10 s, `perS` of them completed each second, the rest only while draining. */
  const drained = (perS: number) =>
    evidence({ timeline: evidence().timeline.map((second) => ({ ...second, completed: perS })) });

  test("is not fooled by a backlog that is worked off while draining", () => {
    expect(throughput.judge(drained(360), undefined)).toMatchObject([{ status: "refuted" }]);
  });

  test("grants the answers that were under way at the end", () => {
    const seen = drained(400);
    const timeline = [...seen.timeline.slice(0, 9), { ...seen.timeline[9]!, completed: 310 }];
    expect(throughput.judge({ ...seen, timeline }, undefined)).toMatchObject([{ status: "upheld" }]);
  });
});

describe("tail latency", () => {
  test.each([
    { why: "p99 is within the claim", p99: 250, count: 4_000, status: "upheld" },
    { why: "p99 is above the claim", p99: 250.1, count: 4_000, status: "refuted" },
    { why: "there are just enough samples", p99: 40, count: 1_000, status: "upheld" },
    { why: "there are too few samples", p99: 40, count: 999, status: "inconclusive" },
    {
      why: "there are too few samples, however bad they are",
      p99: 9_000,
      count: 200,
      status: "inconclusive",
    },
  ])("is $status when $why", ({ p99, count, status }) => {
    const seen = evidence({ overall: { count, responseMs: { p99 } } });
    expect(tailLatency.judge(seen, undefined)).toMatchObject([
      { status, observed: p99, limit: 250, unit: "ms" },
    ]);
  });

  test("is not judged when nothing was claimed", () => {
    expect(tailLatency.judge(without(evidence(), "claim"), undefined)).toEqual([]);
  });

  test("is not judged when the claim does not limit it", () => {
    expect(tailLatency.judge(unlimited(evidence(), "p99Ms"), undefined)).toEqual([]);
  });

  test("says so when more was offered than the claim is about", () => {
    expect(tailLatency.judge(evidence({ plan: { ratePerS: 900 } }), undefined)[0]?.because).toBe(
      "p99 was 41.2 ms of 250 ms claimed (at 900 /s; the claim is about 400 /s)",
    );
  });
});

describe("errors", () => {
  const seen = (count: number, bad: number, errorRatio: number): Spoiling<Evidence> => ({
    plan: { claim: { errorRatio } },
    overall: { count, outcomes: { ok: count - bad, "sold-out": 0, refused: 0, timeout: bad } },
  });

  test.each([
    { why: "nothing was bad", count: 4_000, bad: 0, claimed: 0.001, status: "upheld" },
    { why: "as much was bad as the claim allows", count: 4_000, bad: 4, claimed: 0.001, status: "upheld" },
    { why: "more was bad than the claim allows", count: 4_000, bad: 5, claimed: 0.001, status: "refuted" },
    { why: "one was bad and none is allowed", count: 50, bad: 1, claimed: 0, status: "refuted" },
    { why: "none was bad and none is allowed", count: 50, bad: 0, claimed: 0, status: "upheld" },
    {
      why: "there is too little to see the claimed share",
      count: 500,
      bad: 0,
      claimed: 0.001,
      status: "inconclusive",
    },
    { why: "one of too few was bad", count: 500, bad: 1, claimed: 0.001, status: "inconclusive" },
    { why: "far too many of too few were bad", count: 500, bad: 6, claimed: 0.001, status: "refuted" },
    { why: "nothing was answered", count: 0, bad: 0, claimed: 0.001, status: "inconclusive" },
  ])("are $status when $why", ({ count, bad, claimed, status }) => {
    expect(errors.judge(evidence(seen(count, bad, claimed)), undefined)).toMatchObject([{ status }]);
  });

  test("count sold out and refused as good answers", () => {
    const outcomes = { ok: 10, "sold-out": 3_900, refused: 90 };
    expect(errors.judge(evidence({ overall: { outcomes } }), undefined)).toMatchObject([
      { status: "upheld" },
    ]);
  });

  test("name the worst kind", () => {
    const outcomes = { ok: 3_000, timeout: 900, error: 100 };
    expect(errors.judge(evidence({ overall: { outcomes } }), undefined)[0]?.because).toBe(
      "1,000 of 4,000 answers were bad (25.0 %, mostly timeout); the claim allows 0.10 %",
    );
  });

  test("are judged when nothing but errors is limited", () => {
    const only = unlimited(evidence(seen(4_000, 5, 0.001)), "p99Ms");
    expect(errors.judge(only, undefined)).toMatchObject([{ status: "refuted", limit: 0.001 }]);
    expect(errors.judge(unlimited(only, "errorRatio"), undefined)).toEqual([]);
  });

  test("are not judged without a claim, unless most answers were bad", () => {
    const unclaimed = (error: number) =>
      without(
        evidence({ overall: { outcomes: { ok: 4_000 - error, "sold-out": 0, refused: 0, error } } }),
        "claim",
      );
    expect(errors.judge(unclaimed(1_999), undefined)).toEqual([]);
    expect(errors.judge(unclaimed(2_001), undefined)).toMatchObject([{ status: "inconclusive" }]);
  });
});
