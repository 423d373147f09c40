/** Reading /proc and ps: lines as the kernel writes them, and this very process. */
import { expect, test } from "vitest";
import { isAlive, startTicksOf } from "../../../targets/launch/process-identity.ts";
import {
  type ProcessRow,
  processRow,
  processTable,
  rowOfStat,
  rowsOfPs,
  treeOf,
} from "../../../targets/launch/process-table.ts";

const stat = (command: string) =>
  `5697 (${command}) S 5689 5690 3068 0 -1 4194304 101 0 0 0 150 50 25 25 20 0 1 0 93912 3133440 394 18446744073709551615`;

test.each([
  { why: "a plain name", command: "cat" },
  { why: "a name with blanks", command: "postgres: checkpointer" },
  { why: "a name that looks like the end of itself", command: "x) R 1 2 3 (y" },
])("a stat line is read by its fields for $why", ({ command }) => {
  expect(rowOfStat(stat(command))).toEqual({
    pid: 5697,
    parentPid: 5689,
    groupId: 5690,
    sessionId: 3068,
    isZombie: false,
    cpuS: 2.5,
    startTicks: 93912,
  });
});

test("an ended process that waits to be collected is a zombie", () => {
  expect(rowOfStat(stat("cat").replace(") S ", ") Z "))).toMatchObject({ isZombie: true });
});

test("a line that is no stat line gives nothing", () => expect(rowOfStat("")).toBeUndefined());

test("ps gives the same rows, without start times", () => {
  const text = "    1     0     1 Ss      0:01.50\n  700     1   700 Z    1-02:03:04\n\n";
  expect(rowsOfPs(text)).toEqual([
    { pid: 1, parentPid: 0, groupId: 1, sessionId: 0, isZombie: false, cpuS: 1.5, startTicks: undefined },
    {
      pid: 700,
      parentPid: 1,
      groupId: 700,
      sessionId: 0,
      isZombie: true,
      cpuS: 93_784,
      startTicks: undefined,
    },
  ]);
});

test("a tree is the roots that exist and all their descendants", () => {
  const row = (pid: number, parentPid: number) => ({ pid, parentPid }) as ProcessRow;
  const table = [row(1, 0), row(10, 1), row(11, 10), row(12, 11), row(20, 1)];
  expect([...treeOf([10, 99], table)].sort()).toEqual([10, 11, 12]);
});

test("this process is in the table, and is alive under its own start time only", () => {
  const own = processTable().find(({ pid }) => pid === process.pid);
  expect(own?.parentPid).toBe(process.ppid);
  expect(own?.startTicks).toBe(startTicksOf(process.pid));
  expect(isAlive({ pid: process.pid, startTicks: own?.startTicks })).toBe(true);
});

test.skipIf(processRow(process.pid) === undefined)("a pid that was given out again is not who it was", () => {
  const startTicks = startTicksOf(process.pid) ?? 0;
  expect(isAlive({ pid: process.pid, startTicks: startTicks - 1 })).toBe(false);
  expect(isAlive({ pid: process.pid, startTicks: undefined })).toBe(false);
});
