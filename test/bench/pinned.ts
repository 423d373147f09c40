/** Gives a benchmark's process a core of its own. */
import { spawnSync } from "node:child_process";
import { cpus } from "node:os";

/** `command` on core `core`, where the machine has several and `taskset` is there; else just `command`. */
export function pinned(command: readonly string[], core: number): [program: string, words: string[]] {
  const canPin = cpus().length > 1 && spawnSync("taskset", ["-V"]).status === 0;
  const [program = "", ...words] = canPin ? ["taskset", "-c", String(core), ...command] : command;
  return [program, words];
}
