/** Waits as finely as an answer of a few milliseconds needs: a timer knows whole ones only, and none below one. */

/** Shorter waits are spent awake, turn by turn, so that everything else goes on; they cost what CPU is free meanwhile. */
const awakeMs = 2;

/** Calls back once `waitMs` have gone by: by a timer, and below 2 ms within about a tenth of a millisecond on an idle loop. */
export function after(waitMs: number, then: () => void, nowMs: () => number = () => performance.now()): void {
  if (waitMs >= awakeMs) {
    setTimeout(then, waitMs);
    return;
  }
  const dueAtMs = nowMs() + waitMs;
  const look = () => {
    if (nowMs() >= dueAtMs) then();
    else setImmediate(look);
  };
  look();
}
