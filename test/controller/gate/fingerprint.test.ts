import { describe, expect, test } from "vitest";
import { type AboutRun, fingerprintOf, partDigest } from "../../../controller/gate/fingerprint.ts";
import { identityOf } from "../../../controller/gate/identity.ts";
import { planRun, type RunRequest } from "../../../controller/plan.ts";
import { findScenario } from "../../../scenarios/catalog.ts";
import { findTarget } from "../../../targets/catalog.ts";
import { differences, differenceWords } from "../../../verdict/comparison/fingerprint.ts";

const about: AboutRun = {
  bench: "0.1.0",
  node: "v20.20.2",
  host: { cpu: "a processor", cores: 2, memoryBytes: 25_276_502_016, kernel: "6.18.44-x", platform: "linux" },
};

const stage = (variants: readonly string[] = [], more: Partial<RunRequest> = {}): RunRequest => ({
  scenario: findScenario("browse"),
  target: { kind: "stage", spec: findTarget("stage-04"), variants },
  ...more,
});

const own = (url: string): RunRequest => ({
  scenario: findScenario("browse"),
  target: { kind: "external", urls: [url] },
});

const of = (request: RunRequest, more: Partial<AboutRun> = {}) =>
  fingerprintOf(planRun(request), { ...about, identity: identityOf(request), ...more }, "cgroup-v2");

const apart = (a: ReturnType<typeof of>, b: ReturnType<typeof of>) => differences(a, b).map(differenceWords);

describe("two runs", () => {
  test("of the same differ in nothing, whatever their seeds", () => {
    expect(apart(of(stage()), of(stage([], { seed: 99 })))).toEqual([]);
  });

  test("of another rate differ in the plan, and it is said how", () => {
    const words = apart(
      of(stage([], { ratePerS: 100, durationS: 10 })),
      of(stage([], { ratePerS: 200, durationS: 10 })),
    );
    expect(words).toContain("plan: rate: 100/s in A, 200/s in B");
    expect(words.every((sentence) => sentence.startsWith("plan: "))).toBe(true);
  });

  test("of another variant differ in the target, by name and by declaration", () => {
    const words = apart(of(stage()), of(stage(["slowness=30%"])));
    expect(words[0]).toBe("target: slowness: none in A, 30% in B");
    expect(words).toHaveLength(2);
    expect(words[1]).toMatch(/^target: declaration: [0-9a-f]{16} in A, [0-9a-f]{16} in B$/);
  });

  test("of somebody's own system may be at different addresses", () => {
    expect(apart(of(own("http://127.0.0.1:3001")), of(own("http://127.0.0.1:3002")))).toEqual([]);
  });

  test("on another machine differ in the host; a few megabytes or a patch of the kernel are no other machine", () => {
    const host = { ...about.host, memoryBytes: about.host.memoryBytes - 5e6, kernel: "6.18.50-y" };
    expect(apart(of(stage()), of(stage(), { host }))).toEqual([]);
    expect(apart(of(stage()), of(stage(), { host: { ...host, cores: 8 } }))).toEqual([
      "host: cores: 2 in A, 8 in B",
    ]);
  });

  test("with idle cores that stay awake, and with such that sleep at once, are on different machines", () => {
    const host = { ...about.host, haltPollMs: 0 };
    expect(apart(of(stage(), { host }), of(stage(), { host: { ...host, haltPollMs: 20 } }))).toEqual([
      "host: idle cores: asleep at once in A, awake for 20.0 ms in B",
    ]);
  });

  test("of before programs were noted are not taken for the same", () => {
    const { identity: _, ...before } = { ...about, identity: undefined };
    const old = fingerprintOf(planRun(stage()), before, "cgroup-v2");
    expect(differences(old, of(stage())).map(({ what, a }) => [what, a])).toEqual([
      ["declaration", "unknown"],
      ["shop", "unknown"],
    ]);
  });
});

test("the same program has the same digest, and another order of words is the same part", () => {
  expect(identityOf(stage()).program).toBe(identityOf(stage(["slowness=30%"])).program);
  expect(partDigest({ a: "1", b: "2" })).toBe(partDigest({ b: "2", a: "1" }));
  expect(partDigest({ a: "1" })).not.toBe(partDigest({ a: "2" }));
});
