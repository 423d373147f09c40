import { describe, expect, test } from "vitest";
import {
  aptScript,
  type ComponentProbes,
  findComponents,
  installCommand,
  installerHere,
  lookFor,
  missingFailure,
} from "../../../targets/launch/components.ts";
import { stage01 } from "../../../targets/stages/stage-01-single-machine.ts";
import { stage08 } from "../../../targets/stages/stage-08-l4-failover.ts";

const bare: ComponentProbes = { programPath: () => undefined, postgresFolder: () => undefined };
const withNpm: ComponentProbes = { ...bare, postgresFolder: () => "/npm/native" };

test("a fresh machine with the npm packages lacks exactly the three programs of stage-08", () => {
  const { found, missing } = findComponents(stage08, withNpm);
  expect(missing.map(({ debianPackage }) => debianPackage)).toEqual(["haproxy", "nginx", "redis-server"]);
  expect(found.map(({ component }) => component)).toEqual(["shop", "postgres"]);
});

test("stage-01 needs nothing that npm does not bring", () => {
  expect(findComponents(stage01, withNpm).missing).toEqual([]);
});

test("where npm brings no PostgreSQL the system's is named", () => {
  expect(findComponents(stage01, bare).missing).toMatchObject([{ debianPackage: "postgresql" }]);
});

describe("the command to install what is missing", () => {
  const { missing } = lookFor(["haproxy", "nginx", "redis"], bare);
  test.each([
    {
      who: "root on Debian",
      command: installCommand(missing, "apt", true),
      is: "apt-get update && apt-get install -y --no-install-recommends haproxy nginx redis-server",
    },
    {
      who: "a user on Debian",
      command: installCommand(missing, "apt", false),
      is: "sudo apt-get update && sudo apt-get install -y --no-install-recommends haproxy nginx redis-server",
    },
    { who: "a Mac", command: installCommand(missing, "brew", false), is: "brew install haproxy nginx redis" },
    {
      who: "another system",
      command: installCommand(missing, "by hand", false),
      is: "install with this system's package manager: haproxy, nginx, redis-server",
    },
  ])("for $who", ({ command, is }) => expect(command).toBe(is));

  test("stands in the failure that comes without consent, beside the flag", () => {
    expect(missingFailure(missing)).toMatchObject({
      kind: "environment",
      message: "missing on this machine: haproxy, nginx, redis-server",
      hint: expect.stringMatching(/--install.*haproxy nginx redis-server/),
    });
  });
});

test.each([
  { why: "Debian", platform: "linux", apt: true, installer: "apt" },
  { why: "a Linux without apt", platform: "linux", apt: false, installer: "by hand" },
  { why: "a Mac", platform: "darwin", apt: false, installer: "brew" },
] as const)("on $why packages are installed $installer", ({ platform, apt, installer }) => {
  expect(installerHere(platform, () => apt)).toBe(installer);
});

test("services are kept from starting only where nobody decides that already, and only meanwhile", () => {
  const script = aptScript(["nginx", "haproxy"]);
  const lines = script.split("\n");
  const at = (part: string) => lines.findIndex((line) => line.includes(part));
  expect(at('[ ! -e "$policy" ]')).toBeLessThan(at("trap 'rm -f"));
  expect(at("trap 'rm -f")).toBeLessThan(at("exit 101"));
  expect(at("exit 101")).toBeLessThan(at("apt-get -q install -y --no-install-recommends nginx haproxy"));
});
