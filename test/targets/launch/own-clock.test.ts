/** Programs with a wall clock of their own: how they are started, and what is left of them. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  canHaveOwnClock,
  clockLibrary,
  clockSegmentsOf,
  clockText,
  missingClock,
  removeClockSegments,
  withClock,
} from "../../../targets/launch/own-clock.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stagebench-test-clock-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const disk = (folders: Readonly<Record<string, readonly string[]>>) => (path: string) => folders[path] ?? [];
const library = "libfaketimeMT.so.1";

test.each([
  {
    why: "Debian has it by architecture",
    folders: {
      "/usr/lib": ["locale", "aarch64-linux-gnu"],
      "/usr/lib/aarch64-linux-gnu/faketime": ["libfaketime.so.1", library],
    },
    found: `/usr/lib/aarch64-linux-gnu/faketime/${library}`,
  },
  {
    why: "others have it in one place",
    folders: { "/usr/lib64/faketime": [library] },
    found: `/usr/lib64/faketime/${library}`,
  },
  {
    why: "only the one without threads is there",
    folders: { "/usr/lib/faketime": ["libfaketime.so.1"] },
    found: undefined,
  },
  { why: "there is none", folders: {}, found: undefined },
])("where it is found when $why", ({ folders, found }) => {
  expect(clockLibrary(disk(folders as Readonly<Record<string, readonly string[]>>))).toBe(found);
});

test("it is missing where it would be of use and is not there", () => {
  expect(missingClock("linux", () => undefined)).toEqual([
    { program: "libfaketime", debianPackage: "libfaketime" },
  ]);
  expect(missingClock("linux", () => "/l.so")).toEqual([]);
  expect(missingClock("darwin", () => undefined)).toEqual([]);
});

const program = {
  ...{ name: "proxy", command: "/usr/sbin/nginx", args: ["-c", "a.conf"], cwd: "/tmp" },
  politely: "SIGTERM",
} as const;

test("the library is loaded by the program alone, and looks at the file; nothing else of the program changes", () => {
  const { command, args, ...rest } = withClock(program, { component: "shop", library: "/l.so", file: "/f" });
  expect(command).toBe("/usr/bin/env");
  expect(args).toEqual([
    ...["LD_PRELOAD=/l.so", "FAKETIME_TIMESTAMP_FILE=/f", "FAKETIME_CACHE_DURATION=1"],
    ...["FAKETIME_DONT_FAKE_MONOTONIC=1", "/usr/sbin/nginx", "-c", "a.conf"],
  ]);
  expect(rest).toEqual({ name: "proxy", cwd: "/tmp", politely: "SIGTERM" });
});

test("nginx hands the words on to its workers", () => {
  const { args } = withClock(program, { component: "nginx", library: "/l.so", file: "/f" });
  expect(args.slice(-2)).toEqual(["-g", "env FAKETIME_TIMESTAMP_FILE; env FAKETIME_CACHE_DURATION;"]);
});

test("a Redis has none: with the library it does not start", () => {
  expect(canHaveOwnClock("redis")).toBe(false);
  expect(canHaveOwnClock("nats")).toBe(false);
  expect(canHaveOwnClock("postgres")).toBe(true);
});

test.each([
  [30, "+30\n"],
  [-120, "-120\n"],
])("%s s ahead is written %j", (aheadS, text) => {
  expect(clockText(aheadS)).toBe(text);
});

test("of the dead what they shared is removed, and of nobody else", async () => {
  for (const name of [
    "faketime_shm_12",
    "sem.faketime_sem_12",
    "faketime_shm_123",
    "faketime_shm_7",
    "other",
  ])
    writeFileSync(join(folder, name), "");
  expect(clockSegmentsOf([12], folder).toSorted()).toEqual(
    ["faketime_shm_12", "sem.faketime_sem_12"].map((name) => join(folder, name)),
  );
  await removeClockSegments([12, 99], folder);
  await removeClockSegments([12, 99], folder);
  expect(readdirSync(folder).toSorted()).toEqual(["faketime_shm_123", "faketime_shm_7", "other"]);
});
