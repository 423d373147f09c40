/** What the tests with a browser, with a Prometheus, with containers, with networks and with clocks of their own need beyond what targets are made of, by Debian's names. */
import { existsSync } from "node:fs";
import { systemProbes } from "../../targets/launch/components.ts";
import { engineSocket } from "../../targets/launch/compose/engine.ts";
import { clockLibrary, clockPackage } from "../../targets/launch/own-clock.ts";
import type { ServerPackage } from "./wire-server-packages.ts";

/** Only root can use them: another's engine is used where one runs, and networks are made by root. */
export function hostPackages(isRoot = process.getuid?.() === 0): readonly ServerPackage[] {
  if (process.platform !== "linux" || !isRoot) return [];
  return [...reading, ...networkPackages, clock, ...(existsSync(engineSocket()) ? [] : enginePackages)];
}

const program = (debianPackage: string, name: string): ServerPackage => ({
  debianPackage,
  path: () => systemProbes.programPath(name),
});

/** Without it the smallest group of faults that are on all at once cannot be (test/e2e/fault-groups.ts). */
const clock: ServerPackage = { debianPackage: clockPackage.debianPackage, path: () => clockLibrary() };
/** What people read reports and look at runs with. */
const reading = [program("chromium", "chromium"), program("prometheus", "promtool")];
const networkPackages = [
  program("iproute2", "ip"),
  program("nftables", "nft"),
  program("keepalived", "keepalived"),
];
/** An engine, what reads compose files, and what base images are made with. */
const enginePackages = [
  program("docker.io", "dockerd"),
  program("docker-compose", "docker-compose"),
  program("debootstrap", "debootstrap"),
];
