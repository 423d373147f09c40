/** A closed population whose members think across the end of the load. */
import { expect, test } from "vitest";
import { shoppersOnline } from "../../load/shoppers-online.ts";
import { driven, get, scenarioOf, sumOf, told } from "./driven.ts";

test("a shopper who would think beyond the end of a closed load goes home, and does not start over", async () => {
  const scenario = scenarioOf({
    operations: { home: get, again: get },
    journeys: {
      *thinking() {
        yield { operation: "home" };
        yield { operation: "again", afterS: 1 };
      },
    },
    load: ({ durationS }) => shoppersOnline({ shoppers: 3, spanS: durationS }),
  });
  const { clock, intervals, end } = driven({ scenario, shape: { ratePerS: 1, durationS: 2 }, drainS: 1 });
  clock.pass(600);
  for (let ms = 0; ms < 1_950; ms += 10) clock.pass(10);
  // 0 s: home; 1 s: again, and home anew; the step after that is due at the end.
  expect(sumOf(intervals, "planned")).toBeLessThanOrEqual(9);
  clock.pass(3_000);
  await told();
  expect(end()).toMatchObject({ cutShort: 3 });
});
