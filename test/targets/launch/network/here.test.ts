import { expect, test } from "vitest";
import { type NetworkProbes, networkHere, toolsFor } from "../../../../targets/launch/network/here.ts";

const well: NetworkProbes = {
  platform: "linux",
  isRoot: true,
  programPath: (program) => `/sbin/${program}`,
  tryInside: async () => {},
};

test("a machine with everything can", async () => {
  expect(await networkHere(well)).toEqual({
    can: true,
    tools: { ip: "/sbin/ip", nsenter: "/sbin/nsenter", unshare: "/sbin/unshare", nft: "/sbin/nft" },
  });
});

const poor: readonly { why: string; probes: Partial<NetworkProbes>; says: RegExp }[] = [
  { why: "it is no Linux", probes: { platform: "darwin" }, says: /Linux's/ },
  { why: "we are not root", probes: { isRoot: false }, says: /not root/ },
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

test("loopback asks the machine nothing", async () => {
  const asked: NetworkProbes = {
    ...well,
    async tryInside() {
      throw new Error("nobody should have asked");
    },
  };
  expect(await toolsFor("loopback", () => {}, asked)).toBeUndefined();
});
