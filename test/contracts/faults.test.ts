/** Every fault of the catalogue on a real stage: `npm test` in places that take seconds, `npm run test:all` in all of them. */
import { randomInt } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { faults } from "../../chaos/catalog.ts";
import type { Guard } from "../../chaos/guard.ts";
import { findComponents } from "../../targets/launch/components.ts";
import { networkHere } from "../../targets/launch/network/here.ts";
import { WardList } from "../../targets/launch/ward-list.ts";
import { engineIsImpossible, ofRun, openEngine, type TestEngine } from "./container-engine.ts";
import { faultContract } from "./fault.contract.ts";
import { openStage, preparedStage } from "./fault-stage.ts";
import { faultCases, faultStages } from "./faults-to-try.ts";
import { leftOf } from "./left-behind.ts";
import { openTestGuard, toldTo } from "./test-guard.ts";

let root: string;
let guard: Guard | undefined;
let engine: TestEngine | undefined;
const usualEngine = process.env["DOCKER_HOST"];
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "stagebench-test-faults-"));
  // Programs in containers read what is put there for them, as whom they run.
  await chmod(root, 0o755);
  guard = await openTestGuard(root);
});
afterAll(async () => {
  await engine?.[Symbol.asyncDispose]();
  await guard?.allIsWell();
  if (usualEngine === undefined) delete process.env["DOCKER_HOST"];
  else process.env["DOCKER_HOST"] = usualEngine;
  await rm(root, { recursive: true, force: true });
});

test("every fault of the catalogue is tried somewhere", () => {
  const tried = new Set(faultCases.map(({ word }) => /^[a-z0-9-]+/.exec(word)?.[0]));
  expect(faults.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual([]);
  const known = new Set(faults.map(({ name }) => name));
  expect([...tried].filter((name) => !known.has(name ?? ""))).toEqual([]);
});

test("what is long waits for test:all; what needs the same stage shares it", () => {
  const [short, long] = [
    { word: "kill:shop@0+5", stage: "stage-01" },
    { word: "kill:db@0+5", stage: "stage-01", isLong: true },
  ] as const;
  expect([...faultStages([short, long], false).values()]).toEqual([[short]]);
  expect([...faultStages([short, long], true).values()]).toEqual([[short, long]]);
  expect(faultStages([short, { ...short, isAlone: true }], false).size).toBe(2);
});

for (const [name, tried] of faultStages(faultCases)) {
  const prepared = preparedStage(tried);
  const { spec, outlook, cases } = prepared;
  const { missing } = findComponents(spec);
  const networks = outlook.network === "namespaces" ? await networkHere() : undefined;
  const noNetworks = networks?.can === false ? networks.because : undefined;
  faultContract({
    name,
    cases,
    cannotRun: outlook.launcher === "compose" ? engineIsImpossible() : (noNetworks ?? whatIsMissing(missing)),
    async up() {
      const wards = new WardList();
      if (outlook.launcher === "compose") {
        engine ??= await openEngine();
        process.env["DOCKER_HOST"] = `unix://${engine.socket}`;
      }
      const folder = join(root, String(randomInt(1_000_000)));
      const stage = await openStage(prepared, { folder, wards: toldTo(wards, guard!) });
      const { containers = [] } = wards.leftovers();
      const inEngine = () => containers.flatMap(({ socket, runId }) => ofRun(socket, runId));
      return { ...stage, journal: guard!, leftBehind: () => [...leftOf(wards), ...inEngine()] };
    },
  });
}

function whatIsMissing(missing: readonly { readonly program: string }[]): string | undefined {
  if (missing.length === 0) return undefined;
  return `missing here: ${missing.map(({ program }) => program).join(", ")}`;
}
