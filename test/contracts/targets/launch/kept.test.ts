/** Kept targets: what is written is what is read, and taking one down leaves nothing. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  forgetKept,
  type KeptTarget,
  listKept,
  loadKept,
  saveKept,
  statusOf,
  takeDown,
} from "../../../../targets/launch/kept.ts";
import { startTicksOf } from "../../../../targets/launch/process-identity.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), "stagebench-kept-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const kept: KeptTarget = {
  id: "stage-08",
  runId: "r1",
  startedAt: "2025-11-11T00:00:00.000Z",
  nodes: [
    {
      name: "shop-1",
      address: "127.0.0.1:4001",
      ward: { name: "shop-1", pid: 4_000_000, startTicks: 12, politely: "SIGTERM" },
    },
    {
      name: "db",
      address: "127.0.0.1:4002",
      ward: { name: "db", pid: 4_000_001, startTicks: undefined, politely: "SIGQUIT" },
    },
  ],
  folders: ["/tmp/stagebench-r1"],
  cgroups: [],
  entryUrls: ["http://127.0.0.1:4001"],
  auditUrl: "http://127.0.0.1:4001",
};

test.each([
  { why: "with books", target: kept },
  {
    why: "of containers",
    target: { ...kept, containers: [{ runId: "r1", socket: "/run/x" }], folder: "/r", variants: ["a=1"] },
  },
  { why: "without books", target: (({ auditUrl: _, ...rest }) => rest)(kept) },
])("a target $why is read as it was written, and nothing else lies about", async ({ target }) => {
  const state = join(folder, "not", "yet", "there");
  await saveKept(state, target);
  expect(await loadKept(state, "stage-08")).toStrictEqual(target);
  expect(readdirSync(state)).toEqual(["stage-08.json"]);
});

test("none is kept before anything was kept, and after it was forgotten", async () => {
  expect(await listKept(join(folder, "nothing"))).toEqual([]);
  expect(await loadKept(folder, "stage-08")).toBeUndefined();
  await saveKept(folder, kept);
  await saveKept(folder, { ...kept, id: "stage-01" });
  expect((await listKept(folder)).map(({ id }) => id)).toEqual(["stage-01", "stage-08"]);
  await forgetKept(folder, "stage-01");
  await forgetKept(folder, "stage-01");
  expect((await listKept(folder)).map(({ id }) => id)).toEqual(["stage-08"]);
});

test("a second target of the same id would lose the first one's record, so it is refused", async () => {
  await saveKept(folder, kept);
  await saveKept(folder, kept);
  await expect(saveKept(folder, { ...kept, runId: "r2" })).rejects.toMatchObject({
    kind: "environment",
    hint: "bench targets down stage-08",
  });
});

test.each([
  { why: "is not JSON", content: "{" },
  { why: "lacks a key", content: '{"id":"stage-08"}' },
  { why: "names pid 1", content: JSON.stringify(kept).replace("4000000", "1") },
])("a record that $why is a failure that names its file", async ({ content }) => {
  writeFileSync(join(folder, "stage-08.json"), content);
  await expect(loadKept(folder, "stage-08")).rejects.toMatchObject({
    kind: "environment",
    hint: expect.stringContaining("stage-08.json"),
  });
});

test.each(["../etc/passwd", "", ".hidden"])("%j cannot be the id of a target", async (id) => {
  await expect(loadKept(folder, id)).rejects.toMatchObject({ kind: "usage" });
});

test("status says who is alive; taking down ends those, removes the folders, and can be done again", async () => {
  const child = spawn("sleep", ["60"], { detached: true, stdio: "ignore" });
  await once(child, "spawn");
  const pid = child.pid ?? 0;
  const data = join(folder, "data");
  mkdirSync(data);
  const target: KeptTarget = {
    ...kept,
    folders: [data],
    nodes: [
      ...kept.nodes,
      {
        name: "cache",
        address: "127.0.0.1:4003",
        ward: { name: "cache", pid, startTicks: startTicksOf(pid), politely: "SIGTERM" },
      },
    ],
  };
  expect(statusOf(target).map(({ name, isAlive }) => [name, isAlive])).toEqual([
    ["shop-1", false],
    ["db", false],
    ["cache", true],
  ]);
  expect(await takeDown(target)).toMatchObject({ isClean: true, ended: 1, killed: 0 });
  expect(await takeDown(target)).toMatchObject({ isClean: true, ended: 0 });
  expect(statusOf(target).some(({ isAlive }) => isAlive)).toBe(false);
  expect(existsSync(data)).toBe(false);
});
