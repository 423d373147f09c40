import { expect, test } from "vitest";
import {
  missingTools,
  type NetworkProbes,
  networkHere,
  toolsFor,
} from "../../../../targets/launch/network/here.ts";

const well: NetworkProbes = {
  platform: "linux",
  isRoot: true,
  programPath: (program) => `/sbin/${program}`,
  tryInside: async () => {},
  tryAsUser: async () => {},
};

test("a machine with everything can", async () => {
  expect(await networkHere(well)).toEqual({
    can: true,
    tools: { ip: "/sbin/ip", nsenter: "/sbin/nsenter", unshare: "/sbin/unshare", nft: "/sbin/nft" },
  });
});

const poor: readonly { why: string; probes: Partial<NetworkProbes>; says: RegExp }[] = [
  { why: "it is no Linux", probes: { platform: "darwin" }, says: /Linux's/ },
  {
    why: "we are not root, though a user may make networks",
    probes: { isRoot: false },
    says: /not root; .*\(unprivileged user namespaces\), but no way into them from outside/,
  },
  {
    why: "we are not root, and a user may not make networks",
    probes: {
      isRoot: false,
      async tryAsUser() {
        throw new Error("Operation not permitted");
      },
    },
    says: /not root, and the kernel does not let this user make networks either: Operation not permitted/,
  },
  {
    why: "a program is missing",
    probes: { programPath: (program) => (program === "nft" ? undefined : `/sbin/${program}`) },
    says: /nft not found \(Debian: nftables\)/,
  },
  {
    why: "the kernel does not let us",
    probes: {
      async tryInside() {
        throw new Error("Operation not permitted");
      },
    },
    says: /kernel does not allow it: Operation not permitted/,
  },
];

test.each(poor)(
  "when $why it is refused with the reason, and auto falls back to loopback",
  async ({ probes, says }) => {
    const machine = { ...well, ...probes };
    const said: string[] = [];
    await expect(toolsFor("namespaces", () => {}, machine)).rejects.toMatchObject({
      kind: "environment",
      message: expect.stringMatching(says),
    });
    expect(await toolsFor("auto", (line) => said.push(line), machine)).toBeUndefined();
    expect(said.join()).toMatch(says);
  },
);

test("what is not here is named with its package, and only where it would be of use", () => {
  const bare = { programPath: () => undefined };
  expect(missingTools({ ...bare, platform: "linux" })).toEqual([
    { program: "ip", debianPackage: "iproute2" },
    { program: "nsenter", debianPackage: "util-linux" },
    { program: "unshare", debianPackage: "util-linux" },
    { program: "nft", debianPackage: "nftables" },
  ]);
  expect(missingTools({ ...bare, platform: "darwin" })).toEqual([]);
  expect(missingTools(well)).toEqual([]);
});

test("loopback asks the machine nothing", async () => {
  const asked: NetworkProbes = {
    ...well,
    async tryInside() {
      throw new Error("nobody should have asked");
    },
  };
  expect(await toolsFor("loopback", () => {}, asked)).toBeUndefined();
});
