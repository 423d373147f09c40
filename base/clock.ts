/** Time as an argument: everything that waits takes a `Clock`, so tests can hand it a simulated one. */
export interface Clock {
  /** Monotonic milliseconds with fractions, from an arbitrary origin of this process. Never decreases. */
  nowMs(): number;
  /** Wall-clock milliseconds since 1970; only for labels and for meeting other processes. */
  epochMs(): number;
  /** Calls `then` once, no earlier than `delayMs` from now (whole milliseconds in practice). Returns its cancellation. */
  after(delayMs: number, then: () => void): () => void;
  /** Calls `then` at the next turn of the loop, after I/O was looked at. */
  soon(then: () => void): void;
}

/** The clock of the machine. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  epochMs: () => Date.now(),
  after(delayMs, then) {
    const timer = setTimeout(then, delayMs);
    return () => clearTimeout(timer);
  },
  soon: (then) => void setImmediate(then),
};

/**
 * Resolves after `delayMs`.
 * @throws the signal's reason when it aborts first
 */
export function sleep(delayMs: number, signal?: AbortSignal, clock: Clock = systemClock): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = clock.after(delayMs, () => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    });
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
