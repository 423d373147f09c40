/** Removes all containers and networks that carry the label of a run; doing it twice is doing it once. */
import { Failure, sentenceOf } from "../../../base/failure.ts";
import type { WardedContainers } from "../launcher.ts";
import { Engine, runLabel } from "./engine.ts";

export interface Removed {
  readonly containers: number;
  /** What is still there, with what a person can do. */
  readonly problems: readonly string[];
}

/** Never throws for what it finds. */
export async function removeContainers({ runId, socket }: WardedContainers): Promise<Removed> {
  await using engine = new Engine(socket);
  try {
    // Twice: a `compose up` that was killed may have one more order under way with the engine.
    const first = await engine.containers(runId);
    await Promise.all(first.map(({ Id }) => engine.remove(Id)));
    const late = await engine.containers(runId);
    await Promise.all(late.map(({ Id }) => engine.remove(Id)));
    for (const network of await engine.networks(runId)) await engine.removeNetwork(network);
    return { containers: first.length + late.length, problems: [] };
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
