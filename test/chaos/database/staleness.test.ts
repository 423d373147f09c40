import { expect, test } from "vitest";
import { accountOfReads, stalenessMs, tellStaleness } from "../../../chaos/database/staleness.ts";

/** A beat every 100 ms, each acknowledged 5 ms after it was written. */
const beats = Array.from({ length: 50 }, (_, n) => ({ stampMs: n * 100, keptAtMs: n * 100 + 5 }));
const newest = beats.at(-1)!.stampMs;

test.each([
  { why: "the newest was found", stampMs: newest, askedAtMs: 4_990, behindMs: 0 },
  {
    why: "the newest was found, and the primary has not written for a minute",
    stampMs: newest,
    askedAtMs: 65_000,
    behindMs: 0,
  },
  {
    why: "what was found was written after the read was asked for",
    stampMs: newest,
    askedAtMs: 4_800,
    behindMs: 0,
  },
  {
    why: "the next one was acknowledged after it was asked for",
    stampMs: 4_800,
    askedAtMs: 4_902,
    behindMs: 0,
  },
  { why: "the next one had been there for 95 ms", stampMs: 4_700, askedAtMs: 4_900, behindMs: 95 },
  { why: "all since 2 s were missing", stampMs: 2_900, askedAtMs: 5_000, behindMs: 1_995 },
  { why: "nothing was found at all", stampMs: null, askedAtMs: 5_000, behindMs: 4_995 },
  { why: "what was found is of an earlier heartbeat", stampMs: -60_000, askedAtMs: 30, behindMs: 25 },
])("a read is $behindMs ms behind when $why", ({ stampMs, askedAtMs, behindMs }) => {
  expect(stalenessMs({ stampMs, askedAtMs }, beats)).toBe(behindMs);
});

test("who reads before anything was written misses nothing", () => {
  expect(stalenessMs({ stampMs: null, askedAtMs: 1_000 }, [])).toBe(0);
});

test("one of several replicas is met by some reads only, and counts", () => {
  expect(tellStaleness({ readsMs: [0, 1_204.4, 3, 998], how: "through the shop" }, 1_000)).toBe(
    "1 of 4 reads through the shop were behind by 1000 ms or more, at most 1204 ms",
  );
});

test.each([
  { why: "all are fresh", readsMs: [0, 0, 3] },
  { why: "they are behind by less than what counts", readsMs: [999, 800] },
  { why: "there are none", readsMs: [] },
])("there is nothing to tell of reads when $why", ({ readsMs }) => {
  expect(tellStaleness({ readsMs, how: "through the shop" }, 1_000)).toBeUndefined();
});

test("the account has the median and the worst of all reads, and the share that counts", () => {
  expect(accountOfReads([10, 2_000, 1_500, 0], 1_000).figures).toEqual({
    reads: 4,
    behindRatio: 0.5,
    behindP50Ms: 10,
    behindMostMs: 2_000,
  });
  expect(accountOfReads([], 1_000).figures).toEqual({ reads: 0 });
});
