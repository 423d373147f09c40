/** Repeating a statement that ran into somebody else's row: a new snapshot sees what has just been committed. */
import { brokenConstraint } from "./database.ts";
import { NotDone } from "./not-done.ts";

/** Far more than the tries one shopper makes at the same instant. */
const ROUNDS = 50;

/**
 * Runs `attempt` again whenever it breaks one of the constraints; it must have been undone by that.
 * @throws {NotDone} when it still does after 50 rounds
 */
export async function againOn<T>(constraints: readonly string[], attempt: () => Promise<T>): Promise<T> {
  for (let round = 0; round < ROUNDS; round++) {
    try {
      return await attempt();
    } catch (error) {
      if (!constraints.includes(brokenConstraint(error) ?? "")) throw error;
    }
  }
  throw new NotDone("undone", `still in conflict over ${constraints.join(", ")} after ${ROUNDS} rounds`);
}
