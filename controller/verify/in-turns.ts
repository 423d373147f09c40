/** The order in which experiments are carried out: those that are compared with each other in turns. Pure. */

export interface Repeated {
  readonly key: string;
  readonly runs: number;
}

export interface Turn {
  readonly key: string;
  /** Counted from 0; experiments of one round are neighbours in time and share a seed. */
  readonly round: number;
}

/**
 * What is compared, directly or by way of others, goes forth and back: A B C, C B A, A B C, ... Whatever drifts evenly with
 * time then touches all of them alike. What is compared with nothing follows itself. Groups stand in the order in which
 * their first experiment came.
 */
export function inTurns(
  wanted: readonly Repeated[],
  pairs: readonly (readonly [string, string])[],
): readonly Turn[] {
  const runs = new Map(wanted.map((each) => [each.key, each.runs]));
  const neighbours = neighboursOf(pairs.filter((pair) => pair.every((key) => runs.has(key))));
  const placed = new Set<string>();
  return wanted.flatMap(({ key }) => {
    if (placed.has(key)) return [];
    const group = groupOf(key, neighbours, placed);
    const rounds = Math.max(...group.map((each) => runs.get(each) ?? 0));
    return Array.from({ length: rounds }, (_, round) =>
      (round % 2 === 0 ? group : group.toReversed())
        // With a partner as often as he is run; alone only as often as it was wanted.
        .filter((each) => group.length > 1 || round < (runs.get(each) ?? 0))
        .map((each) => ({ key: each, round })),
    ).flat();
  });
}

function neighboursOf(
  pairs: readonly (readonly [string, string])[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const all = new Map<string, Set<string>>();
  for (const [a, b] of pairs) {
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const)
      all.set(from, (all.get(from) ?? new Set()).add(to));
  }
  return all;
}

/** Depth first, so that those compared are mostly next to each other. */
function groupOf(
  key: string,
  neighbours: ReadonlyMap<string, ReadonlySet<string>>,
  placed: Set<string>,
): readonly string[] {
  if (placed.has(key)) return [];
  placed.add(key);
  return [key, ...[...(neighbours.get(key) ?? [])].flatMap((next) => groupOf(next, neighbours, placed))];
}
