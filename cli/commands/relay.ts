/** `bench relay`: the body of the relay process. Hidden; started by a run. */
import { runRelay } from "../../chaos/relay/relay-process.ts";

/** Returns when whoever started it has gone. */
export async function relay(socketPath: string): Promise<void> {
  // What a terminal sends to everybody is for the run, which lets us go when it is done.
  process.removeAllListeners("SIGTERM");
  for (const name of ["SIGINT", "SIGHUP"] as const) {
    process.removeAllListeners(name);
    process.on(name, () => {});
  }
  await runRelay(socketPath, process.stdin, process.stdout);
}
