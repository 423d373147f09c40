/** A process of a fault's own that keeps a core busy: it waits at a gate until it is wanted, and ends by itself. */
import { type ChildProcess, spawn } from "node:child_process";
import type { Writable } from "node:stream";
import { startTicksOf } from "../../targets/launch/process-identity.ts";
import type { ProcessIdentity } from "../../targets/running-target.ts";

export interface BusyProcess extends ProcessIdentity {
  /** Let it go; a second time does nothing. */
  go(): void;
  /** Wherever it is. */
  end(): void;
}

/**
 * One thread. At the gate a word lets it go, and the end of us ends it; from then on it looks at nothing but its own
 * clock, since reading would be a rest.
 */
const script = `
const word = Buffer.alloc(3);
if (require("node:fs").readSync(0, word) === 0) process.exit();
const endMs = Date.now() + Number(process.argv[1]);
while (Date.now() < endMs);
`;

/**
 * Starts it, without its doing anything yet.
 * @param limitMs how long it is busy at most, milliseconds
 * @throws {Error} when there is no process to be had
 */
export function startBusyProcess(limitMs: number): BusyProcess {
  const child = spawn(process.execPath, ["-e", script, String(Math.ceil(limitMs))], {
    stdio: ["pipe", "ignore", "ignore"],
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  child.on("error", () => {}); // Told by the missing pid.
  if (child.pid === undefined) throw new Error(`no process of ${process.execPath} could be made`);
  child.unref();
  const gate = gateOf(child);
  let isGone = false;
  return {
    pid: child.pid,
    startTicks: startTicksOf(child.pid),
    go() {
      if (isGone) return;
      isGone = true;
      gate.end("go\n");
    },
    end: () => void child.kill("SIGKILL"),
  };
}

function gateOf(child: ChildProcess): Writable {
  const gate = child.stdin as Writable & { unref?(): void };
  gate.on("error", () => {}); // It has ended: seen by whoever asks for it.
  gate.unref?.();
  return gate;
}
