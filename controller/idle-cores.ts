/** How a virtual machine's cores go idle, as far as its kernel tells: one that sleeps is late for the next request. */
import { readFileSync } from "node:fs";

/** Source: Linux, Documentation/virt/guest-halt-polling.rst. */
const sources = {
  governor: "/sys/devices/system/cpu/cpuidle/current_governor",
  pollNs: "/sys/module/haltpoll/parameters/guest_halt_poll_ns",
} as const;

/**
 * For how many ms, at most, a core without work stays awake and looks for some before it gives itself back to the
 * hypervisor; 0: it sleeps at once. Undefined where the kernel does not poll for its guests, or does not tell:
 * hardware, other governors, other systems.
 */
export function haltPollMs(read: (path: string) => string = readText): number | undefined {
  try {
    if (read(sources.governor).trim() !== "haltpoll") return undefined;
    const text = read(sources.pollNs).trim();
    return /^\d+$/.test(text) ? Number(text) / 1e6 : undefined;
  } catch {
    return undefined; // another system, or a kernel without it
  }
}

const readText = (path: string): string => readFileSync(path, "utf8");
