/** Rooms beside a machine's cgroup: a node that is started again is not held back there until it is ready. */
import type { GroupFolders } from "./cgroup-cpu.ts";
import { pidsInCgroup } from "./cgroup-folder.ts";

/** Of one start. Its processes are the run's own as everywhere: a sweep that finds them there ends them there. */
export interface StartingRoom {
  /** Puts a process, and with it all children it will have, into the room. To be called right after its spawn. */
  add(pid: number): void;
  /** Puts everybody in it where the budget holds, those included who are born meanwhile; idempotent. Never throws. */
  settle(): void;
}

export interface StartingParts {
  /** Where the budget holds. */
  readonly home: GroupFolders;
  /** Makes the folders of one more room, without a limit; told to the wards. @throws when the kernel refuses */
  make(number: number): GroupFolders;
  /** Puts a process there; false when it has ended, or cannot be put anywhere. */
  enter(folders: GroupFolders, pid: number): boolean;
}

export class StartingRooms {
  readonly #parts: StartingParts;
  readonly #all: GroupFolders[] = [];
  readonly #free: GroupFolders[] = [];

  constructor(parts: StartingParts) {
    this.#parts = parts;
  }

  /** All there ever were: what was used in them was used by the machine. */
  get folders(): readonly GroupFolders[] {
    return this.#all;
  }

  /** Undefined when none can be made: then the start is held back as everything else. */
  open(): StartingRoom | undefined {
    const folders = this.#free.pop() ?? this.#made();
    if (folders === undefined) return undefined;
    let isOpen = true;
    return {
      add: (pid) => void this.#parts.enter(folders, pid),
      settle: () => {
        if (!isOpen) return;
        isOpen = false;
        this.#clear(folders);
        this.#free.push(folders);
      },
    };
  }

  #made(): GroupFolders | undefined {
    try {
      const folders = this.#parts.make(this.#all.length + 1);
      this.#all.push(folders);
      return folders;
    } catch {
      return undefined;
    }
  }

  /** Whoever is born between two looks is born in the room when its parent was still there, and found by the next one. */
  #clear(folders: GroupFolders): void {
    const stuck = new Set<number>();
    for (;;) {
      const left = pidsInCgroup(folders.cpu).filter((pid) => !stuck.has(pid));
      if (left.length === 0) return;
      for (const pid of left) if (!this.#parts.enter(this.#parts.home, pid)) stuck.add(pid);
    }
  }
}
