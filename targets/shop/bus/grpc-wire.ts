/** gRPC's way of writing things over HTTP/2: messages with their lengths, time-outs, texts in trailers. Pure. */

/** Source: github.com/grpc/grpc, doc/PROTOCOL-HTTP2.md: a byte that says whether it is compressed, and four of length. */
const HEAD_BYTES = 5;

/** A message as it goes over the wire. */
export function framed(message: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(HEAD_BYTES + message.length);
  frame.writeUInt8(0, 0);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, HEAD_BYTES);
  return frame;
}

/** Takes bytes as they come, and gives whole messages. */
export class Frames {
  readonly #limitBytes: number;
  #kept: Buffer = Buffer.alloc(0);

  /** `limitBytes`: length of the longest message. */
  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Whether everything that came was part of a whole message. */
  get isEven(): boolean {
    return this.#kept.length === 0;
  }

  /** @throws {Error} when a message is longer than the limit, or compressed, which nobody asked for */
  take(bytes: Buffer): readonly Buffer[] {
    this.#kept = this.#kept.length === 0 ? bytes : Buffer.concat([this.#kept, bytes]);
    const messages: Buffer[] = [];
    while (this.#kept.length >= HEAD_BYTES) {
      const sizeBytes = this.#kept.readUInt32BE(1);
      if (this.#kept[0] !== 0) throw new Error("a message is compressed, which was not asked for");
      if (sizeBytes > this.#limitBytes) {
        throw new Error(`a message has ${sizeBytes} bytes; it may have ${this.#limitBytes}`);
      }
      const end = HEAD_BYTES + sizeBytes;
      if (this.#kept.length < end) break;
      messages.push(this.#kept.subarray(HEAD_BYTES, end));
      this.#kept = this.#kept.subarray(end);
    }
    return messages;
  }
}

const msPerUnit: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1_000,
  m: 1,
  u: 1e-3,
  n: 1e-6,
};

/** The milliseconds of a `grpc-timeout`, of at most eight digits and a unit; undefined when it is none. */
export function timeoutMsOf(text: string): number | undefined {
  const [, digits, unit] = /^(\d{1,8})([HMSmun])$/.exec(text) ?? [];
  return digits === undefined ? undefined : Number(digits) * msPerUnit[unit!]!;
}

/** Milliseconds as a `grpc-timeout`: whole ones, rounded down, so that nobody below believes to have longer. */
export const timeoutText = (ms: number): string => `${Math.min(99_999_999, Math.max(0, Math.floor(ms)))}m`;

/** The text of a `grpc-message`, in which percent signs stand for bytes of UTF-8; as it stands when it is malformed. */
export function messageText(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}

/** What a service says in headers or trailers besides what HTTP and gRPC themselves need. */
export function metadataOf(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || name.startsWith(":") || name.startsWith("grpc-") || ofHttp.has(name)
        ? []
        : [[name, Array.isArray(value) ? value.join(", ") : value]],
    ),
  );
}

const ofHttp: ReadonlySet<string> = new Set(["content-type", "content-length", "date", "server", "trailer"]);
