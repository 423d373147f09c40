/** Whether a number still is the process that was started, where there is no /proc to tell: by the time of its start. */
import { execFileSync } from "node:child_process";
import { Failure } from "../../base/failure.ts";
import type { ProcessUp } from "./state.ts";

const LOOK_LIMIT_MS = 5_000;

/** When it was started, as `ps` writes it in UTC; undefined when there is no such process, or no ps. */
export function startedAt(pid: number): string | undefined {
  try {
    const said = execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], {
      encoding: "utf8",
      env: { ...process.env, LC_ALL: "C", TZ: "UTC" },
      stdio: ["ignore", "pipe", "ignore"],
      timeout: LOOK_LIMIT_MS,
    });
    return said.trim() || undefined;
  } catch {
    return undefined; // It ends with 1 when there is none.
  }
}

/**
 * Before it is sent a signal by its number alone. `seen`: when whoever has that number now was started.
 * @throws {Failure} `environment` when that is somebody else, or nobody can tell
 */
export function mustBeWhoItWas(
  { pid, startedAt: then }: Pick<ProcessUp, "pid" | "startedAt">,
  seen: string | undefined,
): void {
  if (then !== undefined && then === seen) return;
  throw new Failure("environment", `nobody can tell whether process ${pid} still is our Prometheus`, {
    hint: `\`ps -p ${pid}\` shows who it is; it was started ${then ?? "at a time that was not written down"}, and is not ended by us`,
  });
}
