import { describe, expect, test } from "vitest";
import { FaultTrace } from "../../../chaos/relay/fault-trace.ts";
import { latenessIn } from "../../../chaos/relay/relay-control.ts";

test("connections that the callee did not take are counted, and are not what the fault has done", () => {
  const trace = new FaultTrace(0);
  trace.dialRefused();
  trace.dialRefused();
  const { firstEffectMs, ...seen } = trace.seen(true);
  expect(seen).toMatchObject({ refusedDials: 2, connections: 0, chunks: 0, resets: 0 });
  expect(firstEffectMs).toBeUndefined();
});

describe("how late the relay itself was", () => {
  const lateIn = (looks: number, late: number) => {
    const trace = new FaultTrace(0);
    for (let look = 0; look < looks; look++) trace.loopWasLate(look < late ? 12 : 0.2);
    return trace.seen(true).loopDelayP99Ms;
  };

  test.each([
    { looks: 0, late: 0, isLate: false, why: "nobody looked" },
    { looks: 2, late: 2, isLate: false, why: "that is too little to tell" },
    { looks: 100, late: 2, isLate: false, why: "two may be chance" },
    { looks: 100, late: 3, isLate: true, why: "three of a hundred are not" },
    { looks: 1_000, late: 9, isLate: false, why: "99 of a hundred were in time" },
    { looks: 1_000, late: 12, isLate: true, why: "more than one in a hundred was late" },
  ])("$late of $looks looks: late is $isLate, for $why", ({ looks, late, isLate }) => {
    expect(lateIn(looks, late) > 5).toBe(isLate);
  });

  test.each([
    { kind: "latency", counts: true },
    { kind: "bandwidth", counts: true },
    { kind: "loss", counts: true },
    { kind: "slow-close", counts: true },
    { kind: "hold", counts: false },
    { kind: "hang", counts: false },
    { kind: "refuse", counts: false },
    { kind: "reset", counts: false },
  ] as const)("is held against $kind: $counts", ({ kind, counts }) => {
    expect(latenessIn({ loopDelayP99Ms: 12 }, { kind })).toEqual(counts ? { relayLateP99Ms: 12 } : {});
  });
});
