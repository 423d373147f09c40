/** Each check of the books catches the violation planted for it, and only that one. */
import { describe, expect, test } from "vitest";
import type { CorrectnessSeen } from "../../../verdict/evidence.ts";
import { judge } from "../../../verdict/judge.ts";
import type { Found, Ledger } from "../../../verdict/ledger.ts";
import { evidence, type Spoiling, tallied, without } from "../../fakes/evidence.ts";

interface Planted {
  readonly what: string;
  readonly caughtBy: readonly string[];
  readonly because: string;
  readonly spoil?: (books: { ledger: Ledger; found: Found }) => void;
  readonly seen?: Spoiling<CorrectnessSeen>;
}

const sale = { saleId: 3, itemId: 4711, initial: 10, remaining: 0, cacheRemaining: 0, sold: 10 };

const planted: readonly Planted[] = [
  {
    what: "27 units sold out of nothing",
    caughtBy: ["no-oversell", "conservation"],
    because: "37 units of item 4711 were sold although only 10 existed (27 oversold)",
    seen: { stocks: [{ ...sale, sold: 37 }] },
  },
  {
    what: "one unit sold too many",
    caughtBy: ["no-oversell", "conservation"],
    because: "11 units of item 4711 were sold although only 10 existed (1 oversold)",
    seen: { stocks: [{ ...sale, sold: 11 }] },
  },
  {
    what: "an oversell that the stock row admits to",
    caughtBy: ["no-oversell"],
    because: "11 units of item 4711 were sold although only 10 existed (1 oversold)",
    seen: { stocks: [{ ...sale, sold: 11, remaining: -1, cacheRemaining: -1 }] },
  },
  {
    what: "stock off by one: a unit vanished",
    caughtBy: ["conservation"],
    because: "1 unit of item 4711 vanished: neither sold nor left (10 at opening, 9 sold, 0 left)",
    seen: { stocks: [{ ...sale, sold: 9 }] },
  },
  {
    what: "stock off by one: a unit too many",
    caughtBy: ["conservation"],
    because: "1 unit of item 4711 appeared from nowhere (10 at opening, 10 sold, 1 left)",
    seen: { stocks: [{ ...sale, remaining: 1, cacheRemaining: 1 }] },
  },
  {
    what: "the cache's counter off by one",
    caughtBy: ["conservation"],
    because: "the cache's counter says 1 of item 4711 are left, the database says 0",
    seen: { stocks: [{ ...sale, cacheRemaining: 1 }] },
  },
  {
    what: "ordinary stock off by one",
    caughtBy: ["conservation"],
    because: "1 unit of ordinary stock vanished: neither sold nor left (500 at opening, 20 sold, 479 left)",
    seen: { stocks: [sale, { saleId: 0, itemId: 0, initial: 500, sold: 20, remaining: 479 }] },
  },
  {
    what: "an acknowledged order deleted",
    caughtBy: ["no-lost-acknowledgement"],
    because: "1 accepted attempt is not in the books (attempt 12)",
    spoil: ({ ledger }) => ledger.set(12, "accepted"),
  },
  {
    // A promise (202) is booked as accepted, and one that was taken back is among the orders, with no units.
    what: "promises of which nothing was ever heard again, neither as orders nor as taken back",
    caughtBy: ["no-lost-acknowledgement"],
    because: "3 accepted attempts are not in the books (attempt 21, 22, 23)",
    spoil: ({ ledger }) => {
      for (const attempt of [21, 22, 23]) ledger.set(attempt, "accepted");
    },
  },
  {
    what: "a promise that was taken back, and became an order all the same",
    caughtBy: ["no-duplicate"],
    because: "1 attempt became more than one order (attempt 5)",
    spoil: ({ found }) => found.add(5),
  },
  {
    what: "a unit reserved in the cache for a promise that nobody writes",
    caughtBy: ["conservation"],
    because: "the cache's counter says 0 of item 4711 are left, the database says 1",
    seen: { stocks: [{ ...sale, sold: 9, remaining: 1 }] },
  },
  {
    what: "units reserved by nobody's order",
    caughtBy: ["conservation"],
    because: "12 units of item 4711 are said to be reserved, and the orders hold 10",
    seen: { stocks: [{ ...sale, reserved: 12 }] },
  },
  {
    what: "reservations that were lost: neither in orders nor back on the shelf",
    caughtBy: ["conservation"],
    because: "4 units of item 4711 vanished: neither sold nor left (10 at opening, 6 sold, 0 left)",
    seen: { stocks: [{ ...sale, sold: 6, reserved: 4 }] },
  },
  {
    what: "fewer reservations than none",
    caughtBy: ["conservation"],
    because: "-1 units of item 4711 are said to be reserved, and the orders hold 10",
    seen: { stocks: [{ ...sale, reserved: -1 }] },
  },
  {
    what: "a rejected attempt in the books",
    caughtBy: ["no-phantom"],
    because: "1 attempt turned down and in the books all the same (attempt 700)",
    spoil: ({ found }) => found.add(700),
  },
  {
    what: "an order nobody sent",
    caughtBy: ["no-phantom"],
    because: "1 attempt never sent and in the books all the same (attempt 5000)",
    spoil: ({ found }) => found.add(5_000),
  },
  {
    what: "an order with a number that was never planned",
    caughtBy: ["no-phantom"],
    because: "2 orders with a number we never planned",
    seen: { foreignOrders: 2 },
  },
  {
    what: "a duplicate inserted",
    caughtBy: ["no-duplicate"],
    because: "1 attempt became more than one order (attempt 4)",
    spoil: ({ found }) => found.add(4),
  },
  {
    what: "two shoppers with more than their limit",
    caughtBy: ["per-user-limit"],
    because: "2 shoppers got more than 1 unit each (3 units too many)",
    seen: { limitBreaks: { users: 2, units: 3 } },
  },
];

