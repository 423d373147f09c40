import { expect, test } from "vitest";
import { allComponents, isBuiltIn } from "../../../targets/launch/components.ts";
import { type DoctorProbes, doctor } from "../../../targets/launch/doctor.ts";

/** A machine with everything. */
const well: DoctorProbes = {
  programPath: (program) => `/usr/sbin/${program}`,
  postgresFolder: () => "/npm/native",
  nodeVersion: "v20.19.0",
  programVersion: async (component) => `${component} 1.0`,
  unprivilegedName: () => "nobody",
  closedFolder: () => undefined,
  cachePath: "/cache",
  temporaryPath: "/tmp",
  budgets: () => ({ mechanism: "cgroup-v2" }),
  networkTools: () => [],
  clockLibrary: () => "/usr/lib/libfaketimeMT.so.1",
  missingClock: () => [],
  network: async () => ({
    can: true,
    tools: { ip: "/sbin/ip", nsenter: "/bin/nsenter", unshare: "/bin/unshare", nft: "/sbin/nft" },
  }),
  containers: async () => "engine 28.2.2",
  hasProcessIdentity: () => true,
  hasPressure: () => true,
  freeBytes: async () => 50e9,
  freePort: async () => 20_001,
  cores: 2,
  availableMemoryBytes: 8e9,
};

test("a machine with everything is ok in every row", async () => {
  const { rows, missing } = await doctor(well);
  expect(rows.filter(({ state }) => state !== "ok")).toEqual([]);
  expect(missing).toEqual([]);
});

const broken = async () => {
  throw new Error("libssl.so.1.1 is not there");
};

test.each<{ why: string; probes: Partial<DoctorProbes>; capability: string; state: string; says: RegExp }>([
  {
    why: "Node is too old",
    probes: { nodeVersion: "v20.18.3" },
    capability: "node",
    state: "missing",
    says: /older than 20\.19/,
  },
  {
    why: "a program is not there",
    probes: { programPath: (program) => (program === "nginx" ? undefined : `/usr/sbin/${program}`) },
    capability: "nginx",
    state: "missing",
    says: /no nginx was found/,
  },
  {
    why: "a program does not start",
    probes: { programVersion: broken },
    capability: "haproxy",
    state: "missing",
    says: /does not start: libssl/,
  },
  {
    why: "root has nobody to become",
    probes: {
      unprivilegedName: () => {
        throw new Error("there is no unprivileged user");
      },
    },
    capability: "unprivileged user",
    state: "missing",
    says: /no unprivileged user/,
  },
  {
    why: "the way to the cache is closed",
    probes: { closedFolder: (path) => (path === "/cache" ? "/cache" : undefined) },
    capability: "unprivileged user",
    state: "missing",
    says: /nobody cannot enter \/cache/,
  },
  {
    why: "nodes cannot have networks of their own",
    probes: { network: async () => ({ can: false, because: "bench is not root" }) },
    capability: "network namespaces",
    state: "limited",
    says: /not root/,
  },
  {
    why: "no container engine answers",
    probes: { containers: broken },
    capability: "containers",
    state: "limited",
    says: /libssl/,
  },
  {
    why: "there are no CPU budgets",
    probes: { budgets: () => ({ mechanism: "none", because: "this host has no cgroups" }) },
    capability: "cpu budgets",
    state: "limited",
    says: /this host has no cgroups/,
  },
  {
    why: "what sets the clock of a node is not here",
    probes: { clockLibrary: () => undefined },
    capability: "clocks of nodes",
    state: "limited",
    says: /libfaketime was not found/,
  },
  {
    why: "there is no /proc",
    probes: { hasProcessIdentity: () => false },
    capability: "process identity",
    state: "limited",
    says: /no \/proc/,
  },
  {
    why: "there is no pressure information",
    probes: { hasPressure: () => false },
    capability: "host pressure",
    state: "limited",
    says: /\/proc\/pressure/,
  },
  {
    why: "the disk is nearly full",
    probes: { freeBytes: async (path) => (path === "/cache" ? 1e8 : 50e9) },
    capability: "cache",
    state: "limited",
    says: /0\.1 GB free, 0\.4 GB wanted in \/cache/,
  },
  {
    why: "the temporary folder cannot be looked at",
    probes: { freeBytes: async (path) => (path === "/tmp" ? broken() : 50e9) },
    capability: "temporary folder",
    state: "missing",
    says: /\/tmp: libssl/,
  },
  {
    why: "no port is free",
    probes: { freePort: broken },
    capability: "free ports",
    state: "missing",
    says: /libssl/,
  },
  {
    why: "memory is short",
    probes: { availableMemoryBytes: 5e8 },
    capability: "memory",
    state: "limited",
    says: /0\.5 GB free/,
  },
  { why: "there is one core", probes: { cores: 1 }, capability: "cores", state: "limited", says: /^1$/ },
])(
  "$capability is $state when $why, and what that means is said",
  async ({ probes, capability, state, says }) => {
    const { rows } = await doctor({ ...well, ...probes });
    const row = rows.find((one) => one.capability === capability);
    expect(row).toMatchObject({ state, because: expect.stringMatching(says) });
    expect(row?.consequence).not.toBe("");
  },
);

test("a user who is not root needs nobody else", async () => {
  const { rows } = await doctor({ ...well, unprivilegedName: () => undefined });
  expect(rows.find(({ capability }) => capability === "unprivileged user")?.state).toBe("ok");
});

test("programs of networks of their own come along too, apart, since stages come up without them", async () => {
  const missingTools = [{ program: "nft", debianPackage: "nftables" }];
  expect(await doctor({ ...well, networkTools: () => missingTools })).toMatchObject({
    missing: [],
    missingTools,
  });
});

test("so does what sets the clock of a node, where it could be installed", async () => {
  const clock = { program: "libfaketime", debianPackage: "libfaketime" };
  const { rows, missingTools } = await doctor({
    ...well,
    clockLibrary: () => undefined,
    missingClock: () => [clock],
  });
  expect(missingTools).toEqual([clock]);
  expect(rows.find(({ capability }) => capability === "clocks of nodes")?.consequence).toMatch(
    /^the fault clock-skew is refused; .*libfaketime$/,
  );
});

test("what is missing comes along, for installing it", async () => {
  const { missing } = await doctor({ ...well, programPath: () => undefined });
  const ofTheSystem = allComponents.filter(
    (component) => !isBuiltIn(component) && component !== "postgres", // npm brings that one.
  );
  expect(missing.map(({ component }) => component)).toEqual(ofTheSystem);
  expect(ofTheSystem).toEqual(expect.arrayContaining(["haproxy", "nginx", "redis", "groonga"]));
});
