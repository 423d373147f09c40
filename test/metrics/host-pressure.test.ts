/** Pressure and steal from what Linux writes. */
import { expect, test } from "vitest";
import { pressureBetween, pressureOf } from "../../metrics/host-pressure.ts";

const psi = (totalUs: number) =>
  `some avg10=0.06 avg60=1.20 avg300=6.40 total=${totalUs}\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=7\n`;
// user nice system idle iowait irq softirq steal guest guest_nice
const stat = (idle: number, steal: number) =>
  `cpu  100 0 50 ${idle} 10 0 5 ${steal} 90 0\ncpu0 100 0 50 ${idle} 10 0 5 ${steal} 90 0\nintr 1 2 3\n`;

test("shares are of what came between two readings; guest time is not counted twice", () => {
  const from = pressureOf(1_000, psi(5_000_000), stat(1_000, 20));
  const to = pressureOf(2_000, psi(5_250_000), stat(1_150, 70));
  expect(pressureBetween(from, to)).toEqual({ cpuSomeRatio: 0.25, stealRatio: 0.25, cpuBusyRatio: 0.25 });
});

test.each([
  { why: "there are no such files", psi: undefined, stat: undefined, known: {} },
  {
    why: "pressure is not accounted",
    psi: undefined,
    stat: stat(1_150, 20),
    known: { stealRatio: 0, cpuBusyRatio: 0 },
  },
  { why: "there is no /proc/stat", psi: psi(5_000_000), stat: undefined, known: { cpuSomeRatio: 0 } },
  { why: "an old kernel has no steal", psi: undefined, stat: "cpu  1 2 3 4\n", known: {} },
])("what is unknown stays unknown when $why", ({ psi: pressure, stat: jiffies, known }) => {
  const from = pressureOf(
    1_000,
    pressure === undefined ? undefined : psi(5_000_000),
    jiffies === undefined ? undefined : jiffies.length < 20 ? jiffies : stat(1_000, 20),
  );
  expect(pressureBetween(from, pressureOf(2_000, pressure, jiffies))).toEqual(known);
});

test("how idle cores rest is that of the end", () => {
  const reading = pressureOf(1_000, undefined, undefined);
  expect(pressureBetween({ ...reading, haltPollMs: 0 }, { ...reading, haltPollMs: 20 })).toEqual({
    haltPollMs: 20,
  });
  expect(pressureBetween(reading, { ...reading, haltPollMs: undefined })).toEqual({});
});

test("no time between two readings says nothing", () => {
  const reading = pressureOf(1_000, psi(5), stat(1, 1));
  expect(pressureBetween(reading, reading)).toEqual({});
});

test("counters that step back or run ahead stay within 0 and 1", () => {
  const from = pressureOf(1_000, psi(5_000_000), stat(1_000, 20));
  const to = pressureOf(1_010, psi(5_900_000), stat(1_150, 19));
  expect(pressureBetween(from, to)).toEqual({ cpuSomeRatio: 1, stealRatio: 0, cpuBusyRatio: 0 });
});
