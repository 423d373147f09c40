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
  /** As of now: whoever was born meanwhile is in them as well. */
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
  return grip.kind === "container" ? ofContainer(node, grip) : ofProcesses(node, grip.processes);
}

function ofProcesses(node: NodeHandle, known: readonly ProcessIdentity[]): Standstill {
  const { name } = node;
  if (known.length === 0) throw new Error(`${name} has no processes that could be stopped`);
  const all = [...known];
  let isOn = false;
  const living = () => all.filter((each) => isAlive(each));
  const stopped = () => living().filter((each) => stateOf(each) === "T");
  /**
   * Stops those that were born after we had looked and before their parent stood still. They are not in what was written down
   * before: whoever has only that ends them with their target.
   */
  const stopNewborn = (): number => {
    const grip = node.grip();
    const born =
      grip.kind === "processes"
        ? grip.processes.filter((each) => !all.some((other) => isSame(other, each)))
        : [];
    all.push(...born);
    for (const { pid } of born) stop(pid);
    return born.length;
  };
  return {
    get mends() {
      return [resumeOf(all)];
    },
    async begin() {
      isOn = true;
      // The master first, or it would start others for those that no longer answer.
      for (const { pid } of living()) stop(pid);
      stopNewborn();
    },
    async seen() {
      if (isOn && stopNewborn() > 0) return undefined;
      const [still, count] = [stopped().length, living().length];
      return count > 0 && still === count
        ? `${still} of ${count} processes of ${name} stand still`
        : undefined;
    },
    end(signal) {
      isOn = false;
      return performMend(resumeOf(all), signal);
    },
    async remains() {
      const [left] = stopped();
      return left && `${name}: pid ${left.pid} is still stopped`;
    },
  };
}

const resumeOf = (processes: readonly ProcessIdentity[]): Mend => ({
  mend: "signal",
  signal: "SIGCONT",
  processes: [...processes],
});

const isSame = (one: ProcessIdentity, other: ProcessIdentity): boolean =>
  one.pid === other.pid && one.startTicks === other.startTicks;

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
