import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { segmentsNamedIn, unusedSegments } from "../../../targets/launch/shared-memory.ts";

test("the segment's id stands in the seventh line of postmaster.pid; other folders name none", () => {
  const folder = mkdtempSync(join(tmpdir(), "stagebench-segments-"));
  try {
    mkdirSync(join(folder, "db"));
    mkdirSync(join(folder, "cache"));
    writeFileSync(
      join(folder, "db", "postmaster.pid"),
      "123\n/data\n1700000000\n5432\n\n127.0.0.1\n  2363041         7\nready   \n",
    );
    expect(segmentsNamedIn(folder)).toEqual([7]);
    expect(segmentsNamedIn(join(folder, "none"))).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("only segments nobody is attached to are unused", () => {
  const table = [
    "       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid",
    "   2363041          7   600                    56   100   101      0 65534 65534 65534 65534",
    "   2363042          8   600                    56   100   101     25 65534 65534 65534 65534",
  ].join("\n");
  expect([...unusedSegments(table)]).toEqual([7]);
  expect(unusedSegments("").size).toBe(0);
});
