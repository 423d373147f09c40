/** A process of a fault's own: it waits at a gate until it is wanted, and ends with us if it never was. */
import { type ChildProcess, spawn } from "node:child_process";
import type { Writable } from "node:stream";
import { startTicksOf } from "../../targets/launch/process-identity.ts";
import type { ProcessIdentity } from "../../targets/running-target.ts";

export interface GatedProcess extends ProcessIdentity {
  /** Let it go; a second time does nothing. */
  go(): void;
  /** Wherever it is. */
  end(): void;
}

/** At the gate a word lets it go, and the end of us ends it. */
const gate = `
const word = Buffer.alloc(3);
if (require("node:fs").readSync(0, word) === 0) process.exit();
`;

/**
 * Starts it, without its doing anything yet.
 * @param script what Node does behind the gate, with `words` as process.argv[1]..
 * @throws {Error} when there is no process to be had
 */
export function startGatedProcess(script: string, words: readonly (string | number)[]): GatedProcess {
  const child = spawn(process.execPath, ["-e", gate + script, ...words.map(String)], {
    stdio: ["pipe", "ignore", "ignore"],
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  child.on("error", () => {}); // Told by the missing pid.
  if (child.pid === undefined) throw new Error(`no process of ${process.execPath} could be made`);
  child.unref();
  const word = inputOf(child);
  let isGone = false;
  return {
    pid: child.pid,
    startTicks: startTicksOf(child.pid),
    go() {
      if (isGone) return;
      isGone = true;
      word.end("go\n");
    },
    end: () => void child.kill("SIGKILL"),
  };
}

function inputOf(child: ChildProcess): Writable {
  const input = child.stdin as Writable & { unref?(): void };
  input.on("error", () => {}); // It has ended: seen by whoever asks for it.
  input.unref?.();
  return input;
}
