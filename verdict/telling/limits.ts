/** What a claim limits, in words; each limit may be absent. */
import type { Claim } from "../../targets/claim.ts";
import { ms, percent } from "./figures.ts";

/** `p99 at most 200 ms, errors at most 0.10 %`. */
export function limitsOf({ p99Ms, errorRatio }: Claim): string {
  const limits = [
    ...(p99Ms === undefined ? [] : [`p99 at most ${ms(p99Ms)}`]),
    ...(errorRatio === undefined ? [] : [`errors at most ${percent(errorRatio)}`]),
  ];
  return limits.length === 0 ? "nothing is limited" : limits.join(", ");
}
