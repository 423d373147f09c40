/** Reads `GET /<number>` requests without bodies from a connection, however their bytes are cut. */

const headEnd = Buffer.from("\r\n\r\n");
const start = Buffer.from("GET /");
/** Longer heads than this are not ours. */
const headLimitBytes = 8_192;

export class GetReader {
  readonly #onGet: (n: number) => void;
  #rest: Buffer | undefined;

  constructor(onGet: (n: number) => void) {
    this.#onGet = onGet;
  }

  /** Takes the next bytes; false when they are not such requests, and the connection should be closed. */
  read(chunk: Buffer): boolean {
    const bytes = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    while (at < bytes.length) {
      const end = bytes.indexOf(headEnd, at);
      if (end < 0) break;
      const n = numberIn(bytes, at);
      if (n < 0) return false;
      at = end + headEnd.length;
      this.#onGet(n);
    }
    // A copy, because a chunk's memory is not ours for longer than this call.
    this.#rest = at < bytes.length ? Buffer.from(bytes.subarray(at)) : undefined;
    return (this.#rest?.length ?? 0) <= headLimitBytes;
  }
}

/** The number in the request line that begins at `at`, or -1. */
function numberIn(bytes: Buffer, at: number): number {
  for (let index = 0; index < start.length; index++) if (bytes[at + index] !== start[index]) return -1;
  let n = 0;
  let index = at + start.length;
  for (; ; index++) {
    const digit = (bytes[index] ?? 0) - 48;
    if (digit < 0 || digit > 9) break;
    n = n * 10 + digit;
  }
  const isOver = bytes[index] === 32 && index > at + start.length;
  return isOver && n <= Number.MAX_SAFE_INTEGER ? n : -1;
}
