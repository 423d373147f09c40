/** How far the index is behind the catalogue. Pure: it is told what happens and when. */
import type { Transaction } from "./changes.ts";

export interface LagSeen {
  readonly isStreaming: boolean;
  /** From the commit of the last change applied to when a search could find it; null before the first. */
  readonly lastLagMs: number | null;
  /** The largest since the start. */
  readonly maxLagMs: number | null;
  /** Changes that were received and are not applied yet. */
  readonly waitingChanges: number;
  /** Age of the oldest of them; 0 when none waits. */
  readonly oldestWaitingMs: number;
  /** Write-ahead log that the server has sent word of and that is not applied. */
  readonly behindBytes: number;
  readonly appliedChanges: number;
  /** How often the whole index was built. */
  readonly builds: number;
  readonly indexedAtBuild: number;
}

export class Lag {
  #isStreaming = false;
  #lastLagMs: number | null = null;
  #maxLagMs: number | null = null;
  #waiting: Transaction[] = [];
  #walEndLsn = 0n;
  #keptLsn = 0n;
  #appliedChanges = 0;
  #builds = 0;
  #indexedAtBuild = 0;

  built(items: number): void {
    this.#builds++;
    this.#indexedAtBuild = items;
  }

  streams(isStreaming: boolean): void {
    this.#isStreaming = isStreaming;
    this.#waiting = []; // What was not applied is sent again.
  }

  received(transaction: Transaction): void {
    this.#waiting.push(transaction);
    this.reached(transaction.endLsn);
  }

  reached(walEndLsn: bigint): void {
    if (walEndLsn > this.#walEndLsn) this.#walEndLsn = walEndLsn;
  }

  /**
   * The first `count` of those that wait can be found now.
   * @returns the lag of each that changed something, in milliseconds
   */
  applied(count: number, nowEpochMs: number): readonly number[] {
    const done = this.#waiting.splice(0, count);
    const lagsMs: number[] = [];
    for (const { changes, committedAtEpochMs } of done) {
      if (changes.length === 0) continue;
      this.#appliedChanges += changes.length;
      lagsMs.push(Math.max(0, nowEpochMs - committedAtEpochMs));
    }
    if (lagsMs.length > 0) {
      this.#lastLagMs = lagsMs.at(-1)!;
      this.#maxLagMs = Math.max(this.#maxLagMs ?? 0, ...lagsMs);
    }
    return lagsMs;
  }

  kept(lsn: bigint): void {
    if (lsn > this.#keptLsn) this.#keptLsn = lsn;
  }

  seen(nowEpochMs: number): LagSeen {
    const oldest = this.#waiting[0];
    const isBehind = this.#walEndLsn > this.#keptLsn;
    return {
      isStreaming: this.#isStreaming,
      lastLagMs: this.#lastLagMs,
      maxLagMs: this.#maxLagMs,
      waitingChanges: this.#waiting.reduce((sum, { changes }) => sum + changes.length, 0),
      oldestWaitingMs: oldest === undefined ? 0 : Math.max(0, nowEpochMs - oldest.committedAtEpochMs),
      behindBytes: isBehind ? Number(this.#walEndLsn - this.#keptLsn) : 0,
      appliedChanges: this.#appliedChanges,
      builds: this.#builds,
      indexedAtBuild: this.#indexedAtBuild,
    };
  }
}
