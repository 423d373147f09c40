/** What is kept of a body for the judge: a stretch of the buffer that was read into, or a copy once that is read into again. */

/** A judge sees at most the first 1 MiB of a body; memory must not depend on what a target answers. */
export const keptBodyBytes = 1024 * 1024;

const nothing = Buffer.alloc(0);

/** The kept part is [from, to) of `bytes`. */
export class KeptBody {
  bytes: Buffer = nothing;
  from = 0;
  to = 0;
  #isOwn = false;

  clear(): void {
    this.bytes = nothing;
    this.from = 0;
    this.to = 0;
    this.#isOwn = false;
  }

  /** Adds [from, to) of `bytes`, as far as there is room. */
  add(bytes: Buffer, from: number, to: number): void {
    const upTo = Math.min(to, from + keptBodyBytes - (this.to - this.from));
    if (this.to === this.from && !this.#isOwn) {
      this.bytes = bytes;
      this.from = from;
      this.to = upTo;
    } else if (this.to === from && !this.#isOwn) {
      this.to = upTo;
    } else {
      this.#makeRoom(upTo - from);
      this.to += bytes.copy(this.bytes, this.to, from, upTo);
    }
  }

  /** Makes it independent of the buffer that was read into; `moreBytes` are still to come, as far as is known. */
  retain(moreBytes: number): void {
    const keptBytes = this.to - this.from;
    if (!this.#isOwn && keptBytes > 0) this.#makeRoom(Math.min(moreBytes, keptBodyBytes - keptBytes));
  }

  #makeRoom(moreBytes: number): void {
    const keptBytes = this.to - this.from;
    const neededBytes = keptBytes + moreBytes;
    if (this.#isOwn && neededBytes <= this.bytes.length) return;
    const own = Buffer.allocUnsafe(Math.max(neededBytes, Math.min(keptBodyBytes, 2 * neededBytes)));
    this.bytes.copy(own, 0, this.from, this.to);
    this.bytes = own;
    this.from = 0;
    this.to = keptBytes;
    this.#isOwn = true;
  }
}
