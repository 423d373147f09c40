/** Messages in gRPC's frames: one octet of flags, four of length, and the message. Source: PROTOCOL-HTTP2.md of gRPC. */

const prefixBytes = 5;

/** The frame of one uncompressed message, given as one character per octet. */
export function framed(message: string): Buffer {
  const frame = Buffer.allocUnsafe(prefixBytes + message.length);
  frame[0] = 0;
  frame.writeUInt32BE(message.length, 1);
  frame.write(message, prefixBytes, "latin1");
  return frame;
}

/** Finds the messages in what comes, whatever pieces it comes in; of the first it keeps at most `keptBytes`. */
export class MessageReader {
  /** Messages begun so far. */
  messages = 0;
  /** Whether one of them says that it is compressed. */
  isCompressed = false;
  readonly #keptBytes: number;
  readonly #prefix = new Uint8Array(prefixBytes);
  #prefixRead = 0;
  /** Of the message being read. */
  #bytesLeft = 0;
  #kept: Uint8Array[] | undefined = undefined;
  #sizeKept = 0;

  constructor(keptBytes: number) {
    this.#keptBytes = keptBytes;
  }

  /** Whether all messages begun so far are complete. */
  get isWhole(): boolean {
    return this.#prefixRead === 0 && this.#bytesLeft === 0;
  }

  /** One character per octet; empty while there is none. */
  get message(): string {
    return Buffer.concat(this.#kept ?? []).toString("latin1");
  }

  read(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      if (this.#bytesLeft > 0) {
        const end = Math.min(chunk.length, at + this.#bytesLeft);
        this.#bytesLeft -= end - at;
        if (this.messages === 1) this.#keep(chunk.subarray(at, end));
        at = end;
      } else {
        this.#prefix[this.#prefixRead++] = chunk[at++]!;
        if (this.#prefixRead === prefixBytes) this.#begin();
      }
    }
  }

  #begin(): void {
    const [flags, a, b, c, d] = this.#prefix as unknown as [number, number, number, number, number];
    this.#prefixRead = 0;
    this.messages++;
    if (flags !== 0) this.isCompressed = true;
    this.#bytesLeft = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
  }

  #keep(piece: Uint8Array): void {
    if (this.#sizeKept >= this.#keptBytes) return;
    const kept = piece.subarray(0, this.#keptBytes - this.#sizeKept);
    this.#sizeKept += kept.length;
    if (this.#kept === undefined) this.#kept = [kept];
    else this.#kept.push(kept);
  }
}
