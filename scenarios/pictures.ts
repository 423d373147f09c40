/** Shoppers who look at pictures, and ask again for one that does not come: whether any cannot be had at all. */
import { defineScenario } from "./define-scenario.ts";
import { picture, pictureAgain, pictureAtLast } from "./operations/close-looks.ts";
import type { Journey } from "./scenario.ts";

const patienceS = 0.5;

const look: Journey = function* () {
  if ((yield { operation: "picture" }) === "ok") return;
  for (const operation of ["picture_again", "picture_again", "picture_at_last"])
    if ((yield { operation, afterS: patienceS }) === "ok") return;
};

export const pictures = defineScenario({
  name: "pictures",
  title: "one picture after the other, asked for again when it does not come",
  operations: { picture, picture_again: pictureAgain, picture_at_last: pictureAtLast },
  journeys: { look },
  mix: { look: 1 },
  // Where all pictures can be had.
  requestsPerArrival: 1,
  source: "none: it imitates nobody. All pictures are asked for alike, so that as many as possible are seen",
});
