import { expect, test } from "vitest";
import { TokenBucket } from "../../../../targets/shop/sale/token-bucket.ts";

/** How many of `tries` at that instant get a token. */
const got = (bucket: TokenBucket, atMs: number, tries: number) =>
  Array.from({ length: tries }, () => bucket.take(atMs)).filter(Boolean).length;

test("a full bucket lets its burst through at once, and then nobody", () => {
  const bucket = new TokenBucket(10, 5, 0);
  expect(got(bucket, 0, 20)).toBe(5);
  expect(got(bucket, 0, 1)).toBe(0);
});

test("tokens come at the rate, however often somebody asks in between", () => {
  const bucket = new TokenBucket(10, 1, 0);
  let passed = 0;
  for (let atMs = 0; atMs < 10_000; atMs += 5) passed += got(bucket, atMs, 1);
  expect(passed).toBe(100);
});

test("never more than the burst is saved up, and a clock that goes back gives nothing", () => {
  const bucket = new TokenBucket(10, 5, 0);
  expect(got(bucket, 60_000, 20)).toBe(5);
  expect(got(bucket, 0, 20)).toBe(0);
  expect(got(bucket, 60_100, 20)).toBe(1);
});

test("with a rate of zero the tokens are counted, not timed", () => {
  const bucket = new TokenBucket(0, 3, 0);
  expect(got(bucket, 0, 2)).toBe(2);
  expect(got(bucket, 1e9, 9)).toBe(1);
});
