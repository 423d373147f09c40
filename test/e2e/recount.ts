/**
 * What became of the attempts of a run, counted once more from its files: one by one, as docs/how-a-run-goes.md says they are
 * written, and by none of the functions that the checks count with.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface Recount {
  /** Told yes. */
  readonly accepted: number;
  /** Of these, those that are not in the books. */
  readonly lost: number;
  /** In the books without having been told yes. */
  readonly besides: number;
  /** More than once in the books. */
  readonly duplicates: number;
}

const ACCEPTED = 1;

export function recounted(runFolder: string): Recount {
  const [told, found] = ["ledger.bin", "found.bin"].map((name) => readFileSync(join(runFolder, name)));
  const counts = { accepted: 0, lost: 0, besides: 0, duplicates: 0 };
  for (let attempt = 0; attempt < 4 * Math.max(told!.length, found!.length); attempt++) {
    const isAccepted = twoBits(told!, attempt) === ACCEPTED;
    const times = twoBits(found!, attempt);
    counts.accepted += Number(isAccepted);
    counts.lost += Number(isAccepted && times === 0);
    counts.besides += Number(!isAccepted && times > 0);
    counts.duplicates += Number(times > 1);
  }
  return counts;
}

const twoBits = (bytes: Buffer, attempt: number): number =>
  ((bytes[Math.floor(attempt / 4)] ?? 0) >> (2 * (attempt % 4))) & 3;
