/** Keeps the faults that are on, and mends them when their time is over or nobody is heard of any more. */
import { type Clock, systemClock } from "../base/clock.ts";
import { sentenceOf } from "../base/failure.ts";
import type { FaultEntry } from "./fault-journal.ts";
import type { FaultsTold } from "./guard-line.ts";
import { manualOf, performMend } from "./mend.ts";

export interface FaultKeeperParts {
  readonly clock?: Clock;
  onMended(id: string, because: string): void;
  onProblem(id: string, problem: string): void;
}

export interface NotMended {
  readonly id: string;
  readonly isOwn: boolean;
  /** One sentence each, with what a person can do. */
  readonly problems: readonly string[];
}

/** A run that was not heard of for this long counts as gone. Our choice: the order of a Kubernetes probe's usual limit. */
export const LEASE_MS = 5_000;
const MEND_LIMIT_MS = 5_000;
/** What could not be mended may be in the way of another fault, and is tried again when that is gone. Our choice. */
const AGAIN_AFTER_MS = 1_000;

interface Kept {
  readonly entry: FaultEntry;
  readonly cancel: () => void;
}

export class FaultKeeper implements FaultsTold {
  readonly #clock: Clock;
  readonly #parts: FaultKeeperParts;
  readonly #kept = new Map<string, Kept>();
  #cancelLease: (() => void) | undefined;
  readonly #told = new Map<string, readonly string[]>();
  #isClosed = false;

  constructor(parts: FaultKeeperParts) {
    this.#parts = parts;
    this.#clock = parts.clock ?? systemClock;
  }

  begins(entry: FaultEntry): void {
    this.#kept.get(entry.id)?.cancel();
    const cancel = this.#clock.after(entry.forMs, () => void this.#mend(entry, "its time was over"));
    this.#kept.set(entry.id, { entry, cancel });
    this.lives();
  }

  mended(id: string): void {
    this.#kept.get(id)?.cancel();
    this.#kept.delete(id);
    if (this.#kept.size === 0) this.#dropLease();
  }

  lives(): void {
    this.#dropLease();
    if (this.#kept.size === 0) return;
    this.#cancelLease = this.#clock.after(LEASE_MS, () => {
      void this.mendAll(`nothing was heard of the run for ${LEASE_MS / 1000} s`, MEND_LIMIT_MS);
    });
  }

  /** Waits for nothing any more: what is on is mended when it is asked for, and not before. */
  close(): void {
    this.#isClosed = true;
    this.#dropLease();
    for (const { cancel } of this.#kept.values()) cancel();
  }

  /**
   * All that are on, side by side; those that could not be mended in time.
   * @param which of them; a request or a command that says how long it may take gets that long where it is not about ours
   */
  async mendAll(
    because: string,
    limitMs: number,
    which: (entry: FaultEntry) => boolean = () => true,
  ): Promise<readonly NotMended[]> {
    const entries = [...this.#kept.values()].map(({ entry }) => entry).filter(which);
    const left = await Promise.all(entries.map((entry) => this.#mend(entry, because, limitMs)));
    return left.flatMap((each) => each ?? []);
  }

  #dropLease(): void {
    this.#cancelLease?.();
    this.#cancelLease = undefined;
  }

  async #mend(entry: FaultEntry, because: string, limitMs = MEND_LIMIT_MS): Promise<NotMended | undefined> {
    this.#kept.get(entry.id)?.cancel();
    // Nothing that we could do: it goes with the target, or cannot be undone.
    if (entry.mends.length === 0) return undefined;
    const { problems } = await mendEntry(entry, Math.max(limitMs, entry.isOwn ? 0 : ownLimitMs(entry)));
    if (problems.length === 0) {
      this.mended(entry.id);
      this.#parts.onMended(entry.id, because);
      return undefined;
    }
    this.#tell(entry.id, problems);
    this.#tryAgain(entry, because);
    return { id: entry.id, isOwn: entry.isOwn, problems };
  }

  /** Each once, however often it is tried. */
  #tell(id: string, problems: readonly string[]): void {
    const before = this.#told.get(id) ?? [];
    this.#told.set(id, problems);
    for (const problem of problems) if (!before.includes(problem)) this.#parts.onProblem(id, problem);
  }

  /** Until it is done, or somebody says that it is gone, or nothing is waited for any more. */
  #tryAgain(entry: FaultEntry, because: string): void {
    if (this.#isClosed || this.#kept.get(entry.id)?.entry !== entry) return;
    const cancel = this.#clock.after(AGAIN_AFTER_MS, () => void this.#mend(entry, because));
    this.#kept.set(entry.id, { entry, cancel });
  }
}

/** How long its mends themselves say that they may take. */
export const ownLimitMs = ({ mends }: Pick<FaultEntry, "mends">): number =>
  Math.max(0, ...mends.map((mend) => ("limitMs" in mend ? mend.limitMs : 0)));

/** Every mend of a fault, whatever became of the others. Never rejects. */
export async function mendEntry(
  { id, mends }: Pick<FaultEntry, "id" | "mends">,
  limitMs: number,
): Promise<{ readonly problems: readonly string[] }> {
  const signal = AbortSignal.timeout(limitMs);
  const late = new Promise<never>((_, reject) =>
    signal.addEventListener("abort", () => reject(new Error(`not done within ${limitMs / 1000} s`)), {
      once: true,
    }),
  );
  late.catch(() => {});
  const done = await Promise.all(
    mends.map((mend) =>
      Promise.race([performMend(mend, signal), late]).then(
        () => [],
        (error: unknown) => [`${id} could not be taken back: ${sentenceOf(error)}; ${manualOf(mend)}`],
      ),
    ),
  );
  return { problems: done.flat() };
}
