/** Which stages a test with real programs goes through: all of them when asked to, else those that differ most. */
import type { TargetSpec } from "../../targets/target.ts";

/** Set by `npm run test:all`. */
export const everyStage = "BENCH_TEST_EVERY_STAGE";

export const triesAll = (environment: Readonly<Record<string, string | undefined>> = process.env): boolean =>
  environment[everyStage] === "1";

/** As processes: one machine; several; replicas; every tier up to the network. What came after it is tried as well. */
const asProcesses: readonly string[] = ["stage-01", "stage-02", "stage-05", "stage-08"];

/** As containers, which take longer: the same without the second; services and a queue; what only containers can do. */
const asContainers: readonly string[] = ["stage-01", "stage-05", "stage-08", "stage-12", "stage-14"];

/** In the order of `targets`. */
export function stagesToTry(
  targets: readonly TargetSpec[],
  launcher: "processes" | "compose",
  isAll = triesAll(),
): readonly TargetSpec[] {
  if (isAll) return targets;
  if (launcher === "compose") return targets.filter(({ id }) => asContainers.includes(id));
  const last = targets.findIndex(({ id }) => id === asProcesses.at(-1));
  return targets.filter(({ id }, index) => index > last || asProcesses.includes(id));
}
