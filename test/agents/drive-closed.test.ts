import { expect, test } from "vitest";
import { shoppersOnline } from "../../load/shoppers-online.ts";
import { identityBreaks } from "../../metrics/conservation.ts";
import type { Operation } from "../../scenarios/scenario.ts";
import { driven, requestsOf, scenarioOf, scripted, startMs, sumOf, told } from "./driven.ts";

const online = (shoppers: number, rampS = 0) =>
  scenarioOf({ load: ({ durationS }) => shoppersOnline({ shoppers, spanS: durationS, rampS }) });

test("in a closed load each shopper asks again when answered, and no sooner", () => {
  const { clock, sender, intervals } = driven({
    scenario: online(2),
    shape: { ratePerS: 1, durationS: 1 },
    sender: scripted(() => ({ afterMs: 400 })),
  });
  clock.pass(5_000);
  expect(requestsOf(sender).map(({ atMs }) => atMs - startMs)).toEqual([0, 0, 400, 400, 800, 800]);
  expect(intervals.map(({ counts }) => counts.completed)).toEqual([4, 2]);
  expect(identityBreaks("agent 0", intervals)).toEqual([]);
});

test("shoppers of a closed load come by and by, shared out over agents, under numbers nobody else has", () => {
  const scenario = {
    ...online(4, 1),
    operations: {
      home: { request: (shopper) => ({ method: "GET", path: `/${shopper.arrival}` }) } as Operation,
    },
  };
  const paths = [0, 1].map((index) => {
    const { clock, sender } = driven({
      scenario,
      share: { index, count: 2 },
      shape: { ratePerS: 1, durationS: 2 },
      sender: scripted(() => ({ afterMs: 300 })),
    });
    clock.pass(5_000);
    return requestsOf(sender).map(({ request }) => request.path);
  });
  expect(paths[0]!.slice(0, 4)).toEqual(["/0", "/4", "/2", "/8"]);
  expect(new Set(paths.flat()).size).toBe(paths.flat().length);
});

test("a sender that answers at once does not hold up the clock in a closed load", async () => {
  const { clock, intervals, end } = driven({ scenario: online(1), shape: { ratePerS: 1, durationS: 1 } });
  clock.pass(3_000);
  await told();
  expect(sumOf(intervals, "completed")).toBeGreaterThan(1_000);
  // The last one is planned within the first second and answered on the stroke of the next.
  expect(end()).toMatchObject({ intervals: 2 });
});
