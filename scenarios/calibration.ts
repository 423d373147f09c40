/** What `bench calibrate` drives its known-latency server with: one plain request, which carries its arrival's number. */
import { hold } from "../load/hold.ts";
import { shoppersOnline } from "../load/shoppers-online.ts";
import { defineScenario } from "./define-scenario.ts";
import type { Scenario, Shape } from "./scenario.ts";

const source = "none: it imitates nobody, it is what the instrument proves itself with";

/** Arrivals by chance, as in every run that does not say otherwise. */
export const calibration = defineScenario({
  name: "calibration",
  title: "one request each, by chance",
  operations: { ask: "GET /{arrival}" },
  mix: { ask: 1 },
  source,
});

/** Arrivals evenly spaced, where an expectation in closed form needs them so. */
export const calibrationEven: Scenario = {
  ...calibration,
  name: "calibration-even",
  title: "one request each, evenly spaced",
  load: ({ ratePerS, durationS }: Shape) => hold({ ratePerS, spanS: durationS, spacing: "even" }),
};

/** A closed population; the shape's rate is the number of shoppers. Only to learn where to begin looking. */
export const calibrationClosed: Scenario = {
  ...calibration,
  name: "calibration-closed",
  title: "one request after another, by as many shoppers as the rate says",
  load: ({ ratePerS, durationS }: Shape) =>
    shoppersOnline({ shoppers: Math.ceil(ratePerS), spanS: durationS }),
};
