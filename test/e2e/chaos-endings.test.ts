/** Whoever dies in the middle of a fault, nothing of it is left: no stopped process, no limit, no file, no node. */
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { sleep, systemClock } from "../../base/clock.ts";
import { faults } from "../../chaos/catalog.ts";
import { defineChaosPlan, type FaultWish, readWish } from "../../chaos/chaos-plan.ts";
import { haltRun } from "../../chaos/halt.ts";
import { planChaos } from "../../chaos/plan-chaos.ts";
import { journalName, readJournal } from "../../chaos/run-journal.ts";
import { findComponents } from "../../targets/launch/components.ts";
import { networkHere } from "../../targets/launch/network/here.ts";
import { isAlive, startTicksOf } from "../../targets/launch/process-identity.ts";
import type { ProcessIdentity } from "../../targets/running-target.ts";
import type { TargetSpec } from "../../targets/target.ts";
import { engineIsImpossible, openEngine, type TestEngine } from "../contracts/container-engine.ts";
import { preparedStage } from "../contracts/fault-stage.ts";
import { triesAll } from "../contracts/stages-to-try.ts";
import { Desk, missingFor, remainsAfter, type Traces, tracesOf } from "./bench.ts";
import { DisturbedRun } from "./disturbed.ts";
import { casesOf, type FaultGroup, faultGroups, faultIn, markerIn } from "./fault-groups.ts";
import { SomebodysServer } from "./somebodys-server.ts";

/** From a death to nothing left. */
const GONE_LIMIT_MS = 5_000;
/** The lease is five seconds; a busy machine may be late. */
const LEASE_LIMIT_MS = 30_000;
const NODE_LIMIT_MS = 3_000;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), "stagebench-chaos-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Case {
  readonly run: DisturbedRun;
  readonly guardPid: number;
  /** Nodes that are disturbed, as they were before. */
  readonly disturbed: readonly ProcessIdentity[];
  /** Faults that somebody else than the conductor can take back. */
  readonly mendable: readonly string[];
}

const never = new AbortController().signal;
const haltParts = { clock: systemClock, signal: never, say() {} };

/** Who ends, and what else is true then than that nothing is left. */
const endings: Readonly<Record<string, (each: Case) => Promise<void>>> = {
  async controller({ run }) {
    run.signal("SIGKILL");
    expect(await run.remainsAfter(GONE_LIMIT_MS)).toEqual([]);
    expect(readJournal(run.journalPath)).toMatchObject({ isOver: true });
  },
  async agent({ run }) {
    for (const { name, pid } of run.traces().processes) if (name === "agent-0") killIfThere(pid);
    await expectMended(run);
  },
  async guard({ run, guardPid }) {
    process.kill(guardPid, "SIGKILL");
    await expectMended(run);
  },
  async "controller and guard"({ run, guardPid }) {
    process.kill(guardPid, "SIGKILL");
    run.signal("SIGKILL");
    // Nobody is left who would look after it.
    expect(await run.remainsAfter(500)).not.toEqual([]);
    const halted = await haltRun(run.journalPath, haltParts);
    expect(halted).toMatchObject({ was: "dead", problems: [] });
    expect(halted?.ended).toBeGreaterThan(0);
    expect(await haltRun(run.journalPath, haltParts)).toMatchObject({ was: "over", ended: 0, mended: [] });
  },
  async "controller that only stands still"({ run, mendable, disturbed }) {
    run.signal("SIGSTOP");
    const notMended = () => {
      const text = readFileSync(run.journalPath, "utf8");
      return mendable.filter((id) => !text.includes(`"mendedByGuard":${JSON.stringify(id)}`));
    };
    await expect.poll(notMended, { timeout: LEASE_LIMIT_MS, interval: 100 }).toEqual([]);
    expect(disturbed.map(({ pid }) => stateOf(pid))).not.toContain("T");
    run.signal("SIGCONT");
    run.signal("SIGINT");
    await expectMended(run);
  },
  async "disturbed node"({ run, disturbed }) {
    for (const node of disturbed) if (isAlive(node)) killIfThere(node.pid);
    // Whoever was down already can die no more.
    await Promise.race([run.until("over"), sleep(NODE_LIMIT_MS)]);
    run.signal("SIGINT");
    await expectMended(run);
  },
  async relay({ run }) {
    for (const { name, pid } of run.traces().processes) if (name === "relay") killIfThere(pid);
    await expectMended(run);
  },
  async "patience of the user"({ run }) {
    run.signal("SIGINT");
    await expectMended(run);
  },
};

