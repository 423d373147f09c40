/** What is still there of all that a launcher told the wards it made. */
import { existsSync } from "node:fs";
import { clockSegmentsOf } from "../../targets/launch/own-clock.ts";
import { isAlive } from "../../targets/launch/process-identity.ts";
import type { WardList } from "../../targets/launch/ward-list.ts";

export function leftOf(wards: WardList): string[] {
  const { processes, folders, cgroups } = wards.leftovers();
  return [
    ...processes.filter(isAlive).map(({ name, pid }) => `${name} (pid ${pid})`),
    ...[...folders, ...cgroups].filter((path) => existsSync(path)),
    ...clockSegmentsOf(processes.map(({ pid }) => pid)),
  ];
}
