/** A run reduced to what the guard sees: `guarded-run.ts <folder> <guard command as JSON>`; then waits to be killed. */
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { startGuard } from "../../../chaos/guard.ts";
import { startTicksOf } from "../../../targets/launch/process-identity.ts";

const [folder = "", command = "[]"] = process.argv.slice(2);
const guard = await startGuard({ folder, command: JSON.parse(command) });
const data = join(folder, "data");
guard.folder(data);
mkdirSync(data);
const node = spawn("/bin/sh", ["-c", "setsid sleep 300 & trap '' TERM; while :; do sleep 0.1; done"], {
  detached: true,
  stdio: "ignore",
});
const pid = node.pid ?? 0;
guard.process({ name: "node-1", pid, startTicks: startTicksOf(pid), politely: "SIGTERM" });
process.stdout.write(`${JSON.stringify({ guardPid: guard.pid, nodePid: pid, data })}\n`);
setInterval(() => {}, 1_000);
