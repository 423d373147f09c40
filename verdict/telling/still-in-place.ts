/** A fault of which something is left, and what a person can do about it. Pure. */
import type { FaultSeen } from "../../metrics/fault-seen.ts";

export function stillInPlace({ id, because = "nobody knows why", manual = [] }: FaultSeen): string {
  const todo = manual.length === 0 ? "" : `; take it back by hand: ${manual.join("; ")}`;
  return `${id} is still in place: ${because}${todo}`;
}