const folderOfPlan = "/nowhere";
/** Of a group that has none a relay cannot die. */
const hasRelay = (group: FaultGroup) => preparedStage(casesOf(group, folderOfPlan)).relayed.length > 0;
const victimsOf = (group: FaultGroup) =>
  Object.keys(endings).filter((victim) => victim !== "relay" || hasRelay(group));

const all = faultGroups.flatMap((group) => victimsOf(group).map((victim) => ({ group, victim })));
const rows = all
  .filter(({ group, victim }) => triesAll() || group === faultGroups[0] || group.also === victim)
  .map((row) => ({ ...row, name: row.group.name, count: row.group.words.length }));

describe("faults that are on all at once", () => {
  test("every fault of the catalogue is in a group, and every victim dies in the middle of each", () => {
    const grouped = new Set(faultGroups.flatMap(({ words }) => words.map(faultIn)));
    expect(faults.map(({ name }) => name).filter((name) => !grouped.has(name))).toEqual([]);
    const victims = Object.keys(endings);
    expect(victims).toEqual(
      expect.arrayContaining([
        "controller",
        "agent",
        "relay",
        "guard",
        "controller and guard",
        "disturbed node",
      ]),
    );
    for (const group of faultGroups) {
      const met = all.filter((row) => row.group === group).map(({ victim }) => victim);
      expect(victims.filter((victim) => !met.includes(victim))).toEqual(hasRelay(group) ? [] : ["relay"]);
    }
  });

  test.each(faultGroups.map((group) => ({ group, name: group.name })))(
    "$name: none is in the way of another",
    ({ group }) => {
      const { outlook } = preparedStage(casesOf(group, folderOfPlan));
      const { noCpuGroups: _, lines: __, ...host } = outlook.host;
      const anywhere = { ...host, platform: "linux", isRoot: true, hasProc: true } as const;
      const wishes = casesOf(group, folderOfPlan).map(({ word }) => wishOf(word));
      const hooks = Object.assign({}, ...casesOf(group, folderOfPlan).map((each) => each.hooks));
      const plan = defineChaosPlan({ faults: [], hooks });
      const { problems } = planChaos(
        { ...plan, wishes },
        { ...outlook, host: anywhere, hooks: plan.hooks ?? {} },
        1_000,
      );
      expect(problems).toEqual([]);
    },
  );
});

describe("in the middle of faults", () => {
  let engine: TestEngine | undefined;
  const usualEngine = process.env["DOCKER_HOST"];
  afterAll(async () => {
    await engine?.[Symbol.asyncDispose]();
    if (usualEngine === undefined) delete process.env["DOCKER_HOST"];
    else process.env["DOCKER_HOST"] = usualEngine;
  });

  test.for(rows)(
    "$name ($count): the end of the $victim leaves nothing",
    async ({ group, victim }, context) => {
      const { spec, cases } = preparedStage(casesOf(group, folder));
      const why = [...cases.flatMap(({ problems }) => problems), ...(await missing(group, spec))];
      if (why.length > 0) return context.skip(why.join("; "));
      if (group.launcher === "compose") {
        engine ??= await openEngine();
        process.env["DOCKER_HOST"] = `unix://${engine.socket}`;
      }
      using run = new DisturbedRun(folder, group.name);
      const { guardPid = 0, nodes = {} } = await run.until("up");
      run.remember();
      const scheduled = cases.flatMap((each) => each.scheduled);
      await Promise.all(scheduled.map(({ id }) => run.untilInjected(id)));
      const open = readJournal(run.journalPath)?.open ?? [];
      const lasting = scheduled.filter(({ forS }) => forS !== undefined).map(({ id }) => id);
      expect(open.map(({ id }) => id)).toEqual(expect.arrayContaining(lasting));
      const disturbed = [...new Set(scheduled.flatMap((fault) => fault.nodes))].flatMap((name) => {
        const pid = nodes[name] ?? 0;
        return pid === 0 ? [] : [{ pid, startTicks: startTicksOf(pid) }];
      });
      const mendable = open.filter(({ mends }) => mends.length > 0).map(({ id }) => id);
      await endings[victim]!({ run, guardPid, disturbed, mendable });
      expect(await run.remainsAfter(GONE_LIMIT_MS)).toEqual([]);
      expect(existsSync(markerIn(folder)), "the mark of the hook").toBe(false);
    },
  );

  const absent = missingFor("stage-01");
  test.skipIf(absent !== undefined)(
    `bench halt ends a run that disturbs its target, and leaves nothing${absent === undefined ? "" : ` (${absent})`}`,
    async () => {
      using desk = new Desk({ exercise: 1 });
      const words = ["--target", "stage-01", "--rate", "30", "--duration", "60s", "--warmup", "1s"];
      const run = desk.start(["run", "browse", ...words, "--chaos", "freeze:shop@1s+50s"]);
      await run.until(/freeze:shop@1: SIGSTOP/);
      const traces = tracesOf(desk.runs()[0] ?? "");
      const { code, stdout, stderr } = await desk.bench("halt");
      expect(code, stdout + stderr).toBe(0);
      expect(stdout).toMatch(/was running, and was ended; taken back: freeze:shop@1/);
      expect((await run.ended).code).toBe(143);
      expect(await remainsAfter(traces, 0)).toEqual([]);
      const again = await desk.bench("halt", "--json");
      expect(JSON.parse(again.stdout)).toEqual({ schemaVersion: 1, isClean: true, runs: [], exitCode: 0 });
    },
  );
});

