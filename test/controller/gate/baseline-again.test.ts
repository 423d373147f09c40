import { describe, expect, test } from "vitest";
import { baselineAgain } from "../../../controller/gate/baseline-again.ts";
import { type AboutRun, fingerprintOf } from "../../../controller/gate/fingerprint.ts";
import { identityOf } from "../../../controller/gate/identity.ts";
import { planRun, type RunRequest } from "../../../controller/plan.ts";
import { findScenario } from "../../../scenarios/catalog.ts";
import { findTarget } from "../../../targets/catalog.ts";
import { differences } from "../../../verdict/comparison/fingerprint.ts";

const about: AboutRun = {
  bench: "0.1.0",
  node: "v20.20.2",
  host: { cpu: "a processor", cores: 2, memoryBytes: 2 ** 34, kernel: "6.18.44", platform: "linux" },
};

const of = (request: RunRequest) =>
  fingerprintOf(planRun(request), { ...about, identity: identityOf(request) }, "cgroup-v2");

const stage = (more: Partial<RunRequest> = {}, variants: readonly string[] = []): RunRequest => ({
  scenario: findScenario("flash-sale"),
  target: { kind: "stage", spec: findTarget("stage-04"), variants },
  ...more,
});

/** Of a gate for `request`, against runs that were made by `before`. */
const again = (request: RunRequest, before: RunRequest, fingerprint = of(before)) =>
  baselineAgain({ request, was: { plan: planRun(before), fingerprint }, fingerprintOf: of });

describe("the baseline is run again as it was, whatever is different in the target:", () => {
  test.each([
    { what: "the network", before: stage(), now: stage({ network: "namespaces" }) },
    { what: "the network, the other way", before: stage({ network: "namespaces" }), now: stage() },
    { what: "the launcher", before: stage({ launcher: "processes" }), now: stage({ launcher: "compose" }) },
    { what: "the way of selling", before: stage({ strategy: "F2" }), now: stage({ strategy: "F0" }) },
    {
      what: "the way of selling, chosen as a variant",
      before: stage({}, ["strategy=F0"]),
      now: stage({ strategy: "F2" }),
    },
    { what: "a variant", before: stage({}, ["slowness=30%"]), now: stage() },
  ])("$what", ({ before, now }) => {
    const found = again(now, before);
    if (!("request" in found)) throw new Error(found.because);
    expect(differences(of(before), of(found.request))).toEqual([]);
    expect(differences(of(before), of(now))).not.toEqual([]);
    expect(found.request).toMatchObject({ scenario: now.scenario });
  });
});

describe("the kept runs stand for it when", () => {
  const was = of(stage());

  test.each([
    {
      why: "the stage is declared otherwise today",
      fingerprint: { ...was, target: { ...was.target, declaration: "another" } },
      says: /run again it would be another: target: declaration: another in the kept runs, [0-9a-f]{16} in a run of today/,
    },
    {
      why: "the shop is another",
      fingerprint: { ...was, program: { shop: "another" } },
      says: /program is another one today/,
    },
  ])("$why", ({ fingerprint, says }) => {
    expect(again(stage(), stage(), fingerprint)).toEqual({ because: expect.stringMatching(says) });
  });

  test("it was of another stage", () => {
    const other = stage({ target: { kind: "stage", spec: findTarget("stage-05"), variants: [] } });
    expect(again(stage(), other)).toEqual({ because: "it is of stage-05" });
  });

  test("it cannot be built any more", () => {
    const gone = { ...planRun(stage()), unusual: ["shops=700"] };
    const found = baselineAgain({
      ...{ request: stage(), fingerprintOf: of },
      was: { plan: gone, fingerprint: was },
    });
    expect(found).toEqual({ because: expect.stringMatching(/cannot be planned any more.*shops/) });
  });
});

describe("somebody's own system", () => {
  const own: RunRequest = {
    scenario: findScenario("browse"),
    target: { kind: "external", urls: ["http://127.0.0.1:3002"], auditUrl: "http://127.0.0.1:3002/audit" },
  };
  const asked = { request: own, was: { plan: planRun(own), fingerprint: of(own) }, fingerprintOf: of };

  test("is run where its old version is, and the books of the new one are not taken for its own", () => {
    const urls = ["http://127.0.0.1:3001"];
    const target = { kind: "external", urls };
    expect(baselineAgain({ ...asked, urls })).toEqual({ request: { ...own, target } });
  });

  test("or not again", () => {
    expect(baselineAgain(asked)).toEqual({ because: expect.stringContaining("--baseline-target") });
  });
});
