/** Which mounts are ours to take away, by the kernel's own table. */
import { expect, test } from "vitest";
import { disksBelow } from "../../../targets/launch/own-disk.ts";

const table = `22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
40 22 0:40 / /tmp/stagebench-run/db rw,nosuid,nodev - tmpfs stagebench-disk rw,size=1024k,mode=700
41 22 0:41 / /tmp/stagebench-run/db/deeper rw - tmpfs stagebench-disk rw
42 22 0:42 / /tmp/stagebench-run/cache rw - tmpfs tmpfs rw
43 22 0:43 / /tmp/stagebench-run-2/db rw - tmpfs stagebench-disk rw
44 22 0:44 / /tmp/with\\040space/db rw shared:7 - tmpfs stagebench-disk rw
`;

test("those of ours in a folder, what lies in another first", () => {
  expect(disksBelow("/tmp/stagebench-run", table)).toEqual([
    "/tmp/stagebench-run/db/deeper",
    "/tmp/stagebench-run/db",
  ]);
});

test("somebody else's file system in a folder of ours is left alone, as is ours in a folder with a longer name", () => {
  expect(disksBelow("/tmp/stagebench-run/cache", table)).toEqual([]);
  expect(disksBelow("/tmp/stagebench", table)).toEqual([]);
});

test("the folder itself may be one, and may have a space in its name", () => {
  expect(disksBelow("/tmp/with space/db", table)).toEqual(["/tmp/with space/db"]);
});

test("where there is no table there is nothing of ours", () => {
  expect(disksBelow("/tmp", "")).toEqual([]);
});
