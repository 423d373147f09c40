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