if (triesAll()) {
  describe("in the middle of a whole run with a fault", () => {
    const pidOf = (traces: Traces, name: string) =>
      traces.processes.findLast((each) => each.name === name)?.pid ?? 0;
    test.each([
      { victim: "agent-0", signal: "SIGKILL", exitCode: 5 },
      { victim: "shop", signal: "SIGKILL", exitCode: 4 },
      { victim: "guard", signal: "SIGKILL", exitCode: 5 },
      { victim: "bench", signal: "SIGKILL", exitCode: null },
      { victim: "bench", signal: "SIGINT", exitCode: 130 },
    ] as const)(
      "$signal to $victim ends it with $exitCode and leaves nothing",
      async ({ victim, signal, exitCode }) => {
        using desk = new Desk({ exercise: 1 });
        const words = ["--target", "stage-01", "--rate", "30", "--duration", "60s", "--warmup", "1s"];
        const run = desk.start(["run", "browse", ...words, "--chaos", "freeze:shop@1s+50s"]);
        await run.until(/freeze:shop@1: SIGSTOP/);
        const folderOfRun = desk.runs()[0] ?? "";
        const traces = tracesOf(folderOfRun);
        const guard = readJournal(join(folderOfRun, journalName))?.keeper.keeper.pid ?? 0;
        if (victim === "bench") run.child.kill(signal);
        else process.kill(victim === "guard" ? guard : pidOf(traces, victim), signal);
        const { code, stdout, stderr } = await run.ended;
        expect(code, stdout + stderr).toBe(exitCode);
        expect(await remainsAfter(traces, GONE_LIMIT_MS)).toEqual([]);
      },
    );
  });
}

