/** Nodes that stand still: by SIGSTOP to all their processes, or their containers paused by the engine. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { cgroupMounts } from "../../metrics/cgroup-mounts.ts";
import { contentOf } from "../../targets/launch/cgroup-folder.ts";
import { isAlive } from "../../targets/launch/process-identity.ts";
import type { NodeGrip, NodeHandle, ProcessIdentity } from "../../targets/running-target.ts";
import { type Mend, performMend } from "../mend.ts";
import { withEngine } from "../stores/engine.ts";

export interface Standstill {
  readonly mends: readonly Mend[];
  begin(): Promise<void>;
  /** A sentence once all of it stands still, by what the kernel says. */
  seen(): Promise<string | undefined>;
  end(signal: AbortSignal): Promise<void>;
  /** Who still stands still; undefined when nobody does. */
  remains(): Promise<string | undefined>;
}

/** @throws {Error} when there is nothing of it that could be stopped */
export function standstillOf(node: NodeHandle): Standstill {
  const grip = node.grip();
  return grip.kind === "container" ? ofContainer(node, grip) : ofProcesses(node.name, grip.processes);
}

function ofProcesses(name: string, processes: readonly ProcessIdentity[]): Standstill {
  if (processes.length === 0) throw new Error(`${name} has no processes that could be stopped`);
  const resume: Mend = { mend: "signal", signal: "SIGCONT", processes: [...processes] };
  const living = () => processes.filter((each) => isAlive(each));
  const stopped = () => living().filter((each) => stateOf(each) === "T");
  return {
    mends: [resume],
    async begin() {
      // The master first, or it would start others for those that no longer answer.
      for (const { pid } of living()) stop(pid);
    },
    async seen() {
      const [still, all] = [stopped().length, living().length];
      return all > 0 && still === all ? `${still} of ${all} processes of ${name} stand still` : undefined;
    },
    end: (signal) => performMend(resume, signal),
    async remains() {
      const [left] = stopped();
      return left && `${name}: pid ${left.pid} is still stopped`;
    },
  };
}

function stop(pid: number): void {
  try {
    process.kill(pid, "SIGSTOP");
  } catch (error) {
    // It may have ended since we looked.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** The third field of /proc/<pid>/stat; undefined when that process has gone. */
function stateOf({ pid }: ProcessIdentity): string | undefined {
  const line = contentOf(`/proc/${pid}/stat`);
  return line?.slice(line.lastIndexOf(")") + 2, line.lastIndexOf(")") + 3);
}

function ofContainer(
  { name, pid }: NodeHandle,
  { engine: socket, id }: Extract<NodeGrip, { kind: "container" }>,
): Standstill {
  const resume: Mend = { mend: "container", engine: socket, id, order: { do: "resume" } };
  const isPaused = async () => (await withEngine(socket, (engine) => engine.stateIfAny(id)))?.Paused === true;
  return {
    mends: [resume],
    async begin() {
      if (!(await isPaused())) await withEngine(socket, (engine) => engine.pause(id));
    },
    async seen() {
      // The engine may be in a machine of its own, whose kernel cannot be asked from here.
      const isFrozen = frozenByKernel(pid);
      if (isFrozen !== undefined)
        return isFrozen ? `the kernel says that all of ${name} is frozen` : undefined;
      return (await isPaused()) ? `the engine says that ${name} is paused` : undefined;
    },
    end: (signal) => performMend(resume, signal),
    async remains() {
      return frozenByKernel(pid) === true || (await isPaused())
        ? `the container of ${name} is still paused`
        : undefined;
    },
  };
}

/** Whether the cgroup of a process is frozen; undefined when that is not to be seen from here. */
function frozenByKernel(pid: number): boolean | undefined {
  let ownCgroups: string;
  try {
    ownCgroups = readFileSync(`/proc/${pid}/cgroup`, "utf8");
  } catch {
    return undefined;
  }
  const mounts = cgroupMounts(contentOf("/proc/self/mountinfo") ?? "", ownCgroups);
  const seen = mounts.flatMap(({ version, controllers, ownFolder }) => {
    if (version === 1 && !controllers.includes("freezer")) return [];
    const text = contentOf(join(ownFolder, version === 1 ? "freezer.state" : "cgroup.events"));
    return text === undefined ? [] : [/FROZEN|^frozen 1$/m.test(text)];
  });
  return seen.length === 0 ? undefined : seen.some(Boolean);
}
