/** A service fails some of its calls: without doing anything, and without saying so. */
import type { Fault } from "../fault.ts";
import { BASELINE_S, planting, plantingProblems } from "../planted/plant.ts";
import { shareIn } from "../share.ts";
import { untilDue } from "../until-due.ts";

export const serviceErrors: Fault = {
  name: "service-errors",
  does: "lets a service fail a share of its calls, while its health stays good",
  place: "node",
  only: { what: "a service", fits: ({ component }) => component === "service" },
  value: { means: "share of the calls that fail", usual: "20%" },
  lasts: "while",
  undo: "reversible",
  plan: ({ nodes: [name = ""], value = "" }, outlook) => ({
    mechanism: "a defect planted in its own folder, which it notices as it runs",
    problems: [
      ...(shareIn(value) === undefined ? [`"${value}" is not a share above 0% and up to 100%`] : []),
      ...plantingProblems(outlook),
    ],
    takes: [`defects of ${name}`],
  }),
  leadS: () => BASELINE_S,
  async prepare({ nodes: [name = ""], value = "" }, ground) {
    const plant = await planting(name, { errorRatio: shareIn(value) ?? 0 }, ground);
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
  },
};
