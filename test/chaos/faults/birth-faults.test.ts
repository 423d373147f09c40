/** Faults that a node must be born for: what they ask for, what they refuse, and that nothing is seen where nothing is. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readWish } from "../../../chaos/chaos-plan.ts";
import type { Ground, Outlook, PlannedFault } from "../../../chaos/fault.ts";
import { clockSkew } from "../../../chaos/faults/clock-skew.ts";
import { diskFull } from "../../../chaos/faults/disk-full.ts";
import { memory } from "../../../chaos/faults/memory.ts";
import { performMend } from "../../../chaos/mend.ts";
import { planChaos } from "../../../chaos/plan-chaos.ts";
import { findTarget } from "../../../targets/catalog.ts";
import { membersOf } from "../../../targets/launch/members.ts";
import type { NodeGrip } from "../../../targets/running-target.ts";
import { ScriptedNode } from "../../fakes/scripted-node.ts";

const signal = new AbortController().signal;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stagebench-test-birth-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Row {
  readonly word: string;
  readonly stage?: string;
  readonly launcher?: Outlook["launcher"];
  readonly host?: Partial<Outlook["host"]>;
}

function planned({ word, stage = "stage-03", launcher = "processes", host = {} }: Row) {
  const wish = readWish(word);
  if ("problem" in wish) throw new Error(wish.problem);
  const spec = findTarget(stage);
  const outlook: Outlook = {
    ...{ spec, members: membersOf(spec), launcher, network: "loopback", seed: 7, sells: true },
    host: { platform: "linux", isRoot: true, hasProc: true, hasClockLibrary: true, ...host },
  };
  return planChaos({ wishes: [wish], quiet: [] }, outlook, 60);
}

describe("the plan", () => {
  const room = { diskRoomBytes: 805_306_368 };
  test.each([
    {
      word: "memory:cache@5+10",
      by: "memory of its machine limited to 80% by its cgroup",
      births: { cache: { memoryGroup: true } },
    },
    {
      word: "memory=64MB:shop@5+10",
      stage: "stage-01",
      by: "memory of its machine limited to 64MB by its cgroup, which is also the machine of db",
      births: { shop: { memoryGroup: true }, db: { memoryGroup: true } },
    },
    {
      word: "disk-full:db@5+10",
      by: "a file that takes what is left of its disk, a file system in memory with 768 MB of room",
      births: { db: room },
    },
    {
      word: "clock-skew=-2m:db@5+10",
      by: "-2m by libfaketime, which its program was started with",
      births: { db: { ownClock: true } },
    },
  ] satisfies readonly (Row & { by: string; births: object })[])(
    "$word is done by: $by",
    ({ by, births, ...row }) => {
      const plan = planned(row);
      expect(plan.problems).toEqual([]);
      expect(plan.faults.map(({ mechanism }) => mechanism)).toEqual([by]);
      expect(plan.births).toEqual(births);
    },
  );

  test("other faults ask for nothing", () => {
    expect(planned({ word: "kill:shop@5+10" }).births).toBeUndefined();
  });

  test.each([
    ...["5%", "200%", "much", "10kB"].map((value) => ({
      word: `memory=${value}:shop@5+10`,
      says: `"${value}" is neither a share from 10% to 150% nor a size from 1MB; write for example 80% or 64MB`,
    })),
    {
      word: "memory:shop@5+10",
      host: { noMemoryGroups: "no cgroup with a memory controller is ours to divide" },
      says: "the memory of a node cannot be limited here: no cgroup with a memory controller is ours to divide",
    },
    {
      word: "memory:shop@5+10",
      launcher: "compose",
      says: /^the memory of a container is its engine's to limit, /,
    },
    {
      word: "disk-full:shop@5+10",
      says: "disk-full is for a node that keeps something on disk; shop is none, db would do",
    },
    { word: "disk-full=120%:db@5+10", says: '"120%" is not a share above 0% and up to 100%' },
    {
      word: "disk-full:db@5+10",
      host: { isRoot: false },
      says: "a disk for one node alone is a file system that is mounted, which takes Linux, and root",
    },
    {
      word: "disk-full:db@5+10",
      launcher: "compose",
      host: { isRoot: false },
      says: "a disk for one node alone is a file system that is mounted, which takes Linux, and root",
    },
    ...["30s", "+1s", "+10000h", "+soon"].map((value) => ({
      word: `clock-skew=${value}:shop@5+10`,
      says: `"${value}" is not a time ahead or behind, from 4s to a year; write for example +30s or -2m`,
    })),
    {
      word: "clock-skew:cache@5+10",
      says: "clock-skew is for a shop, a PostgreSQL or an nginx; cache is none, shop, db would do",
    },
    {
      word: "clock-skew:shop@5+10",
      host: { hasClockLibrary: false },
      says: /^libfaketime is not installed; bench doctor --install brings it, or .*libfaketime$/,
    },
    {
      word: "clock-skew:shop@5+10",
      host: { platform: "darwin" },
      says: "libfaketime is loaded before programs on Linux only",
    },
    { word: "clock-skew:shop@5+10", launcher: "compose", says: /^images of containers come without/ },
  ] satisfies readonly (Row & { says: string | RegExp })[])("$word is refused: $says", ({ says, ...row }) => {
    const problems = planned(row).problems.map((problem) => problem.replace(/^.*?@\d+s(\+\d+s)?: /, ""));
    expect(problems).toEqual([typeof says === "string" ? says : expect.stringMatching(says)]);
  });
});

function prepared(
  fault: typeof memory,
  value: string,
  { name = "shop", ...node }: ConstructorParameters<typeof ScriptedNode>[0] & object,
) {
  const scripted = new ScriptedNode({ name, ...node });
  const plan: PlannedFault = {
    ...{ id: `${fault.name}:shop@2`, fault: fault.name, value, nodes: [name], edges: [], atS: 2, forS: 5 },
  };
  const ground = {
    outlook: { members: [], launcher: "processes" },
    node: () => scripted,
  } as unknown as Ground;
  return { scripted, fault: fault.prepare(plan, ground) };
}

const grip = (more: object): NodeGrip => ({ kind: "processes", processes: [], dataFolder: folder, ...more });

test.each([
  { fault: memory, says: "the memory of shop is not counted by itself, and so cannot be limited" },
  { fault: diskFull, says: "shop keeps its data on a disk that others use as well" },
  { fault: clockSkew, says: "shop was not started with a clock of its own" },
])("$fault.name is not made ready for a node that was not born for it", async ({ fault, says }) => {
  await expect(prepared(fault, "+30s", { grip: grip({}) }).fault).rejects.toThrow(says);
});

describe("memory", () => {
  const files = (texts: Readonly<Record<string, string>>) => {
    for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), `${text}\n`);
  };
  const quiet = { "memory.max": "max", "memory.current": "50000000", "memory.stat": "inactive_file 0" };

  test("a limit that nobody has met is not seen; whoever meets it is, and who ends for it", async () => {
    files({ ...quiet, "memory.events": "max 7\noom_kill 2" });
    const { fault, scripted } = prepared(memory, "80%", { grip: grip({ memoryGroup: folder }) });
    const ready = await fault;
    await ready.inject(signal);
    expect(await ready.verify(), "what was counted before is no effect").toBeUndefined();
    files({ "memory.events": "max 9\noom_kill 2" });
    expect(await ready.verify()).toBe(
      "shop wanted more than its limit 2 times: 50.0 MB used, 40.0 MB left to it",
    );
    files({ "memory.events": "max 9\noom_kill 3" });
    expect(await ready.verify()).toMatch(/^the kernel ended a process of shop for want of memory: /);
    scripted.isRunning = false;
    expect(await ready.verifyUndone()).toMatch(/memory\.max still says 40000000 instead of max$/);
    await ready.undo?.(signal);
    expect(scripted.log, "who has ended is started again").toEqual(["start"]);
    expect(await ready.verifyUndone()).toBeUndefined();
    expect(await ready.verify(), "what was counted is no effect any more").toBeUndefined();
    expect(await ready.account?.(signal)).toEqual({
      sentence: "2 times at the limit, 1 ended by the kernel",
      figures: { usedBytes: 50_000_000, leftBytes: 40_000_000, limitHits: 2, kills: 1 },
    });
  });
});

describe("clock-skew", () => {
  let server: Server;
  let aheadS = 0;
  beforeEach(async () => {
    aheadS = 0;
    server = createServer((_, response) => {
      response.setHeader("date", new Date(Date.now() + aheadS * 1_000).toUTCString());
      response.end();
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  });
  afterEach(() => new Promise((done) => server.close(done)));
  const at = () => `127.0.0.1:${(server.address() as AddressInfo).port}`;

  test("a file that nobody reads is no effect; a clock that is wrong is, and its being right again is seen as well", async () => {
    const clockFile = join(folder, "stagebench-fault-clock-shop");
    const ready = await prepared(clockSkew, "-2m", { address: at(), grip: grip({ clockFile }) }).fault;
    await ready.inject(signal);
    await ready.inject(signal);
    expect(await ready.verify()).toBeUndefined();
    aheadS = 120;
    expect(await ready.verify(), "the other way").toBeUndefined();
    aheadS = -120;
    expect(await ready.verify()).toMatch(/^the clock of shop is 1(19|20)\.\d s behind$/);
    expect(await ready.verifyUndone()).toBe(
      `${clockFile}, by which the clock of shop is wrong, is still there`,
    );
    for (const mend of [...ready.mends, ...ready.mends]) await performMend(mend, signal);
    expect(await ready.verifyUndone()).toMatch(/^the clock of shop is still 1(19|20)\.\d s behind$/);
    aheadS = 0;
    expect(await ready.verifyUndone()).toBeUndefined();
  });
});
