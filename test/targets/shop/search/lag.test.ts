import { expect, test } from "vitest";
import type { Transaction } from "../../../../targets/shop/search/changes.ts";
import { Lag } from "../../../../targets/shop/search/lag.ts";

const changed = (committedAtEpochMs: number, endLsn: bigint, count = 1): Transaction => ({
  changes: Array.from({ length: count }, (_, id) => ({ kind: "remove", id })),
  endLsn,
  committedAtEpochMs,
});

test("lag is from the commit to when it can be found, and the largest is remembered", () => {
  const lag = new Lag();
  lag.streams(true);
  lag.received(changed(1_000, 10n));
  lag.received(changed(1_400, 20n));
  expect(lag.applied(2, 1_500)).toEqual([500, 100]);
  expect(lag.seen(9_000)).toMatchObject({
    lastLagMs: 100,
    maxLagMs: 500,
    appliedChanges: 2,
    waitingChanges: 0,
  });
});

test("while changes wait their number and the age of the oldest are told", () => {
  const lag = new Lag();
  lag.streams(true);
  lag.received(changed(1_000, 10n, 3));
  lag.received(changed(1_200, 20n));
  expect(lag.seen(1_700)).toMatchObject({ waitingChanges: 4, oldestWaitingMs: 700, lastLagMs: null });
  lag.applied(1, 1_700);
  expect(lag.seen(1_700)).toMatchObject({ waitingChanges: 1, oldestWaitingMs: 500 });
});

test("what is behind is what was heard of and is not kept, never less than nothing", () => {
  const lag = new Lag();
  lag.reached(500n);
  expect(lag.seen(0).behindBytes).toBe(500);
  lag.kept(600n);
  expect(lag.seen(0).behindBytes).toBe(0);
});

test("a transaction without changes of ours has no lag", () => {
  const lag = new Lag();
  lag.received(changed(1_000, 10n, 0));
  expect(lag.applied(1, 5_000)).toEqual([]);
  expect(lag.seen(5_000)).toMatchObject({ lastLagMs: null, appliedChanges: 0 });
});

test("a stream that broke leaves nothing waiting: what was not applied is sent again", () => {
  const lag = new Lag();
  lag.streams(true);
  lag.received(changed(1_000, 10n));
  lag.streams(false);
  expect(lag.seen(2_000)).toMatchObject({ isStreaming: false, waitingChanges: 0, oldestWaitingMs: 0 });
});
