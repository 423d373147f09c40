/** What was made before is read, judged and measured as if it had just been made; nothing is started for it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { about } from "../../cli/commands/run.ts";
import { experimentMaker } from "../../cli/make-experiment.ts";
import { planCapacity } from "../../controller/capacity/plan-capacity.ts";
import { identityOf } from "../../controller/gate/identity.ts";
import { planRun } from "../../controller/plan.ts";
import { experimentRequest } from "../../controller/verify/experiment-request.ts";
import { MadeBefore } from "../../controller/verify/made-before.ts";
import { planVerification } from "../../controller/verify/plan-verification.ts";
import { Wanted } from "../../controller/verify/taken.ts";
import type { StageClaim } from "../../verdict/claims/stage-claim.ts";
import { anyHost, browseOn, fastEnough, kneeOn, moreThan } from "../fakes/made-up-claims.ts";
import { runFolder } from "../fakes/run-folder.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "stagebench-test-make-experiment-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const request = (experiment: Parameters<typeof experimentRequest>[0]) =>
  experimentRequest(experiment, anyHost, 42);

async function firstOf(claim: StageClaim) {
  const plan = planVerification([claim], { turns: 2, seed: 42 });
  const make = experimentMaker({
    ...{ host: anyHost, runsIn: home, isInstalling: false, before: MadeBefore.in([home]) },
    wanted: new Wanted(plan.claims),
    folderName: (path) => relative(home, path),
  });
  return make(plan.steps[0]!, new AbortController().signal);
}

test("a run", async () => {
  const asked = request(browseOn("stage-04"));
  runFolder(home, "r1", {
    plan: planRun(asked),
    about: { ...about("r1"), identity: identityOf(asked), state: "complete" },
  });
  // The folder of a fake has fields of its own, which no plan has.
  writeFileSync(join(home, "r1/plan.json"), JSON.stringify({ ...planRun(asked), runId: "r1" }));
  const made = await firstOf(fastEnough("S04-fast", browseOn("stage-04")));
  expect(made).toMatchObject({ folder: "r1", isReused: true });
  expect(made.figures.figures["p99 of all requests"]).toMatchObject({
    ...{ runId: "r1", round: 0, seen: { value: 40 } },
  });
});

test("a search", async () => {
  const asked = request(kneeOn("stage-05"));
  const { base, objective } = planCapacity(asked, undefined);
  const folder = join(home, "c1");
  mkdirSync(folder);
  const files = {
    "plan.json": { ...base, runId: "c1", capacity: { objective } },
    "run.json": { ...about("c1"), identity: identityOf(asked), kind: "capacity", state: "complete" },
    "capacity.json": {
      ...{ runId: "c1", budgets: "cgroup-v1", probes: [], status: "found", because: "kept at 320 /s" },
      knee: { ratePerS: 320, belowPerS: 336, nodes: [], goodPerS: 300 },
      saturated: { tier: "db", sureness: "sure", nodes: ["db"], because: "db used 99 %" },
    },
  };
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(folder, name), JSON.stringify(content));
  const made = await firstOf(moreThan("S05-more", kneeOn("stage-05"), kneeOn("stage-04")));
  expect(made).toMatchObject({
    ...{ folder: "c1", isReused: true },
    figures: { figures: { "the knee": { seen: { value: 320 } } }, tier: { seen: { tier: "db" } } },
  });
});
