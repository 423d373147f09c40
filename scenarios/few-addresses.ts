/** Four fifths of the shoppers come from two addresses, as from behind the firewalls of two companies. */
import { defineScenario } from "./define-scenario.ts";
import { askedBy } from "./operations/asked-by.ts";
import { detail, home, list, search } from "./operations/reading.ts";
import type { Operation } from "./scenario.ts";

const addresses = 2;

/** They only look: what is written belongs to one shopper. */
const fromFew = (operation: Operation): Operation =>
  askedBy(operation, ({ arrival }) => (arrival % 5 === 0 ? undefined : 1 + (arrival % addresses)));

export const fewAddresses = defineScenario({
  name: "few-addresses",
  title: "looking around, four fifths of it from two addresses",
  operations: { home: fromFew(home), list: fromFew(list), detail: fromFew(detail), search: fromFew(search) },
  mix: { home: 0.29, list: 0.22, detail: 0.21, search: 0.23 },
  popularity: { exponent: 0.92 },
  source: "the reads of browse; how many share how few addresses is our choice",
});
