/** Gives nodes what they were planned to be born with: a limit, a disk, a clock that a fault can get at later. */
import { join } from "node:path";
import { Failure } from "../../base/failure.ts";
import type { NodeBirths } from "./birth.ts";
import { installCommand } from "./components.ts";
import type { BudgetGroup } from "./cpu-budget.ts";
import type { Wards } from "./launcher.ts";
import type { Member } from "./members.ts";
import { type MemoryGroup, MemoryGroups } from "./memory-groups.ts";
import type { Program } from "./node-process.ts";
import { clockLibrary, clockPackage, withClock } from "./own-clock.ts";
import { mountDisk } from "./own-disk.ts";
import type { UnprivilegedUser } from "./unprivileged-user.ts";

export interface BirthsOptions {
  readonly births: NodeBirths;
  readonly runId: string;
  readonly wards: Wards;
}

/** What somebody from outside can get at, by the names of a node's grip. */
export interface Born {
  readonly memoryGroup?: string;
  readonly clockFile?: string;
}

/** Of a file that is there only while a fault is. */
const clockFilePrefix = "stagebench-fault-clock-";

export class Births {
  readonly #births: NodeBirths;
  readonly #memory: MemoryGroups;

  constructor({ births, ...corner }: BirthsOptions) {
    this.#births = births;
    this.#memory = new MemoryGroups(corner);
  }

  /** Once the target is gone. */
  close(): void {
    this.#memory.close();
  }

  /** Whether its data gets a disk of its own. */
  hasDisk({ name }: Member): boolean {
    return this.#births[name]?.diskRoomBytes !== undefined;
  }

  /** Mounts its disk where it has one; nothing may be in `folder` yet. @param firstBytes what will lie there at the start */
  async mountDisk(
    { name }: Member,
    { folder, firstBytes, user }: { folder: string; firstBytes: number; user: UnprivilegedUser | undefined },
    signal: AbortSignal,
  ): Promise<void> {
    const roomBytes = this.#births[name]?.diskRoomBytes;
    if (roomBytes === undefined) return;
    await mountDisk(folder, { sizeBytes: firstBytes + roomBytes, user }, signal);
  }

  /** The group in which its machine's memory is counted. */
  memoryOf(
    { name, machine = name }: Member,
    { folder }: Pick<BudgetGroup, "folder">,
  ): MemoryGroup | undefined {
    return this.#births[name]?.memoryGroup === true ? this.#memory.of(machine, folder) : undefined;
  }

  /**
   * The program as it is started.
   * @throws {Failure} `environment` when its clock needs a library that is not here
   */
  program({ name, component }: Member, program: Program, temporary: string): Program {
    if (this.#births[name]?.ownClock !== true) return program;
    const library = clockLibrary();
    if (library === undefined) {
      throw new Failure("environment", `${name} cannot have a clock of its own: libfaketime is not here`, {
        hint: installCommand([clockPackage]),
      });
    }
    return withClock(program, { component, library, file: clockFileOf(temporary, name) });
  }

  /** What a fault will find. */
  bornOf(
    { name }: Member,
    { memory, temporary }: { memory: MemoryGroup | undefined; temporary: string },
  ): Born {
    return {
      ...(memory && { memoryGroup: memory.folder }),
      ...(this.#births[name]?.ownClock === true && { clockFile: clockFileOf(temporary, name) }),
    };
  }
}

const clockFileOf = (temporary: string, name: string) => join(temporary, `${clockFilePrefix}${name}`);
