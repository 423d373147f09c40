import { expect, test } from "vitest";
import { closedFolder, unprivilegedUser } from "../../../targets/launch/unprivileged-user.ts";

const tables: Record<string, string> = {
  "/etc/passwd": "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/none:/usr/sbin/nologin\n",
  "/etc/group": "root:x:0:\nnogroup:x:65534:\n",
};

test("an ordinary user's nodes run as that user", () => {
  expect(unprivilegedUser(1000)).toBeUndefined();
});

test("root's nodes run as nobody", () => {
  expect(unprivilegedUser(0, (path) => tables[path]!)).toEqual({
    name: "nobody",
    uid: 65534,
    group: "nogroup",
    gid: 65534,
  });
});

test("a machine where root has nobody to become is an environment failure", () => {
  expect(() => unprivilegedUser(0, () => "root:x:0:0:root:/root:/bin/sh\n")).toThrow(
    expect.objectContaining({ kind: "environment" }),
  );
});

test.each([
  { why: "all folders are open", closed: [], found: undefined },
  { why: "the folder itself is closed", closed: ["/home/ada/cache"], found: "/home/ada/cache" },
  { why: "a folder on the way is closed", closed: ["/home/ada", "/home/ada/cache"], found: "/home/ada" },
])("the first closed folder is $found when $why", ({ closed, found }) => {
  const modeOf = (folder: string) => ((closed as string[]).includes(folder) ? 0o40700 : 0o40755);
  expect(closedFolder("/home/ada/cache", modeOf)).toBe(found);
});
