/** Reads how hard pressed the controller's host is; every agent tells of its own. */
import { readFileSync } from "node:fs";
import { type PressureReading, pressureOf } from "../metrics/host-pressure.ts";
import { haltPollMs } from "./idle-cores.ts";

export function readPressure(nowMs: number): PressureReading {
  const reading = pressureOf(nowMs, textOf("/proc/pressure/cpu"), textOf("/proc/stat"));
  return { ...reading, haltPollMs: haltPollMs() };
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined; // another system, or a kernel without it
  }
}
