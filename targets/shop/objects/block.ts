/**
 * Many small objects in one large file, which only grows: what is written over is found no more and stays where it is.
 * An index in memory knows where each object lies, so reading one is one read of the disk.
 * The idea is that of Haystack and of Taobao's TFS: Beaver et al., "Finding a needle in Haystack", OSDI 2010.
 */
import { type FileHandle, open, readFile } from "node:fs/promises";
import { type Placed, recordOf, recordsIn } from "./record.ts";

export interface StoredObject {
  readonly type: string;
  readonly bytes: Buffer;
  readonly etag: string;
}

/** Largest object. */
export const OBJECT_BYTES_MAX = 1024 * 1024;

export class Block {
  readonly #file: FileHandle;
  readonly #placed = new Map<string, Placed>();
  #end: number;
  /** Writes go one after the other: each begins where the one before ended. */
  #lastWrite: Promise<unknown> = Promise.resolve();

  private constructor(file: FileHandle, records: readonly Placed[], end: number) {
    this.#file = file;
    this.#end = end;
    for (const record of records) this.#placed.set(record.name, record);
  }

  /** Opens the block, or makes it. A record that was cut off at its end, by a death in the middle of it, is dropped. */
  static async open(path: string): Promise<Block> {
    const file = await open(path, "a+", 0o600);
    await file.close();
    const { records, end } = recordsIn(await readFile(path));
    const writable = await open(path, "r+");
    await writable.truncate(end);
    return new Block(writable, records, end);
  }

  get count(): number {
    return this.#placed.size;
  }

  get sizeBytes(): number {
    return this.#end;
  }

  /** The tag of the object that changes when it does; undefined when there is none of that name. */
  etagOf(name: string): string | undefined {
    const placed = this.#placed.get(name);
    return placed && etag(placed);
  }

  async get(name: string): Promise<StoredObject | undefined> {
    const placed = this.#placed.get(name);
    if (placed === undefined) return undefined;
    const { at, sizeBytes, type } = placed;
    const bytes = Buffer.alloc(sizeBytes);
    const { bytesRead } = await this.#file.read(bytes, 0, sizeBytes, at);
    if (bytesRead !== sizeBytes)
      throw new Error(`object ${name} ends after ${bytesRead} of ${sizeBytes} bytes`);
    return { type, bytes, etag: etag(placed) };
  }

  /** Writes an object over what had its name; it is on the disk when this resolves. */
  put(name: string, type: string, bytes: Buffer): Promise<void> {
    return this.putAll([{ name, type, bytes }]);
  }

  /** Writes many at once, and waits for the disk once. */
  putAll(objects: readonly { name: string; type: string; bytes: Buffer }[]): Promise<void> {
    const write = this.#lastWrite.then(() => this.#append(objects));
    this.#lastWrite = write.catch(() => {});
    return write;
  }

  async close(): Promise<void> {
    await this.#lastWrite;
    await this.#file.close();
  }

  async #append(objects: readonly { name: string; type: string; bytes: Buffer }[]): Promise<void> {
    const appended = Buffer.concat(objects.map(({ name, type, bytes }) => recordOf(name, type, bytes)));
    const from = this.#end;
    await this.#file.write(appended, 0, appended.length, from);
    await this.#file.datasync();
    for (const record of recordsIn(appended).records) {
      this.#placed.set(record.name, { ...record, at: from + record.at });
    }
    this.#end = from + appended.length;
  }
}

const etag = ({ checksum, sizeBytes }: Placed) => `"${checksum.toString(16)}-${sizeBytes.toString(16)}"`;
