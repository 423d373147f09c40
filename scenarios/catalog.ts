/** The scenarios we bring along. */
import { Failure, unknownName } from "../base/failure.ts";
import { browse } from "./browse.ts";
import { calibration, calibrationClosed, calibrationEven } from "./calibration.ts";
import { exactSearches } from "./exact-search.ts";
import { fewAddresses } from "./few-addresses.ts";
import { flashSale } from "./flash-sale.ts";
import { frontPage } from "./front-page.ts";
import { manyHands } from "./many-hands.ts";
import { mixedDaily } from "./mixed-daily.ts";
import { pastOrders } from "./past-orders.ts";
import { pictures } from "./pictures.ts";
import { plentifulSale } from "./plentiful-sale.ts";
import { scarceSale } from "./scarce-sale.ts";
import type { Scenario } from "./scenario.ts";
import { signedIn } from "./signed-in.ts";

/** In the order `bench list` shows them. */
export const scenarios: readonly Scenario[] = [flashSale, browse, mixedDaily, signedIn];

/** What the instrument proves itself with, and what claims ask of a target; not offered to people. */
const ownScenarios: readonly Scenario[] = [
  ...[calibration, calibrationEven, calibrationClosed],
  ...[plentifulSale, pictures, pastOrders, fewAddresses, exactSearches, manyHands],
  ...[scarceSale, frontPage],
];

/**
 * The scenario of that name.
 * @throws {Failure} `usage`, offering the nearest name
 */
export function findScenario(name: string): Scenario {
  const found = [...scenarios, ...ownScenarios].find((scenario) => scenario.name === name);
  if (found !== undefined) return found;
  const names = scenarios.map((scenario) => scenario.name);
  throw new Failure("usage", unknownName("scenario", name, names), {
    hint: "a scenario of your own is a file: bench run ./my-scenario.ts (docs/add-a-scenario.md)",
  });
}
