/** Whoever dies in the middle of a fault, nothing of it is left: no stopped process, no limit, no file, no node. */
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sleep, systemClock } from "../../base/clock.ts";
import { haltRun } from "../../chaos/halt.ts";
import { journalName, readJournal } from "../../chaos/run-journal.ts";
import { findTarget } from "../../targets/catalog.ts";
import { findComponents } from "../../targets/launch/components.ts";
import { preparedStage } from "../contracts/fault-stage.ts";
import { type FaultCase, faultCases } from "../contracts/faults-to-try.ts";
import { triesAll } from "../contracts/stages-to-try.ts";
import { Desk, missingFor, remainsAfter, type Traces, tracesOf } from "./bench.ts";
import { DisturbedRun } from "./disturbed.ts";

/** From a death to nothing left. */
const GONE_LIMIT_MS = 5_000;
/** Longer than anything here takes: a fault that ends by itself would prove nothing. */
const FAULT_S = 120;
/** The lease is five seconds; a busy machine may be late. */
const LEASE_LIMIT_MS = 30_000;
const NODE_LIMIT_MS = 3_000;
/** That somebody has a moment to notice. */
const RELAY_LIMIT_MS = 1_000;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), "stagebench-chaos-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Case {
  readonly run: DisturbedRun;
  readonly guardPid: number;
  /** Pids of the nodes that are disturbed, as they were before. */
  readonly disturbed: readonly number[];
  /** Whether somebody else than the conductor can take it back. */
  readonly hasMends: boolean;
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
  async "controller that only stands still"({ run, hasMends, disturbed }) {
    run.signal("SIGSTOP");
    if (hasMends) {
      const isMended = () => /"mendedByGuard"/.test(readFileSync(run.journalPath, "utf8"));
      await expect.poll(isMended, { timeout: LEASE_LIMIT_MS, interval: 100 }).toBe(true);
      expect(disturbed.map(stateOf)).not.toContain("T");
    }
    run.signal("SIGCONT");
    run.signal("SIGINT");
    await expectMended(run);
  },
  async "disturbed node"({ run, disturbed }) {
    for (const pid of disturbed) killIfThere(pid);
    // Whoever was down already can die no more.
    await Promise.race([run.until("over"), sleep(NODE_LIMIT_MS)]);
    run.signal("SIGINT");
    await expectMended(run);
  },
  async relay({ run }) {
    for (const { name, pid } of run.traces().processes) if (name === "relay") killIfThere(pid);
    await Promise.race([run.until("over"), sleep(RELAY_LIMIT_MS)]);
    run.signal("SIGINT");
    await expectMended(run);
  },
  async "patience of the user"({ run }) {
    run.signal("SIGINT");
    await expectMended(run);
  },
};

const shortCases = faultCases.filter(({ isLong = false }) => !isLong);
const caseOf = (start: string) => {
  const found = shortCases.find(({ word }) => word.startsWith(start));
  if (found === undefined) throw new Error(`no short case begins with ${start}`);
  return found;
};

const titleOf = ({ word, stage, launcher = "processes" }: FaultCase) =>
  `${word} on ${stage}${launcher === "processes" ? "" : " in containers"}`;

/** Only where there is one. */
const hasRelay = (each: FaultCase) => preparedStage([each]).relayed.length > 0;
const victimsOf = (each: FaultCase) =>
  Object.keys(endings).filter((victim) => victim !== "relay" || hasRelay(each));
const [freeze, latency] = [caseOf("freeze:shop@"), caseOf("latency=")];

/** Every victim, and every other way of disturbing from outside with nobody left but the journal. */
const mostTelling = [
  ...victimsOf(freeze).map((victim) => ({ each: freeze, victim })),
  { each: caseOf("slow="), victim: "controller and guard" },
  { each: latency, victim: "controller and guard" },
  { each: latency, victim: "relay" },
];
const all = faultCases.flatMap((each) => victimsOf(each).map((victim) => ({ each, victim })));
const rows = (triesAll() ? all : mostTelling).map((row) => ({ ...row, title: titleOf(row.each) }));

describe("in the middle of a fault", () => {
  test.for(rows)("$title: the end of the $victim leaves nothing", async ({ each, victim }, context) => {
    const { spec, cases } = preparedStage([each]);
    const why = [...cases.flatMap(({ problems }) => problems), ...missing(each)];
    if (why.length > 0) return context.skip(why.join("; "));
    using run = new DisturbedRun(folder, faultCases.indexOf(each), FAULT_S);
    const { guardPid = 0, nodes = {} } = await run.until("up");
    run.remember();
    await run.until("fault-injected");
    const journal = readJournal(run.journalPath);
    const faulted = cases.flatMap(({ scheduled }) => scheduled).flatMap((fault) => fault.nodes);
    const disturbed = faulted.flatMap((name) => nodes[name] ?? []);
    expect(spec.id).toBe(each.stage);
    const hasMends = journal?.open.some(({ mends }) => mends.length > 0) ?? false;
    await endings[victim]!({ run, guardPid, disturbed, hasMends });
    expect(await run.remainsAfter(GONE_LIMIT_MS)).toEqual([]);
  });

  const absent = missingFor("stage-01");
  test.skipIf(absent !== undefined)(
    `bench halt ends a run that disturbs its target, and leaves nothing${absent === undefined ? "" : ` (${absent})`}`,
    async () => {
      using desk = new Desk();
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
        using desk = new Desk();
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
  test("kill -9 of the controller in the middle of a hook: the guard undoes it by the user's command", async () => {
    using desk = new Desk();
    await using server = await SomebodysServer.start();
    const on = desk.path("on");
    const settings = {
      hooks: { mine: { inject: `touch ${on}`, verify: `test -f ${on}`, undo: `sleep 2; rm ${on}` } },
    };
    writeFileSync(desk.path("bench.config.json"), JSON.stringify(settings));
    const words = ["--target", server.url, "--allow-host", "localhost", "--rate", "20", "--duration", "40s"];
    const run = desk.start(["run", "browse", ...words, "--warmup", "0s", "--chaos", "hook=mine@1s+30s"]);
    await run.until(/hook=mine@1/);
    expect(existsSync(on)).toBe(true);
    const folderOfRun = desk.runs()[0] ?? "";
    run.child.kill("SIGKILL");
    await expect.poll(() => existsSync(on), { timeout: 20_000 }).toBe(false);
    const journal = () => readJournal(join(folderOfRun, journalName));
    await expect.poll(() => journal()?.isOver, { timeout: 20_000 }).toBe(true);
    expect(journal()?.open).toEqual([]);
  });

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
});

/** Answers everything. */
class SomebodysServer implements AsyncDisposable {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<SomebodysServer> {
    const server = createServer((_, response) => response.end("{}"));
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return new SomebodysServer(server);
  }

  get url(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }
}

/** It ended by itself, and says that nothing has leaked. */
async function expectMended(run: DisturbedRun): Promise<void> {
  const { faults = [] } = await run.until("over");
  expect(faults.length).toBeGreaterThan(0);
  for (const { id, status, because } of faults) expect([id, status, because]).not.toContain("leaked");
}

function missing({ stage, launcher = "processes" }: FaultCase): readonly string[] {
  if (launcher !== "processes") return [];
  return findComponents(findTarget(stage)).missing.map(({ program }) => `${program} is missing here`);
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
