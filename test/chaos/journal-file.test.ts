/** What counts as written: on a disk that is well, that fills up, that cannot keep what it took, and that is not there. */
import { expect, test } from "vitest";
import { type Disk, JournalFile } from "../../chaos/journal-file.ts";

/** Has room for so many bytes, until somebody makes more. */
class SmallDisk implements Disk {
  room = Number.POSITIVE_INFINITY;
  takesAtOnce = Number.POSITIVE_INFINITY;
  /** Why nothing it took can be kept. */
  failing: string | undefined;
  kept = "";
  isOpen = false;
  #taken: readonly Uint8Array[] = [];

  open(): number {
    this.isOpen = true;
    return 3;
  }

  write(_: number, bytes: Uint8Array): number {
    const taken = Math.min(bytes.length, this.room, this.takesAtOnce);
    if (taken === 0) throw new Error("ENOSPC: no space left on device, write");
    this.room -= taken;
    this.#taken = [...this.#taken, Uint8Array.from(bytes.subarray(0, taken))];
    return taken;
  }

  sync(): void {
    if (this.failing !== undefined) throw new Error(this.failing);
    this.kept = Buffer.concat(this.#taken).toString();
  }

  close(): void {
    this.isOpen = false;
  }
}

test("lines are kept, one after the other, also by a disk that takes them in parts", () => {
  const disk = new SmallDisk();
  disk.takesAtOnce = 2;
  const journal = new JournalFile("journal", disk);
  expect([journal.write("first"), journal.write("sécond")]).toEqual([undefined, undefined]);
  expect(disk.kept).toBe("first\nsécond\n");
  expect(journal.lack).toBeUndefined();
  journal.close();
  expect(disk.isOpen).toBe(false);
});

test("a line of which a full disk took half is not written, and the next is a line of its own", () => {
  const disk = new SmallDisk();
  const journal = new JournalFile("journal", disk);
  disk.room = 3;
  expect(journal.write("first")).toBe("ENOSPC: no space left on device, write");
  expect(journal.write("second")).toBe("ENOSPC: no space left on device, write");
  disk.room = 100;
  expect([journal.write("third"), journal.write("fourth")]).toEqual([undefined, undefined]);
  expect(disk.kept).toBe("fir\nthird\nfourth\n");
  expect(journal.lack, "what is missing stays missing").toBe("ENOSPC: no space left on device, write");
});

test("a line that the disk took, and could not keep, is not written", () => {
  const disk = new SmallDisk();
  const journal = new JournalFile("journal", disk);
  disk.failing = "EIO: i/o error, fsync";
  expect(journal.write("first")).toBe("EIO: i/o error, fsync");
  expect(journal.lack).toBe("EIO: i/o error, fsync");
});

test("a disk that takes nothing, and does not say why, is not waited for", () => {
  const disk = new SmallDisk();
  disk.write = () => 0;
  expect(new JournalFile("journal", disk).write("first")).toBe("the disk takes nothing any more");
});

test("where there can be no file nothing is written, and each line is told why", () => {
  const disk = new SmallDisk();
  disk.open = () => {
    throw new Error("ENOTDIR: not a directory");
  };
  const journal = new JournalFile("journal", disk);
  expect([journal.write("first"), journal.write("second")]).toEqual([
    "ENOTDIR: not a directory",
    "ENOTDIR: not a directory",
  ]);
  expect(journal.lack).toBe("ENOTDIR: not a directory");
  journal.close();
});
