/** The lines that are added to a file, from when it was first looked at, or from its beginning. */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";

/** More than a node says in a fifth of a second; what is beyond is read at the next look. */
const mostBytes = 64 * 1_024;

export class LogTail {
  readonly #path: string;
  /** A sign of several bytes may be read in two parts. */
  #decoder = new StringDecoder("utf8");
  #atByte: number;
  #rest = "";

  constructor(path: string, { isWhole = false }: { readonly isWhole?: boolean } = {}) {
    this.#path = path;
    this.#atByte = isWhole ? 0 : (this.#size() ?? 0);
  }

  /** Whole lines since the last look; none when the file cannot be read. One that became shorter is read anew. */
  lines(): readonly string[] {
    const size = this.#size() ?? 0;
    if (size < this.#atByte) {
      this.#atByte = 0;
      this.#decoder = new StringDecoder("utf8");
    }
    if (size === this.#atByte) return [];
    const lines = (this.#rest + this.#read(Math.min(mostBytes, size - this.#atByte))).split("\n");
    this.#rest = lines.pop() ?? "";
    return lines;
  }

  #read(length: number): string {
    const bytes = Buffer.alloc(length);
    try {
      const file = openSync(this.#path, "r");
      try {
        const read = readSync(file, bytes, 0, length, this.#atByte);
        this.#atByte += read;
        return this.#decoder.write(bytes.subarray(0, read));
      } finally {
        closeSync(file);
      }
    } catch {
      return "";
    }
  }

  #size(): number | undefined {
    return statSync(this.#path, { throwIfNoEntry: false })?.size;
  }
}