describe("planted violations", () => {
  test.each(planted)("$what", ({ caughtBy, because, spoil, seen }) => {
    const verdict = judge(evidence(seen === undefined ? {} : { correctness: seen }), tallied(spoil));
    const refuted = verdict.findings.filter((finding) => finding.status === "refuted");
    expect(refuted.map((finding) => finding.check)).toEqual(caughtBy);
    expect(refuted[0]?.because).toBe(because);
    expect(verdict.exitCode).toBe(11);
  });

  test("every check of the books has a violation it must catch", () => {
    const books = judge(evidence(), tallied()).findings.filter((finding) => finding.kind === "correctness");
    const caught = new Set(planted.flatMap((each) => each.caughtBy));
    expect(books.map((finding) => finding.check).filter((check) => !caught.has(check))).toEqual([]);
  });
});

const statuses = (seen: Parameters<typeof judge>[0], tally: Parameters<typeof judge>[1]) =>
  Object.fromEntries(
    judge(seen, tally)
      .findings.filter((finding) => finding.kind === "correctness")
      .map((finding) => [finding.check, finding.status]),
  );

const allInconclusive = {
  "no-oversell": "inconclusive",
  conservation: "inconclusive",
  "no-lost-acknowledgement": "inconclusive",
  "no-phantom": "inconclusive",
  "no-duplicate": "inconclusive",
  "per-user-limit": "inconclusive",
};

test("a promise that was taken back and is told so is no lost acknowledgement", () => {
  const spoil = ({ ledger, found }: { ledger: Ledger; found: Found }) => {
    ledger.set(24, "accepted");
    found.add(24); // In the list of orders, with no units.
  };
  expect(judge(evidence(), tallied(spoil)).findings.filter(({ status }) => status === "refuted")).toEqual([]);
});

test("what was reserved when the run ended is told as such, neither sold nor lost", () => {
  const seen = evidence({ correctness: { stocks: [{ ...sale, reserved: 4 }] } });
  expect(judge(seen, tallied()).findings.find(({ check }) => check === "conservation")).toMatchObject({
    status: "upheld",
    because:
      "10 at opening = 6 sold for good + 4 reserved and not paid for when the run ended + 0 left, and the cache agrees",
  });
});

