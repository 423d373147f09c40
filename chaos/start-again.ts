/** Nodes that were ended are started again, each as soon as those it needs are up. */
import type { Member } from "../targets/launch/members.ts";
import type { NodeHandle } from "../targets/running-target.ts";

export interface StartAgainParts {
  /** All of the target: who needs whom. */
  readonly members: readonly Member[];
  node(name: string): NodeHandle;
}

/**
 * Those of `names` that are down; what does not depend on each other starts together. Of others nothing is expected.
 * @throws the first reason why one does not come up, when all have been tried
 */
export async function startAgain(
  names: readonly string[],
  { members, node }: StartAgainParts,
  signal: AbortSignal,
): Promise<void> {
  const wanted = new Set(names);
  const starting = new Map<string, Promise<void>>();
  const start = (name: string): Promise<void> => {
    const known = starting.get(name);
    if (known !== undefined) return known;
    const { calls = [], replicaOf } = members.find((member) => member.name === name) ?? {};
    const needed = [...calls, ...(replicaOf === undefined ? [] : [replicaOf])].filter((each) =>
      wanted.has(each),
    );
    const begun = Promise.allSettled(needed.map(start)).then(async () => {
      if (!node(name).isRunning) await node(name).restart(signal);
    });
    starting.set(name, begun);
    return begun;
  };
  const results = await Promise.allSettled(names.map(start));
  const failed = results.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}
