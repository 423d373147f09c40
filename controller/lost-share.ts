/** What a lost agent may have done: attempts of its share that nobody can answer for any more. Pure. */
import type { OpenLoad } from "../load/load-model.ts";
import { Schedule } from "../load/schedule.ts";
import type { Share } from "../load/share.ts";
import { attemptsPerArrival } from "../scenarios/scenario.ts";
import type { Ledger } from "../verdict/ledger.ts";

/**
 * Books every attempt that arrivals of `share` due before `lostAtS` may have made, and that was not settled, as
 * indeterminate. Seconds count from the start of the drive.
 */
export function bookLostShare(
  ledger: Ledger,
  {
    load,
    seed,
    share,
    lostAtS,
  }: { readonly load: OpenLoad; readonly seed: number; readonly share: Share; readonly lostAtS: number },
): void {
  const schedule = new Schedule(load, seed, share);
  for (; schedule.arrival >= 0 && schedule.atS <= lostAtS; schedule.advance()) {
    const first = schedule.arrival * attemptsPerArrival;
    for (let attempt = first; attempt < first + attemptsPerArrival; attempt++) {
      if (ledger.get(attempt) === "never-sent") ledger.set(attempt, "indeterminate");
    }
  }
}