describe("a system of somebody's own", () => {
  test.each([
    { by: "the user's command", isCommand: true },
    { by: "the user's request", isCommand: false },
  ])(
    "kill -9 of the controller in the middle of a hook: the guard undoes it by $by",
    async ({ isCommand }) => {
      using desk = new Desk();
      await using server = await SomebodysServer.start();
      const on = desk.path("on");
      const fault = `${server.url}/fault`;
      const mine = isCommand
        ? { inject: `touch ${on}`, verify: `test -f ${on}`, undo: `sleep 2; rm ${on}` }
        : { inject: `POST ${fault}`, verify: `GET ${fault}`, undo: `DELETE ${fault}` };
      const isOn = () => (isCommand ? existsSync(on) : server.isOn);
      writeFileSync(desk.path("bench.config.json"), JSON.stringify({ hooks: { mine } }));
      const words = [
        "--target",
        server.url,
        "--allow-host",
        "localhost",
        "--rate",
        "20",
        "--duration",
        "40s",
      ];
      const run = desk.start(["run", "browse", ...words, "--warmup", "0s", "--chaos", "hook=mine@1s+30s"]);
      await run.until(/hook=mine@1/);
      expect(isOn()).toBe(true);
      const folderOfRun = desk.runs()[0] ?? "";
      run.child.kill("SIGKILL");
      await expect.poll(isOn, { timeout: 20_000 }).toBe(false);
      const journal = () => readJournal(join(folderOfRun, journalName));
      await expect.poll(() => journal()?.isOver, { timeout: 20_000 }).toBe(true);
      expect(journal()?.open).toEqual([]);
    },
  );

  test("a hook that is seen makes the run effective; one that does nothing, inconclusive", async () => {
    using desk = new Desk();
    await using server = await SomebodysServer.start();
    const hooks = {
      real: { inject: "touch on", verify: "test -f on && echo it is on", undo: "rm -f on" },
      idle: { inject: "true", verify: "test -f off", undo: "true" },
    };
    writeFileSync(desk.path("bench.config.json"), JSON.stringify({ hooks }));
    const words = ["--target", server.url, "--allow-host", "localhost", "--rate", "20", "--duration", "6s"];
    const faults = ["--chaos", "hook=real@1s+1s", "--chaos", "hook=idle@3s+1s"];
    const { code, stdout, stderr } = await desk.bench("run", "browse", ...words, "--warmup", "0s", ...faults);
    expect(code, stdout + stderr).toBe(5);
    expect(stdout).toContain("it is on");
    expect(stdout).toMatch(/proves nothing|vacuous/);
    expect(existsSync(desk.path("on"))).toBe(false);
  });

  test.each([
    { how: "was broken off", standsStill: false },
    { how: "was broken off, and whose guard does not leave", standsStill: true },
  ])("a hook that could not be undone goes before all else of a run that $how", async ({ standsStill }) => {
    using desk = new Desk();
    await using server = await SomebodysServer.start();
    const stuck = { inject: "touch on", verify: "test -f on && echo it is on", undo: "false", limit: "2s" };
    writeFileSync(desk.path("bench.config.json"), JSON.stringify({ hooks: { stuck } }));
    const where = ["--target", server.url, "--allow-host", "localhost"];
    const load = ["--rate", "20", "--duration", "40s", "--warmup", "0s"];
    const run = desk.start(["run", "browse", ...where, ...load, "--chaos", "hook=stuck@1s+30s"]);
    await run.until(/hook=stuck@1/);
    const journal = readJournal(join(desk.runs()[0] ?? "", journalName));
    const guard = journal?.keeper.keeper.pid ?? 0;
    expect(guard).toBeGreaterThan(1);
    if (standsStill) process.kill(guard, "SIGSTOP");
    try {
      run.child.kill("SIGINT");
      const { code, stdout, stderr } = await run.ended;
      expect(code, stdout + stderr).toBe(15);
      // The judged run tells it in its report; one that failed, in its last words.
      expect((standsStill ? stderr : stdout).replaceAll(/\s+/g, " ")).toMatch(/still in place.* && false/);
    } finally {
      if (standsStill) killIfThere(guard);
    }
  });
});

/** It ended by itself, and says that nothing has leaked. */
async function expectMended(run: DisturbedRun): Promise<void> {
  const { faults = [] } = await run.until("over");
  expect(faults.length).toBeGreaterThan(0);
  expect(
    faults.flatMap(({ id, status, because }) => (status === "leaked" ? [`${id}: ${because}`] : [])),
  ).toEqual([]);
}

async function missing({ launcher, network }: FaultGroup, spec: TargetSpec): Promise<readonly string[]> {
  if (launcher === "compose") return [engineIsImpossible() ?? []].flat();
  const networks = network === "namespaces" ? await networkHere() : undefined;
  return [
    ...(networks?.can === false ? [networks.because] : []),
    ...findComponents(spec).missing.map(({ program }) => `${program} is missing here`),
  ];
}

function wishOf(word: string): FaultWish {
  const wish = readWish(word);
  if ("problem" in wish) throw new Error(wish.problem);
  return wish;
}

/** The third field of /proc/<pid>/stat; undefined when it has gone. */
function stateOf(pid: number): string | undefined {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, "utf8");
    return line.slice(line.lastIndexOf(")") + 2)[0];
  } catch {
    return undefined;
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
