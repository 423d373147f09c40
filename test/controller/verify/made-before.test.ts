/** Runs of before stand for an experiment only when nothing that matters differs. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { planCapacity } from "../../../controller/capacity/plan-capacity.ts";
import { searchVersion } from "../../../controller/capacity/search-version.ts";
import { planRun } from "../../../controller/plan.ts";
import { experimentRequest } from "../../../controller/verify/experiment-request.ts";
import { MadeBefore } from "../../../controller/verify/made-before.ts";
import { anyHost, browseOn, kneeOn } from "../../fakes/made-up-claims.ts";
import { aboutRun } from "../../fakes/run-folder.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "stagebench-test-made-before-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const request = (seed = 42) => experimentRequest(browseOn("stage-04"), anyHost, seed);
const plan = planRun(request());

function folder(id: string, files: { readonly plan: object; readonly run?: object }): string {
  const path = join(home, id);
  mkdirSync(path);
  writeFileSync(join(path, "plan.json"), JSON.stringify({ ...files.plan, runId: id }));
  writeFileSync(join(path, "run.json"), JSON.stringify({ ...aboutRun, state: "complete", ...files.run }));
  return path;
}
const take = (now: object = aboutRun) => MadeBefore.in([home]).takeRun(plan, now as typeof aboutRun);

test("the newest of the same is taken, and each only once", () => {
  const [older, newer] = [folder("20261121T1", { plan }), folder("20261121T2", { plan })];
  const before = MadeBefore.in([home]);
  expect([1, 2, 3].map(() => before.takeRun(plan, aboutRun))).toEqual([newer, older, undefined]);
});

describe("a run is not the same", () => {
  test.each([
    { why: "with another seed", plan: planRun(request(43)) },
    { why: "that was longer", plan: { ...plan, durationS: 21 } },
    { why: "that broke off", plan, run: { state: "interrupted" } },
    { why: "by another shop", plan, run: { identity: { declaration: "d1", program: "p2" } } },
    { why: "on another machine", plan, run: { host: { ...aboutRun.host, cores: 64 } } },
    { why: "by another version", plan, run: { bench: "0.2.0" } },
    { why: "that is a search", plan, run: { kind: "capacity" } },
  ])("$why", ({ plan: other, run }) => {
    folder("20261121T1", { plan: other, ...(run && { run }) });
    expect(take()).toBeUndefined();
  });
});

test("folders that hold nothing are no matter, nor is it that there are none", () => {
  mkdirSync(join(home, "empty"));
  writeFileSync(join(home, "file"), "");
  expect(take()).toBeUndefined();
  expect(MadeBefore.in([join(home, "nowhere")]).takeRun(plan, aboutRun)).toBeUndefined();
  expect(MadeBefore.none().takeRun(plan, aboutRun)).toBeUndefined();
});

describe("a search", () => {
  const ofKnee = experimentRequest(kneeOn("stage-04"), anyHost, 42);
  const search = planCapacity(ofKnee, undefined);
  const later = planCapacity(ofKnee, { kneePerS: 444 });
  const { objective } = search;
  const stored = { ...search.base, capacity: { version: searchVersion, objective } };
  const about = { ...aboutRun, kind: "capacity" };

  test("is the same whatever rate it began at", () => {
    const path = folder("20261121T1", { plan: stored, run: about });
    expect(MadeBefore.in([home]).takeSearch(later, aboutRun)).toBe(path);
  });

  test("is another with another objective or variant", () => {
    folder("20261121T1", {
      plan: { ...stored, capacity: { version: searchVersion, objective: { p99Ms: 1, errorRatio: 0 } } },
      run: about,
    });
    const one = planCapacity(experimentRequest(kneeOn("stage-04", ["shops=1"]), anyHost, 42), undefined);
    const capacity = { version: searchVersion, objective: one.objective };
    folder("20261121T2", { plan: { ...one.base, capacity }, run: about });
    expect(MadeBefore.in([home]).takeSearch(search, aboutRun)).toBeUndefined();
  });

  test.each([
    { why: "with another time-out", of: { ...ofKnee, timeoutMs: 9_000 } },
    { why: "without exercise", of: { ...ofKnee, exerciseRounds: 0 } },
  ])("is another $why", ({ of }) => {
    const { base } = planCapacity(of, undefined);
    folder("20261121T1", { plan: { ...base, capacity: { version: searchVersion, objective } }, run: about });
    expect(MadeBefore.in([home]).takeSearch(search, aboutRun)).toBeUndefined();
  });

  test("is another when it was searched for in another way, or nobody noted in which", () => {
    folder("20261121T1", {
      plan: { ...stored, capacity: { version: searchVersion - 1, objective } },
      run: about,
    });
    folder("20261121T2", { plan: { ...stored, capacity: { objective } }, run: about });
    expect(MadeBefore.in([home]).takeSearch(search, aboutRun)).toBeUndefined();
  });
});
