/** A file of lines, each on the disk before it counts as written. */
import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { sentenceOf } from "../base/failure.ts";

/** What it needs of the system; a test hands over another. */
export interface Disk {
  /** For appending, with the folders above it. */
  open(path: string): number;
  /** How many of the bytes it took: one that is nearly full takes some. */
  write(file: number, bytes: Uint8Array): number;
  sync(file: number): void;
  close(file: number): void;
}

const systemDisk: Disk = {
  open: (path) => {
    mkdirSync(dirname(path), { recursive: true });
    return openSync(path, "a");
  },
  write: (file, bytes) => writeSync(file, bytes),
  sync: (file) => fsyncSync(file),
  close: (file) => closeSync(file),
};

export class JournalFile {
  readonly #disk: Disk;
  readonly #file: number | undefined;
  /** Whether its end is, or may be, in the middle of a line. */
  #isTorn = false;
  #lack: string | undefined;

  constructor(path: string, disk: Disk = systemDisk) {
    this.#disk = disk;
    try {
      this.#file = disk.open(path);
    } catch (error) {
      this.#lack = sentenceOf(error);
    }
  }

  /** Why it does not hold all that it was given, be it of an earlier line; undefined when it does. */
  get lack(): string | undefined {
    return this.#lack;
  }

  /** Why the line is not on the disk, or may not be; undefined when it is. Never throws. */
  write(line: string): string | undefined {
    if (this.#file === undefined) return this.#lack;
    try {
      // Half a line must not make the next one unreadable as well.
      const bytes = Buffer.from(this.#isTorn ? `\n${line}\n` : `${line}\n`);
      this.#isTorn = true;
      this.#put(this.#file, bytes);
      this.#isTorn = false;
      this.#disk.sync(this.#file);
      return undefined;
    } catch (error) {
      const problem = sentenceOf(error);
      this.#lack ??= problem;
      return problem;
    }
  }

  close(): void {
    if (this.#file !== undefined) this.#disk.close(this.#file);
  }

  #put(file: number, bytes: Uint8Array): void {
    let rest = bytes;
    while (rest.length > 0) {
      const taken = this.#disk.write(file, rest);
      if (taken === 0) throw new Error("the disk takes nothing any more");
      rest = rest.subarray(taken);
    }
  }
}
