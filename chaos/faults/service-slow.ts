/** A service takes longer than it should for every call: it waits, and uses no more CPU for it. */
import type { Fault } from "../fault.ts";
import { slownessIn } from "../planted/defects.ts";
import { BASELINE_S, plantingProblems } from "../planted/plant.ts";
import { plantedFault } from "../planted/planted-fault.ts";

export const serviceSlow: Fault = {
  name: "service-slow",
  does: "lets a service take longer for each call, without using more CPU",
  place: "node",
  only: { what: "a service", fits: ({ component }) => component === "service" },
  value: { means: "how much longer: `200ms`, or `3x` as long as it would take", usual: "200ms" },
  lasts: "while",
  undo: "reversible",
  plan: ({ nodes: [name = ""], value = "" }, outlook) => ({
    mechanism: "a defect planted in its own folder, which it notices as it runs",
    problems: [
      ...(slownessIn(value) === undefined
        ? [`"${value}" is neither a time nor a factor; write for example 200ms or 3x`]
        : []),
      ...plantingProblems(outlook),
    ],
    takes: [`defects of ${name}`],
  }),
  leadS: () => BASELINE_S,
  async prepare({ nodes: [name = ""], value = "" }, ground) {
    const slowness = slownessIn(value);
    if (slowness === undefined) throw new Error(`"${value}" is neither a time nor a factor`);
    return plantedFault(name, slowness, ground);
  },
};
