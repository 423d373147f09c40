import { expect, test } from "vitest";
import { bookLostShare } from "../../controller/lost-share.ts";
import { hold } from "../../load/hold.ts";
import { Ledger } from "../../verdict/ledger.ts";

const load = hold({ ratePerS: 10, spanS: 10, spacing: "even" });

test("attempts a lost agent may have made and did not settle become indeterminate; nobody else's do", () => {
  const ledger = new Ledger();
  ledger.set(0, "accepted"); // arrival 0, settled before the agent was lost
  bookLostShare(ledger, { load, seed: 1, share: { index: 0, count: 2 }, lostAtS: 0.5 });
  const booked = Array.from({ length: ledger.attempts }, (_, attempt) => ledger.get(attempt));
  expect(booked[0]).toBe("accepted");
  // Due before 0.5 s at 10/s: arrivals 0 ... 4; of share 0 of 2: 0, 2 and 4, four attempts each.
  expect(
    booked.flatMap((each, attempt) => (each === "indeterminate" ? [Math.floor(attempt / 4)] : [])),
  ).toEqual([0, 0, 0, 2, 2, 2, 2, 4, 4, 4, 4]);
});

test("an agent lost before the start has done nothing", () => {
  const ledger = new Ledger();
  bookLostShare(ledger, { load, seed: 1, share: { index: 0, count: 1 }, lostAtS: -1 });
  expect(ledger.attempts).toBe(0);
});
