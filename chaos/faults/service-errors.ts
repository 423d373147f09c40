/** A service fails some of its calls: without doing anything, and without saying so. */
import type { Fault } from "../fault.ts";
import { BASELINE_S, plantingProblems } from "../planted/plant.ts";
import { plantedFault } from "../planted/planted-fault.ts";
import { shareIn } from "../share.ts";

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
  prepare: ({ nodes: [name = ""], value = "" }, ground) =>
    plantedFault(name, { errorRatio: shareIn(value) ?? 0 }, ground),
};
