/** Which start of the machine this is, and whose numbering of processes: pids of another one mean nothing. */
import { readFileSync, readlinkSync } from "node:fs";

/** Empty where the system does not tell. Source: proc_sys_kernel(5), random/boot_id; pid_namespaces(7). */
export function bootId(): string {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return "";
  }
}

/**
 * Where something is that was written down under `there`. *here*: its pids are ours. *elsewhere*: on this machine as it
 * runs now, with a numbering of its own, as in a container; it may live, and cannot be seen. *gone*: it ran before the
 * machine was started.
 */
export function whereabouts(there: string, here = bootId()): "here" | "elsewhere" | "gone" {
  if (there === here) return "here";
  const [boot] = there.split(" ");
  return boot === here.split(" ")[0] ? "elsewhere" : "gone";
}
