/** The real thread: what matters is that the right alarm rings, once; how punctual it is, the calibration says. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { FineAlarm } from "../../../../targets/known-latency/fine-alarm.ts";

let alarm: FineAlarm;
beforeAll(async () => {
  alarm = await FineAlarm.start();
});
afterAll(() => alarm.close());

test("rings after the time, not before it", async () => {
  for (const delayMs of [0, 0.4, 2.5]) {
    const fromMs = performance.now();
    await new Promise<void>((resolve) => alarm.set(delayMs, resolve));
    expect(performance.now() - fromMs).toBeGreaterThanOrEqual(delayMs);
  }
});

test("only the alarm that was set last rings, and a cancelled one does not", async () => {
  const rung: string[] = [];
  alarm.set(0, () => rung.push("replaced"));
  const cancel = alarm.set(0.1, () => rung.push("cancelled"));
  cancel();
  alarm.set(50, () => rung.push("replaced as well"));
  await new Promise<void>((resolve) => {
    alarm.set(1, () => {
      rung.push("last");
      resolve();
    });
  });
  // A cancellation that comes late is of no effect on the next alarm.
  await new Promise<void>((resolve) => {
    alarm.set(1, resolve);
    cancel();
  });
  expect(rung).toEqual(["last"]);
});
