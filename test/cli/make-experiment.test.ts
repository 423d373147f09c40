/** What was made before is read, judged and measured as if it had just been made; nothing is started for it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { about } from "../../cli/commands/run.ts";
import { experimentMaker } from "../../cli/make-experiment.ts";
import { planCapacity } from "../../controller/capacity/plan-capacity.ts";
import { searchVersion } from "../../controller/capacity/search-version.ts";
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

/** A finished run with exactly this plan, as the maker would plan it. */
function runMade(id: string): string {
  const asked = request(browseOn("stage-04"));
  const folder = runFolder(home, id, {
    about: { ...about(id), identity: identityOf(asked), state: "complete" },
  });
  // The folder of a fake has fields of its own, which no plan has.
  writeFileSync(join(folder, "plan.json"), JSON.stringify({ ...planRun(asked), runId: id }));
  return folder;
}

function searchMade(id: string): string {
  const asked = request(kneeOn("stage-05"));
  const { base, objective } = planCapacity(asked, undefined);
  const folder = join(home, id);
  mkdirSync(folder);
  const files = {
    "plan.json": { ...base, runId: id, capacity: { version: searchVersion, objective } },
    "run.json": { ...about(id), identity: identityOf(asked), kind: "capacity", state: "complete" },
    "capacity.json": {
      ...{ runId: id, budgets: "cgroup-v1", probes: [], status: "found", because: "kept at 320 /s" },
      knee: { ratePerS: 320, belowPerS: 336, nodes: [], goodPerS: 300 },
      saturated: { tier: "db", sureness: "sure", nodes: ["db"], because: "db used 99 %" },
    },
  };
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(folder, name), JSON.stringify(content));
  return folder;
}

const fast = fastEnough("S04-fast", browseOn("stage-04"));
const more = moreThan("S05-more", kneeOn("stage-05"), kneeOn("stage-04"));

test("a run", async () => {
  runMade("r1");
  const made = await firstOf(fast);
  expect(made).toMatchObject({ folder: "r1", isReused: true });
  expect(made.figures.figures["p99 of all requests"]).toMatchObject({
    ...{ runId: "r1", round: 0, seen: { value: 40 } },
  });
});

test("a search", async () => {
  searchMade("c1");
  expect(await firstOf(more)).toMatchObject({
    ...{ folder: "c1", isReused: true },
    figures: { figures: { "the knee": { seen: { value: 320 } } }, tier: { seen: { tier: "db" } } },
  });
});

test("what is damaged was not made, and the one before it is taken", async () => {
  runMade("r1");
  writeFileSync(join(runMade("r2"), "evidence.json"), "{");
  rmSync(join(runMade("r3"), "ledger.bin"));
  expect(await firstOf(fast)).toMatchObject({ folder: "r1", isReused: true });
  searchMade("c1");
  for (const [id, content] of [
    ["c2", "{"],
    ["c3", "null"],
    ["c4", '{"runId":"c4"}'],
  ] as const)
    writeFileSync(join(searchMade(id), "capacity.json"), content);
  expect(await firstOf(more)).toMatchObject({ folder: "c1", isReused: true });
});
