/**
 * Which bucket of an HDR histogram a value falls into: whole microseconds from 0, three significant digits. Values below
 * 2,048 have a bucket each; from there on every doubling has 1,024, so that a bucket is never wider than 0.1 % of its
 * value. The numbering is HdrHistogram's own. Source: HdrHistogram, AbstractHistogram.countsArrayIndex.
 */

/** 1 h, the longest that is told from longer. */
export const highestUs = 3_600_000_000;
export const significantDigits = 3;

/** Buckets of one doubling, and of one page of counts. */
export const perDoubling = 1024;
const doublingBits = 10;
/** Two for the values below 2,048, one for each of the 21 doublings from there to beyond `highestUs`. */
export const doublings = 23;
export const buckets = doublings * perDoubling;

/** `us` is whole, from 0 to `highestUs`. */
export function bucketOf(us: number): number {
  // 32 bits are enough for an hour, and clz32 takes them as unsigned; shifts other than >>> would not.
  const shift = us < 2 * perDoubling ? 0 : 31 - doublingBits - Math.clz32(us);
  return (shift << doublingBits) + (us >>> shift);
}

/** The lowest value of a bucket. */
export function lowestOf(bucket: number): number {
  if (bucket < 2 * perDoubling) return bucket;
  return ((bucket & (perDoubling - 1)) + perDoubling) * widthOf(bucket);
}

/** The highest whole value of a bucket, which speaks for all of them. */
export function highestOf(bucket: number): number {
  return lowestOf(bucket) + widthOf(bucket) - 1;
}

function widthOf(bucket: number): number {
  return bucket < 2 * perDoubling ? 1 : 2 ** ((bucket >>> doublingBits) - 1);
}
