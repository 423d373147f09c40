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

/** What is carried out in turns with each other. */
export interface Group {
  readonly keys: readonly string[];
  /** Of each of them: as often as the one that is wanted most often, for whoever is compared needs a partner. */
  readonly runs: number;
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
  return groupsOf(wanted, pairs).flatMap(({ keys, runs }) =>
    Array.from({ length: runs }, (_, round) =>
      (round % 2 === 0 ? keys : keys.toReversed()).map((key) => ({ key, round })),
    ).flat(),
  );
}

/** @param wanted each key once */
export function groupsOf(
  wanted: readonly Repeated[],
  pairs: readonly (readonly [string, string])[],
): readonly Group[] {
  const runs = new Map(wanted.map((each) => [each.key, each.runs]));
  const neighbours = neighboursOf(pairs.filter((pair) => pair.every((key) => runs.has(key))));
  const placed = new Set<string>();
  return wanted.flatMap(({ key }) => {
    if (placed.has(key)) return [];
    const keys = groupOf(key, neighbours, placed);
    return [{ keys, runs: Math.max(...keys.map((each) => runs.get(each) ?? 0)) }];
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
