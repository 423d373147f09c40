/** Everything one run has created, in the order of creation: the memory of the guard, and the whole guard in tests. */
import type { WardedContainers, WardedProcess, Wards } from "./launcher.ts";
import type { Leftovers } from "./sweep.ts";

export class WardList implements Wards {
  readonly #processes: WardedProcess[] = [];
  readonly #folders: string[] = [];
  readonly #cgroups: string[] = [];
  readonly #containers: WardedContainers[] = [];

  process(ward: WardedProcess): void {
    this.#processes.push(ward);
  }

  folder(path: string): void {
    this.#folders.push(path);
  }

  cgroup(path: string): void {
    this.#cgroups.push(path);
  }

  containers(ward: WardedContainers): void {
    this.#containers.push(ward);
  }

  /** What a sweep would have to look at, as of now. */
  leftovers(): Leftovers {
    return {
      processes: [...this.#processes],
      folders: [...this.#folders],
      cgroups: [...this.#cgroups],
      containers: [...this.#containers],
    };
  }
}
