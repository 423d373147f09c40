/** Small files the kernel writes anew at every reading: opened once, read once a second. */
import { closeSync, openSync, readFileSync, readSync } from "node:fs";

export interface Kernel {
  /** Undefined when there is no such file. */
  whole(path: string): string | undefined;
  open(path: string): KernelFile;
}

export interface KernelFile extends Disposable {
  /** Its first 4 KiB; undefined when there is no such file, or the kernel has nothing to say. */
  text(): string | undefined;
}

/** Beginnings are enough: of /proc/stat, which is long on a large machine, only the first line is needed. */
const buffer = Buffer.allocUnsafe(4096);

export const kernel: Kernel = {
  whole(path) {
    try {
      return readFileSync(path, "latin1");
    } catch {
      return undefined; // another system
    }
  },
  open(path) {
    let fd: number | undefined;
    try {
      fd = openSync(path, "r");
    } catch {
      // Another system, or a kernel without it: then it is not known.
    }
    return {
      text() {
        if (fd === undefined) return undefined;
        try {
          return buffer.toString("latin1", 0, readSync(fd, buffer, 0, buffer.length, 0));
        } catch {
          return undefined; // a cgroup that was removed, pressure accounting that was switched off
        }
      },
      [Symbol.dispose]() {
        if (fd !== undefined) closeSync(fd);
        fd = undefined;
      },
    };
  },
};
