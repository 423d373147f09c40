/** A wall clock for one node alone: libfaketime, loaded before its program, adds what a file says, and nothing without it. */
import { readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Component } from "../target.ts";
import type { Installable } from "./components.ts";
import type { Program } from "./node-process.ts";

const libraryName = "libfaketimeMT.so.1";

/** What brings the library. */
export const clockPackage: Installable = { program: "libfaketime", debianPackage: "libfaketime" };

/** Where distributions put it, `*` for the name of the architecture. */
const places = ["/usr/lib/*/faketime", "/usr/lib64/faketime", "/usr/lib/faketime", "/usr/local/lib/faketime"];

/** Path of the library; undefined where it is not installed. */
export function clockLibrary(
  namesIn: (folder: string) => readonly string[] = namesInFolder,
): string | undefined {
  for (const place of places) {
    const [above, below] = place.split("/*/");
    const folders = below === undefined ? [place] : namesIn(above!).map((name) => join(above!, name, below));
    const found = folders.find((folder) => namesIn(folder).includes(libraryName));
    if (found !== undefined) return join(found, libraryName);
  }
  return undefined;
}

/** What would bring it where it is missing and of use: on Linux. */
export const missingClock = (
  platform: NodeJS.Platform = process.platform,
  find: () => string | undefined = clockLibrary,
): readonly Installable[] => (platform === "linux" && find() === undefined ? [clockPackage] : []);

/**
 * Programs that were seen to take the time from it, with libfaketime 0.9.10. Redis does not start with it: its allocator
 * asks for the time before the library is ready, which ends in "unexpected recursive calls to clock_gettime()". NATS is
 * linked statically, so that nothing can be loaded before it.
 */
const withOwnClock: readonly Component[] = ["shop", "postgres", "nginx"];

export const canHaveOwnClock = (component: Component): boolean => withOwnClock.includes(component);

/** nginx clears the environment of its workers, and the library looks there again and again. */
const moreWords: Readonly<Partial<Record<Component, readonly string[]>>> = {
  nginx: ["-g", "env FAKETIME_TIMESTAMP_FILE; env FAKETIME_CACHE_DURATION;"],
};

/**
 * The same program with a clock of its own. Set by `env`, the last before the program: whoever comes between, a shell or
 * one who changes user and network, would make what the library shares between processes as somebody else.
 * @param file what it looks at once a second; as long as it is not there, the clock is the machine's
 */
export function withClock(
  program: Program,
  {
    component,
    library,
    file,
  }: { readonly component: Component; readonly library: string; readonly file: string },
): Program {
  const environment = [
    `LD_PRELOAD=${library}`,
    `FAKETIME_TIMESTAMP_FILE=${file}`,
    "FAKETIME_CACHE_DURATION=1",
    // How long something takes is told by the clock that nobody sets, here as on a machine whose date is wrong.
    "FAKETIME_DONT_FAKE_MONOTONIC=1",
  ];
  const words = [...program.args, ...(moreWords[component] ?? [])];
  return { ...program, command: "/usr/bin/env", args: [...environment, program.command, ...words] };
}

/** What to write to the file, for so many seconds ahead (or behind, when below 0). */
export const clockText = (aheadS: number): string => `${aheadS < 0 ? "" : "+"}${aheadS}\n`;

/** What the library shares between the processes of a program, and leaves behind when that is killed: named by its pid. */
export async function removeClockSegments(deadPids: readonly number[], folder?: string): Promise<void> {
  for (const path of clockSegmentsOf(deadPids, folder)) await rm(path, { force: true });
}

/** Those that are there. */
export function clockSegmentsOf(pids: readonly number[], folder = "/dev/shm"): readonly string[] {
  const ours = new Set(pids.flatMap((pid) => [`faketime_shm_${pid}`, `sem.faketime_sem_${pid}`]));
  return namesInFolder(folder)
    .filter((name) => ours.has(name))
    .map((name) => join(folder, name));
}

function namesInFolder(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
