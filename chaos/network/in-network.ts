/** A program of the system, run in the network of a node that has one of its own. */
import { execFile } from "node:child_process";
import { isAlive } from "../../targets/launch/process-identity.ts";
import type { ProcessIdentity } from "../../targets/running-target.ts";

const LIMIT_MS = 3_000;

/**
 * Gives what it said; undefined when that network is gone with the process that held it.
 * @throws with what it complained of
 */
export async function inNetworkOf(
  holder: ProcessIdentity,
  words: readonly string[],
  { input = "", signal }: { readonly input?: string; readonly signal?: AbortSignal } = {},
): Promise<string | undefined> {
  if (!isAlive(holder)) return undefined;
  return new Promise((resolve, reject) => {
    const child = execFile(
      "nsenter",
      [`--net=/proc/${holder.pid}/ns/net`, "--", ...words],
      { timeout: LIMIT_MS, ...(signal && { signal }) },
      (error, said, complained) => {
        if (error === null) resolve(said);
        else if (!isAlive(holder)) resolve(undefined);
        else reject(new Error(`${words.join(" ")}: ${complained.trim() || error.message}`, { cause: error }));
      },
    );
    child.stdin?.on("error", () => {}); // It ended before it had read everything: its code says so.
    child.stdin?.end(input);
  });
}
