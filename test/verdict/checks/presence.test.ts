/** Who was there, and whether it went to the end: agents, nodes, the run. */
import { describe, expect, test } from "vitest";
import { agentsPresent } from "../../../verdict/checks/agents-present.ts";
import { completeness } from "../../../verdict/checks/completeness.ts";
import { targetHealth } from "../../../verdict/checks/target-health.ts";
import { evidence } from "../../fakes/evidence.ts";

describe("agents", () => {
  test("that all stayed are upheld", () => {
    expect(agentsPresent.judge(evidence(), undefined)).toMatchObject([
      { status: "upheld", observed: 2, limit: 2 },
    ]);
  });

  test("that were lost are named, with the instant and their last words", () => {
    const [first, second] = evidence().agents;
    const lost = { atS: 4.2, because: "no word for 3 s", lastWords: "heap out of memory" };
    expect(
      agentsPresent.judge(evidence({ agents: [first!, { ...second!, lost }] }), undefined),
    ).toMatchObject([
      {
        status: "inconclusive",
        subject: "agent-1",
        because:
          "agent-1 was lost 4.2 s into the measured part: no word for 3 s; its last words: heap out of memory",
      },
    ]);
  });

  test("that never came are missed", () => {
    const [first] = evidence().agents;
    expect(agentsPresent.judge(evidence({ agents: [first!] }), undefined)).toMatchObject([
      { status: "inconclusive", because: "only 1 of 2 agents took part" },
    ]);
  });

  test("are doubted when the run says it lost one without saying which", () => {
    const ending = { status: "agents-lost", because: "an agent left" } as const;
    expect(agentsPresent.judge(evidence({ ending }), undefined)).toMatchObject([
      { status: "inconclusive", because: "an agent left" },
    ]);
  });
});

describe("the target", () => {
  test("that lived is upheld", () => {
    expect(targetHealth.judge(evidence(), undefined)).toMatchObject([
      { status: "upheld", because: "2 nodes lived to the end" },
    ]);
  });

  test("is refuted once for each node that died by itself", () => {
    const deaths = [
      { node: "shop-1", atS: 3.25, because: "signal SIGKILL", lastLines: [] },
      { node: "cache", atS: -2, because: "exit code 1", lastLines: [] },
    ];
    expect(
      targetHealth.judge(evidence({ targetSeen: { deaths } }), undefined).map((each) => each.because),
    ).toEqual([
      "shop-1 died 3.3 s into the measured part without having been asked to: signal SIGKILL",
      "cache died 2 s before the measured part without having been asked to: exit code 1",
    ]);
  });

  test("is refuted when the run ended by a death it does not name", () => {
    const ending = { status: "target-died", because: "the entry is gone" } as const;
    expect(targetHealth.judge(evidence({ ending }), undefined)).toMatchObject([
      { status: "refuted", because: "the entry is gone" },
    ]);
  });

  test("that never answered is not known to live", () => {
    expect(targetHealth.judge(evidence({ load: { completed: 0 } }), undefined)).toMatchObject([
      { status: "inconclusive" },
    ]);
  });
});

describe("the run", () => {
  test.each([
    { why: "it went to its end", status: "complete", measuredS: 10, expected: "upheld" },
    { why: "only the last moment is missing", status: "complete", measuredS: 9.95, expected: "upheld" },
    { why: "a second of ten is missing", status: "complete", measuredS: 9, expected: "inconclusive" },
    { why: "it was interrupted", status: "interrupted", measuredS: 4, expected: "inconclusive" },
    {
      why: "it was interrupted at the very end",
      status: "interrupted",
      measuredS: 10,
      expected: "inconclusive",
    },
    { why: "agents were lost", status: "agents-lost", measuredS: 4, expected: "inconclusive" },
    { why: "it failed", status: "failed", measuredS: 0, expected: "inconclusive" },
  ] as const)("is $expected when $why", ({ status, measuredS, expected }) => {
    const ending = { status, measuredS, because: "a reason" };
    expect(completeness.judge(evidence({ ending }), undefined)).toMatchObject([{ status: expected }]);
  });
});
