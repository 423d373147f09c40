/** The built-in targets, by id. */
import { Failure, unknownName } from "../base/failure.ts";
import { stage01 } from "./stages/stage-01-single-machine.ts";
import { stage08 } from "./stages/stage-08-l4-failover.ts";
import type { TargetSpec } from "./target.ts";

/** In the order of the evolution they tell. */
export const targets: readonly TargetSpec[] = [stage01, stage08];

/**
 * The built-in target with this id.
 * @throws {Failure} `usage`, offering the nearest id
 */
export function findTarget(id: string): TargetSpec {
  const found = targets.find((target) => target.id === id);
  if (found) return found;
  throw new Failure(
    "usage",
    unknownName(
      "target",
      id,
      targets.map((target) => target.id),
    ),
    { hint: "`bench list targets` shows them all; a URL is a target too" },
  );
}
