/** Who starts in a room beside the machine ends up on the machine, on files that stand for those of the kernel. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { GroupFolders } from "../../../targets/launch/cgroup-cpu.ts";
import { StartingRooms } from "../../../targets/launch/starting-rooms.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stagebench-rooms-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A kernel with one cgroup for the machine, in which who is entered leaves where he was. */
class Kernel {
  readonly home = this.#folders("machine");
  readonly made: string[] = [];
  /** Who has ended, and cannot be put anywhere. */
  readonly dead = new Set<number>();
  /** Who is born when somebody leaves a room. */
  readonly births = new Map<number, number>();
  refuses = false;

  readonly rooms = new StartingRooms({
    home: this.home,
    make: (number) => {
      if (this.refuses) throw new Error("no space");
      this.made.push(`room-${number}`);
      return this.#folders(`room-${number}`);
    },
    enter: (folders, pid) => this.#enter(folders, pid),
  });

  in(name: string): readonly number[] {
    return readFileSync(join(folder, name, "cgroup.procs"), "utf8")
      .split("\n")
      .filter(Boolean)
      .map(Number);
  }

  #folders(name: string): GroupFolders {
    const cpu = join(folder, name);
    mkdirSync(cpu);
    writeFileSync(join(cpu, "cgroup.procs"), "");
    return { cpu, usage: undefined };
  }

  #enter({ cpu }: GroupFolders, pid: number): boolean {
    if (this.dead.has(pid)) return false;
    for (const name of ["machine", ...this.made]) {
      const path = join(folder, name, "cgroup.procs");
      const others = this.in(name).filter((each) => each !== pid);
      const born =
        join(folder, name) !== cpu && this.in(name).includes(pid) ? this.births.get(pid) : undefined;
      if (born !== undefined) this.births.delete(pid);
      writeFileSync(path, [...others, ...(born === undefined ? [] : [born])].join("\n"));
    }
    writeFileSync(join(cpu, "cgroup.procs"), [...this.in(cpu.slice(folder.length + 1)), pid].join("\n"));
    return true;
  }
}

describe("a start", () => {
  test("has a room of its own, and is on the machine once it is ready", () => {
    const kernel = new Kernel();
    const room = kernel.rooms.open()!;
    room.add(11);
    expect([kernel.in("machine"), kernel.in("room-1")]).toEqual([[], [11]]);
    room.settle();
    expect([kernel.in("machine"), kernel.in("room-1")]).toEqual([[11], []]);
  });

  test("leaves nobody behind who was born while others were moved", () => {
    const kernel = new Kernel();
    const room = kernel.rooms.open()!;
    room.add(11);
    kernel.births.set(11, 12).set(12, 13);
    room.settle();
    expect(kernel.in("machine").toSorted()).toEqual([11, 12, 13]);
    expect(kernel.in("room-1")).toEqual([]);
  });

  test("of a process that has ended and is still listed does not go on for ever", () => {
    const kernel = new Kernel();
    const room = kernel.rooms.open()!;
    room.add(11);
    kernel.dead.add(11);
    room.settle();
    expect(kernel.in("machine")).toEqual([]);
  });

  test("that is over moves nobody who starts later", () => {
    const kernel = new Kernel();
    const first = kernel.rooms.open()!;
    first.settle();
    const second = kernel.rooms.open()!;
    second.add(12);
    first.settle();
    expect(kernel.in("room-1")).toEqual([12]);
  });
});

test("two at once have two rooms; one after the other share one, so that a loop does not fill the machine with them", () => {
  const kernel = new Kernel();
  const [one, other] = [kernel.rooms.open()!, kernel.rooms.open()!];
  one.settle();
  other.settle();
  for (let again = 0; again < 5; again++) kernel.rooms.open()!.settle();
  expect(kernel.made).toEqual(["room-1", "room-2"]);
  expect(kernel.rooms.folders).toHaveLength(2);
});

test("where none can be made, there is none", () => {
  const kernel = new Kernel();
  kernel.refuses = true;
  expect(kernel.rooms.open()).toBeUndefined();
});
