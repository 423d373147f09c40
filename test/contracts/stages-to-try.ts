/** Which stages a test with real programs goes through: all as processes; as containers all when asked to, else those that differ most. */
import { membersOf } from "../../targets/launch/members.ts";
import type { TargetSpec } from "../../targets/target.ts";

/** Set by `npm run test:all`. */
export const everyStage = "BENCH_TEST_EVERY_STAGE";

export const triesAll = (environment: Readonly<Record<string, string | undefined>> = process.env): boolean =>
  environment[everyStage] === "1";

/** As containers, which take longer: one machine; replicas; every tier up to the network; services, a queue, a bus and what only containers can do. */
const asContainers: readonly string[] = ["stage-01", "stage-05", "stage-08", "stage-14"];

/** More machines than two cores start beside another stage of that size without either being late. */
const MOST_OF_SMALL = 20;
export const isLarge = (spec: TargetSpec): boolean => membersOf(spec).length > MOST_OF_SMALL;

/** In the order of `targets`. */
export function stagesToTry(
  targets: readonly TargetSpec[],
  launcher: "processes" | "compose",
  isAll = triesAll(),
): readonly TargetSpec[] {
  return isAll || launcher === "processes" ? targets : targets.filter(({ id }) => asContainers.includes(id));
}
