/** Jute, the binary form of what ZooKeeper says: big-endian numbers, and texts and bytes after their length. Pure. */

export class JuteWriter {
  readonly #parts: Buffer[] = [];

  int(value: number): this {
    const part = Buffer.allocUnsafe(4);
    part.writeInt32BE(value);
    this.#parts.push(part);
    return this;
  }

  long(value: bigint): this {
    const part = Buffer.allocUnsafe(8);
    part.writeBigInt64BE(value);
    this.#parts.push(part);
    return this;
  }

  bool(value: boolean): this {
    this.#parts.push(Buffer.from([value ? 1 : 0]));
    return this;
  }

  bytes(value: Uint8Array): this {
    this.int(value.byteLength);
    this.#parts.push(Buffer.from(value));
    return this;
  }

  text(value: string): this {
    return this.bytes(Buffer.from(value, "utf8"));
  }

  /** Everything written, after its length: what goes over the wire. */
  frame(): Buffer {
    const body = Buffer.concat(this.#parts);
    const length = Buffer.allocUnsafe(4);
    length.writeInt32BE(body.byteLength);
    return Buffer.concat([length, body]);
  }
}

/** Reads in the order in which it was written; throws a RangeError when there is less than that. */
export class JuteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.byteLength;
  }

  int(): number {
    const value = this.#bytes.readInt32BE(this.#at);
    this.#at += 4;
    return value;
  }

  long(): bigint {
    const value = this.#bytes.readBigInt64BE(this.#at);
    this.#at += 8;
    return value;
  }

  bool(): boolean {
    return this.#bytes.readUInt8(this.#at++) === 1;
  }

  /** A length of -1 stands for "nothing", which is no bytes here. */
  bytes(): Buffer {
    const length = Math.max(0, this.int());
    const end = this.#at + length;
    if (end > this.#bytes.byteLength) throw new RangeError(`${length} bytes were announced, fewer came`);
    const value = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return value;
  }

  text(): string {
    return this.bytes().toString("utf8");
  }
}

/** Longer than any answer we ask for: the server's own limit for one znode is 1 MB. */
const FRAME_LIMIT_BYTES = 4 * 1024 * 1024;

/** Puts frames together again, however the network has cut them. */
export class Frames {
  #rest: Buffer = Buffer.alloc(0);

  /** The frames that are whole now, without their lengths. Throws a RangeError at one that cannot be ZooKeeper's. */
  push(chunk: Buffer): Buffer[] {
    this.#rest = this.#rest.byteLength === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const frames: Buffer[] = [];
    while (this.#rest.byteLength >= 4) {
      const length = this.#rest.readInt32BE(0);
      if (length < 0 || length > FRAME_LIMIT_BYTES) throw new RangeError(`a frame of ${length} bytes`);
      if (this.#rest.byteLength < 4 + length) break;
      frames.push(this.#rest.subarray(4, 4 + length));
      this.#rest = this.#rest.subarray(4 + length);
    }
    return frames;
  }
}
