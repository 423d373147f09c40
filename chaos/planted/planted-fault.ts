/** A defect that is planted in a node while it runs, as a fault is carried out. */
import type { Ground, PreparedFault } from "../fault.ts";
import { untilDue } from "../until-due.ts";
import type { DefectsFile } from "./defects.ts";
import { planting } from "./plant.ts";

export async function plantedFault(
  name: string,
  defects: DefectsFile,
  ground: Ground,
): Promise<PreparedFault> {
  const plant = await planting(name, defects, ground);
  return {
    mends: plant.mends,
    async inject(signal) {
      await untilDue(ground, signal);
      await plant.startLooking();
      plant.plant();
    },
    verify: () => plant.seen(),
    async undo() {
      plant.uproot();
      plant.stopLooking();
    },
    verifyUndone: () => plant.remains(),
  };
}
