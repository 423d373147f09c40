/** For bench:chaos: a run that has stopped a process, and waits to be killed. Its guard has to let the process go on. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { startGuard } from "../../chaos/guard.ts";
import { startTicksOf } from "../../targets/launch/process-identity.ts";

const [home = ""] = process.argv.slice(2);
const root = join(import.meta.dirname, "../..");
const folder = join(home, `run-${process.pid}`);
const guard = await startGuard({
  folder,
  command: [process.execPath, join(root, "dist/cli/main.js"), "guard", join(folder, "guard.ndjson")],
});
const child = spawn("sleep", ["30"], { stdio: "ignore", detached: true });
const pid = child.pid!;
const startTicks = startTicksOf(pid);
guard.process({ name: "sleeper", pid, startTicks, politely: "SIGTERM" });
await guard.begin({
  id: "freeze:sleeper@0",
  mends: [
    {
      mend: "signal",
      signal: "SIGCONT",
      processes: [{ pid, ...(startTicks !== undefined && { startTicks }) }],
    },
  ],
  ...{ forMs: 60_000, isOwn: true },
});
process.kill(pid, "SIGSTOP");
process.stdout.write(`${pid}\n`);
setInterval(() => {}, 1_000);
