/** What the agents say when a drive is over, as far as people should hear it. Pure. */
import { count, counted } from "../verdict/telling/figures.ts";

interface Said {
  readonly because: string;
  /** Journeys that would have gone on after the end. */
  readonly cutShort: number;
}

/**
 * One sentence for everything strange an agent has seen, lowest agent first, and one for the journeys that were cut
 * short. The reason of a farewell begins with why the drive ended, which the evidence says already, and goes on after a
 * semicolon with what was strange.
 */
export function farewellNotes(
  farewells: ReadonlyMap<number, Said>,
  endedBecause: string | undefined,
): readonly string[] {
  const known = ["all of it was driven", "stopped", ...(endedBecause === undefined ? [] : [endedBecause])];
  const inOrder = [...farewells].toSorted(([a], [b]) => a - b);
  const strange = inOrder.flatMap(([agent, { because }]) => {
    const ending = known.find((each) => because === each || because.startsWith(`${each}; `)) ?? "";
    const rest = because.slice(ending.length).replace(/^; /, "");
    return rest === "" ? [] : [`agent-${agent}: ${rest}`];
  });
  const cutShort = inOrder.reduce((sum, [, said]) => sum + said.cutShort, 0);
  if (cutShort === 0) return strange;
  const of = farewells.size === 1 ? "the agent" : `${count(farewells.size)} agents`;
  return [
    ...strange,
    `${counted(cutShort, "journey")} of ${of} would have gone on after the end of the load`,
  ];
}
