/** Who writes down, before a fault is injected, how it is taken back: the guard, or a list in tests. */
import type { Mend } from "./mend.ts";

export interface FaultEntry {
  readonly id: string;
  readonly mends: readonly Mend[];
  /** After this long whoever keeps the journal mends by himself. */
  readonly forMs: number;
  /** Whether it is about something the run made itself, which is gone when the run is. */
  readonly isOwn: boolean;
}

export interface FaultJournal {
  /** Resolves when it is on the disk. @throws when it cannot be written: then nothing may be injected */
  begin(entry: FaultEntry): Promise<void>;
  /** It was seen to be gone. */
  mended(id: string): void;
  /** Calls back when the keeper mended it by himself, because its time was over or we were silent. */
  onMendedByKeeper(listener: (id: string, because: string) => void): void;
}
