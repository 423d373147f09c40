/** A release with a defect is put in the place of the one that ran, and rolled back when the time is over. */
import { sleep } from "../../base/clock.ts";
import type { Fault } from "../fault.ts";
import { defectsIn } from "../planted/defects.ts";
import { BASELINE_S, planting, plantingProblems } from "../planted/plant.ts";
import { untilDue } from "../until-due.ts";

const RESTART_LIMIT_MS = 60_000;
/** What has just been started is slow by itself. Our choice. */
const WARM_UP_LOOKS = 40;
const WARM_UP_EVERY_MS = 25;

export const badDeploy: Fault = {
  name: "bad-deploy",
  does: "ends a node and starts it with a defect that its health does not show; at the end it is started without",
  place: "node",
  only: {
    what: "an application or a service",
    fits: ({ component }) => component === "shop" || component === "service",
  },
  value: {
    means:
      "what is wrong: `5%` of the answers are errors, or all of them take `3x` as long, or `200ms` longer",
    usual: "5%",
  },
  lasts: "while",
  undo: "compensable",
  plan: ({ nodes: [name = ""], value = "" }, outlook) => ({
    mechanism: "SIGKILL, and a start with a defect planted in its own folder",
    problems: [
      ...(defectsIn(value) === undefined
        ? [`"${value}" is no defect; write for example 5%, 3x or 200ms`]
        : []),
      ...plantingProblems(outlook),
    ],
    takes: [`state of ${name}`, `defects of ${name}`],
  }),
  leadS: () => BASELINE_S,
  async prepare({ nodes: [name = ""], value = "" }, ground) {
    const defects = defectsIn(value);
    if (defects === undefined) throw new Error(`"${value}" is no defect`);
    const node = ground.node(name);
    const plant = await planting(name, defects, ground);
    let isDeployed = false;
    const start = (signal: AbortSignal) =>
      node.restart(AbortSignal.any([signal, AbortSignal.timeout(RESTART_LIMIT_MS)]));
    return {
      mends: plant.mends,
      async inject(signal) {
        if (isDeployed) return;
        await untilDue(ground, signal);
        isDeployed = true;
        await node.kill();
        plant.plant();
        await start(signal);
        for (let look = 0; look < WARM_UP_LOOKS; look++) {
          await plant.warmUp();
          await sleep(WARM_UP_EVERY_MS, signal, ground.clock);
        }
        await plant.startLooking();
      },
      verify: () => plant.seen(),
      async undo(signal) {
        plant.stopLooking();
        plant.uproot();
        if (!isDeployed && node.isRunning) return;
        await start(signal);
        isDeployed = false;
      },
      verifyUndone: async () => (node.isRunning ? plant.remains() : `${name} is down`),
    };
  },
};
