/** Removes all containers and networks that carry the label of a run; doing it twice is doing it once. */
import { sleep } from "../../../base/clock.ts";
import { Failure, sentenceOf } from "../../../base/failure.ts";
import type { WardedContainers } from "../launcher.ts";
import { Engine, runLabel } from "./engine.ts";

export interface Removed {
  readonly containers: number;
  /** What is still there, with what a person can do. */
  readonly problems: readonly string[];
}

/** The engine removes a few at a time, each in a second or two on busy cores. */
const REMOVE_LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 50;

/** Never throws for what it finds. */
export async function removeContainers({ runId, socket }: WardedContainers): Promise<Removed> {
  await using engine = new Engine(socket);
  try {
    // Again until there is none: a `compose up` that was killed may have one more order under way with the engine, and
    // one that somebody else is removing is there until they are done.
    const removed = new Set<string>();
    const startedMs = performance.now();
    for (;;) {
      const found = await engine.containers(runId);
      if (found.length === 0) break;
      await Promise.all(found.map(({ Id }) => engine.remove(Id)));
      for (const { Id } of found) removed.add(Id);
      if (performance.now() - startedMs > REMOVE_LIMIT_MS) break;
      await sleep(LOOK_EVERY_MS);
    }
    for (const network of await engine.networks(runId)) await engine.removeNetwork(network);
    return { containers: removed.size, problems: [] };
  } catch (error) {
    const filter = `--filter label=${runLabel}=${runId}`;
    const why = error instanceof Failure ? error.message : `the engine does not answer: ${sentenceOf(error)}`;
    return {
      containers: 0,
      problems: [
        `containers of ${runId} may still be there (${why}); docker rm -f $(docker ps -aq ${filter}); docker network prune ${filter}`,
      ],
    };
  }
}
