/** The guard of a run, over what a test brings up: nothing of it stays when the test ends without a word, as by SIGKILL. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Guard, startGuard } from "../../chaos/guard.ts";
import { journalName } from "../../chaos/run-journal.ts";
import type { Wards } from "../../targets/launch/launcher.ts";

const program = fileURLToPath(new URL("../e2e/programs/guard.ts", import.meta.url));

/** @param folder of the test, which goes as well when the guard has to clear up */
export async function openTestGuard(folder: string): Promise<Guard> {
  const command = [process.execPath, "--import", "tsx", program, join(folder, journalName)];
  const guard = await startGuard({ folder, command });
  guard.folder(folder);
  return guard;
}

/** Tells all of them. */
export function toldTo(...all: readonly Wards[]): Wards {
  const tell = (say: (one: Wards) => void) => {
    for (const one of all) say(one);
  };
  return {
    process: (ward) => tell((one) => one.process(ward)),
    folder: (path) => tell((one) => one.folder(path)),
    cgroup: (path) => tell((one) => one.cgroup(path)),
    containers: (ward) => tell((one) => one.containers(ward)),
  };
}