describe("nothing is proven", () => {
  const unsold = { ...sale, sold: 0, remaining: 10, cacheRemaining: 10 };

  test("when nothing was bought", () => {
    const tally = tallied(({ ledger, found }) => {
      for (let attempt = 0; attempt < 10; attempt++) ledger.set(attempt, "rejected");
      found.bytes().fill(0);
    });
    const seen = evidence({ correctness: { stocks: [unsold] } });
    expect(statuses(seen, tally)).toEqual(allInconclusive);
    expect(judge(seen, tally).findings.find((each) => each.check === "no-phantom")?.because).toBe(
      "nothing was bought in 1,600 attempts, so nothing is proven",
    );
  });

  test("when nobody tried", () => {
    const tally = tallied(({ ledger, found }) => {
      ledger.bytes().fill(0);
      found.bytes().fill(0);
    });
    expect(statuses(evidence({ correctness: { stocks: [unsold] } }), tally)).toEqual(allInconclusive);
  });

  test("when the final read is incomplete, even where an order seems lost", () => {
    const tally = tallied(({ ledger }) => ledger.set(12, "accepted"));
    const seen = evidence({ correctness: { isComplete: false, because: "trade-2 did not answer" } });
    expect(statuses(seen, tally)).toEqual(allInconclusive);
  });

  test("when the books were never read although a sale was planned", () => {
    const unread = judge(without(evidence(), "correctness"), undefined);
    expect(unread.findings.filter((each) => each.kind === "correctness").map((each) => each.status)).toEqual(
      Array(6).fill("inconclusive"),
    );
  });

  test("about oversell when fewer tried than there were units", () => {
    const stock = { ...sale, initial: 5_000, sold: 10, remaining: 4_990, cacheRemaining: 4_990 };
    const verdict = judge(evidence({ correctness: { stocks: [stock] } }), tallied());
    expect(verdict.findings.find((each) => each.check === "no-oversell")).toMatchObject({
      status: "inconclusive",
      because: "only 1,600 attempts for 5,000 units: the sale was never put to the test",
    });
  });
});

describe("breaks that were seen stand", () => {
  test("an oversell, a duplicate and a phantom, even when the read broke off", () => {
    const tally = tallied(({ found }) => {
      found.add(4);
      found.add(700);
    });
    const seen = evidence({ correctness: { isComplete: false, stocks: [{ ...sale, sold: 12 }] } });
    expect(statuses(seen, tally)).toMatchObject({
      "no-oversell": "refuted",
      "no-duplicate": "refuted",
      "no-phantom": "refuted",
    });
  });
});

describe("an order nobody reported, after an agent was lost", () => {
  const [first, second] = evidence().agents;
  const lost = { ...second!, lost: { atS: 4, because: "killed", lastWords: "" } };

  test("is no phantom, because the agent may have sent it", () => {
    const tally = tallied(({ found }) => found.add(5_000));
    const seen = evidence({ agents: [first!, lost] });
    expect(statuses(seen, tally)["no-phantom"]).toBe("inconclusive");
  });

  test("nor is it one when an interval was lost", () => {
    const tally = tallied(({ found }) => found.add(5_000));
    expect(statuses(evidence({ instrument: { lostIntervals: 2 } }), tally)["no-phantom"]).toBe(
      "inconclusive",
    );
  });

  test("but an attempt that was turned down still is", () => {
    const tally = tallied(({ found }) => found.add(700));
    expect(statuses(evidence({ agents: [first!, lost] }), tally)["no-phantom"]).toBe("refuted");
  });
});

describe("the question does not arise", () => {
  test("for somebody's own system without an audit endpoint", () => {
    const seen = without(evidence({ targetSeen: { launcher: "external" } }), "correctness");
    expect(statuses(seen, undefined)).toEqual({});
  });

  test("for a scenario that sells nothing", () => {
    const untouched = { saleId: 0, itemId: 0, initial: 500, sold: 0, remaining: 500 };
    const tally = tallied(({ ledger, found }) => {
      ledger.bytes().fill(0);
      found.bytes().fill(0);
    });
    expect(statuses(evidence({ correctness: { stocks: [untouched] } }), tally)).toEqual({});
  });

  test("of an oversell and of a limit, where only ordinary stock was sold", () => {
    const ordinary = { saleId: 0, itemId: 0, initial: 500, sold: 10, remaining: 490 };
    expect(statuses(evidence({ correctness: { stocks: [ordinary] } }), tallied())).toEqual({
      conservation: "upheld",
      "no-lost-acknowledgement": "upheld",
      "no-phantom": "upheld",
      "no-duplicate": "upheld",
    });
  });
});
