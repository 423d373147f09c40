/** Do two samples come from the same place? Mann and Whitney's rank test, exact, ties and all. */

export interface RankTest {
  /** Pairs (a, b) in which a is larger, ties counting half. */
  readonly u: number;
  /** Chance of a rank sum at least as far from its mean, either way, when nothing but chance orders the values. */
  readonly p: number;
}

/** Above this many values the counts of orderings would no longer be exact in a double. */
const mostValues = 50;

/**
 * Two-sided and exact: of all ways to deal the ranks (middle ranks for ties) to the two samples, the share with a rank
 * sum at least as extreme as the one seen. Counted by adding one value at a time:
 * ways(n values, sum s) += ways(n - 1 values, sum s - rank).
 * @throws {RangeError} when a sample is empty, a value is not a number, or there are more than 50 values
 */
export function mannWhitney(a: readonly number[], b: readonly number[]): RankTest {
  const all = [...a, ...b];
  if (a.length === 0 || b.length === 0) throw new RangeError("a sample without values has no ranks");
  if (all.some(Number.isNaN)) throw new RangeError("NaN has no rank");
  if (all.length > mostValues) throw new RangeError(`${all.length} values are more than ${mostValues}`);
  const ranks = doubledRanks(all);
  const seen = sum(ranks.slice(0, a.length));
  const ways = waysBySum(ranks, a.length);
  // The mean of a doubled rank is all.length + 1.
  const mean = a.length * (all.length + 1);
  const far = Math.abs(seen - mean);
  let extreme = 0;
  let total = 0;
  ways.forEach((count, rankSum) => {
    total += count;
    if (Math.abs(rankSum - mean) >= far) extreme += count;
  });
  return { u: seen / 2 - (a.length * (a.length + 1)) / 2, p: extreme / total };
}

/** Twice the rank of each value, so that the middle ranks of ties are whole. */
function doubledRanks(values: readonly number[]): readonly number[] {
  const sorted = values.toSorted((x, y) => x - y);
  return values.map((value) => {
    const first = sorted.indexOf(value) + 1;
    const last = sorted.lastIndexOf(value) + 1;
    return first + last;
  });
}

/** How many ways there are to choose `chosen` of the ranks, by their sum. */
function waysBySum(ranks: readonly number[], chosen: number): Float64Array {
  const largest = sum(ranks);
  const ways = Array.from({ length: chosen + 1 }, () => new Float64Array(largest + 1));
  ways[0]![0] = 1;
  for (const rank of ranks) {
    for (let size = chosen; size >= 1; size--) {
      const [to, from] = [ways[size]!, ways[size - 1]!];
      for (let at = largest; at >= rank; at--) to[at]! += from[at - rank]!;
    }
  }
  return ways[chosen]!;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
