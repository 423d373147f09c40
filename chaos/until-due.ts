/** Waiting for the instant at which a fault is due, for those that were made ready ahead of it. */
import { sleep } from "../base/clock.ts";
import type { Ground } from "./fault.ts";

/** @throws the signal's reason when it aborts first */
export async function untilDue(
  { clock, dueAtMs }: Pick<Ground, "clock" | "dueAtMs">,
  signal: AbortSignal,
): Promise<void> {
  const waitMs = dueAtMs === undefined ? 0 : dueAtMs - clock.nowMs();
  if (waitMs > 0) await sleep(waitMs, signal, clock);
}
