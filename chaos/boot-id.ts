/** Which start of which machine this is, and whose numbering of processes: pids of another one mean nothing. */
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/**
 * The start, the numbering and the machine, with blanks between them. Empty where the system does not tell. Source:
 * proc_sys_kernel(5), random/boot_id; pid_namespaces(7).
 */
export function bootId(): string {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot} ${readlinkSync("/proc/self/ns/pid")} ${machineId()}`;
  } catch {
    return "";
  }
}

/** Source: machine-id(5). A container often has none, but a name of its own. */
function machineId(): string {
  try {
    return readFileSync("/etc/machine-id", "utf8").trim() || hostname();
  } catch {
    return hostname();
  }
}

/**
 * Where something is that was written down under `there`. *here*: its pids are ours. *elsewhere*: on this machine as it
 * runs now, with a numbering of its own, as in a container, or on another machine with which we share folders; it may
 * live, and cannot be seen. *gone*: it ran before the machine was started.
 */
export function whereabouts(there: string, here = bootId()): "here" | "elsewhere" | "gone" {
  const [itsBoot, itsPids, itsMachine] = there.split(" ");
  const [boot, pids, machine] = here.split(" ");
  if (itsBoot === boot) return itsPids === pids ? "here" : "elsewhere";
  // Journals of earlier versions do not name it.
  const isNamed = itsMachine !== undefined && machine !== undefined;
  return isNamed && itsMachine !== machine ? "elsewhere" : "gone";
}
