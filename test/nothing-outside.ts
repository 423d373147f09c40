/** What unit tests are set up with: whoever starts a process or a thread is told where such a test belongs. */
import childProcess, { ChildProcess } from "node:child_process";
import { syncBuiltinESMExports } from "node:module";
import threads from "node:worker_threads";

const forbidden = (what: string) => () => {
  throw new Error(
    `a unit test starts a ${what}: put it into the same folder below test/contracts, where npm test runs it and npm run check does not`,
  );
};

Object.assign(ChildProcess.prototype, { spawn: forbidden("process") });
for (const start of ["spawnSync", "execSync", "execFileSync"] as const)
  Object.assign(childProcess, { [start]: forbidden("process") });
Object.assign(threads, { Worker: forbidden("thread") });
syncBuiltinESMExports();
