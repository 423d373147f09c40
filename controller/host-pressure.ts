/** Reads how hard pressed the controller's host is; every agent tells of its own. */
import { readFileSync } from "node:fs";
import { type PressureReading, pressureOf } from "../metrics/host-pressure.ts";

export function readPressure(nowMs: number): PressureReading {
  return pressureOf(nowMs, textOf("/proc/pressure/cpu"), textOf("/proc/stat"));
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined; // another system, or a kernel without it
  }
}
