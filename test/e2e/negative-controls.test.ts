/**
 * Checks that never refute anything are worth nothing: targets with a known defect are refuted under a fault, with the
 * number that somebody else has counted as well, and what differs from them in that defect alone is upheld under the same
 * fault and seed.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { RunResult } from "../../verdict/result-schema.ts";
import { triesAll } from "../contracts/stages-to-try.ts";
import { Desk, missingFor, resultOf } from "./bench.ts";
import { type Recount, recounted } from "./recount.ts";

const reason =
  missingFor("stage-12") ?? (triesAll() ? undefined : "eight runs take eight minutes: npm run test:all");

const ordersOnly = `
import { defineScenario } from "stagebench/scenarios";
export default defineScenario({
  name: "orders-only",
  operations: {
    order: {
      attempts: true,
      request: (shopper) => ({
        method: "POST",
        path: "/order",
        headers: { "idempotency-key": shopper.attemptKey(), "x-user": String(shopper.userId) },
        body: JSON.stringify({ itemId: shopper.drawItem(), units: 1 }),
      }),
      judge: ({ status }) => (status === 201 ? "ok" : status === 409 ? "sold-out" : status === 503 ? "busy" : "error"),
    },
  },
  mix: { order: 1 },
});
`;

const promisesOnly = `
import { defineScenario } from "stagebench/scenarios";
const outcomes = { 201: "ok", 202: "ok", 403: "refused", 409: "sold-out", 503: "busy" };
export default defineScenario({
  name: "promises-only",
  operations: {
    try: {
      attempts: true,
      request: (shopper) => ({
        method: "POST",
        path: "/seckill/" + shopper.world.sale.saleId,
        headers: { "idempotency-key": shopper.attemptKey(), "x-user": String(shopper.userId) },
      }),
      judge: ({ status }) => outcomes[status] ?? "error",
    },
  },
  mix: { try: 1 },
  sale: () => ({ stock: 10_000, perUserLimit: 1 }),
});
`;
const files = { "orders-only": ordersOnly, "promises-only": promisesOnly } as const;

/** Of one run, past the checks. */
interface Seen {
  readonly result: RunResult;
  readonly recount: Recount;
  /** What the proxy complained of. */
  readonly proxyLog: string;
}

interface Control {
  readonly what: string;
  readonly check: string;
  /** Absent: `stage-04`. */
  readonly target?: string;
  readonly scenario: "signed-in" | keyof typeof files;
  readonly fault: string;
  readonly words: readonly string[];
  /** Only this differs. */
  readonly wrong: string;
  readonly right: string;
  /** Who counted the breaks too, and how many there must be by that. */
  readonly countedBy: string;
  readonly breaks: (seen: Seen) => number | undefined;
  /** Who caused them, and how many there can be by that. */
  readonly most?: (seen: Seen) => number;
}

/** Units that are gone from the rows of the stock of the sale. */
const taken = ({ correctness }: RunResult): number => correctness!.stockInitial - correctness!.remaining;

/** Orders that the proxy complained about: each of them it sent to another shop. */
const resent = (proxyLog: string): number =>
  proxyLog.split("\n").filter((line) => line.includes("[error]") && line.includes('request: "POST /order'))
    .length;

const controls: readonly Control[] = [
  {
    what: "logins in the memory of one shop, whose end takes them along with their carts",
    check: "session-kept",
    scenario: "signed-in",
    fault: "kill:shop-2@8s+6s",
    words: ["--rate", "12", "--duration", "22s"],
    wrong: "session=sticky",
    right: "session=server",
    countedBy: "the shoppers, each of whom was given a wrong answer",
    breaks: ({ result }) =>
      Object.values(result.operations).reduce((sum, { outcomes }) => sum + (outcomes["wrong"] ?? 0), 0),
  },
  {
    what: "commits that count before they are on disk, and a primary that crashes",
    check: "no-lost-acknowledgement",
    scenario: "promises-only",
    fault: "kill:db@5s+3s",
    words: ["--rate", "100", "--duration", "14s", "--timeout", "2s"],
    wrong: "planted=early-acknowledgement",
    right: "planted=none",
    countedBy: "the row of the stock, which lost with each order the unit that was taken for it",
    breaks: ({ result, recount: { accepted, besides } }) => accepted + besides - taken(result),
  },
  {
    what: "orders that are sent again to shops that forget their keys, while one that has them hangs",
    check: "no-duplicate",
    scenario: "orders-only",
    fault: "freeze:shop-2@4s+6s",
    words: ["--rate", "60", "--duration", "14s"],
    wrong: "planted=resends-and-forgets",
    right: "planted=resends",
    countedBy: "whoever reads the books attempt by attempt",
    breaks: ({ recount }) => recount.duplicates,
    most: ({ proxyLog }) => resent(proxyLog),
  },
  {
    what: "a worker that writes whatever it is given, and a queue that delivers promises twice",
    check: "no-duplicate",
    target: "stage-12",
    scenario: "promises-only",
    fault: "queue-duplicates=30%@3s+14s",
    // With what is put in twice the one worker (60 m) writes four in five of what it can.
    words: ["--strategy", "F9", "--rate", "24", "--duration", "20s", "--timeout", "5s"],
    wrong: "planted=forgotten-promises",
    right: "planted=none",
    countedBy: "the fault, which put these promises in twice",
    breaks: ({ result }) => result.faults[0]?.figures["doubled"],
  },
];

describe.skipIf(reason !== undefined)(
  `negative controls${reason === undefined ? "" : ` (${reason})`}`,
  () => {
    describe.each(controls)(
      "$what",
      ({ check, target = "stage-04", scenario, fault, words, wrong, right, countedBy, breaks, most }) => {
        async function seenWith(variant: string): Promise<Seen> {
          using desk = new Desk();
          for (const [name, text] of Object.entries(files)) writeFileSync(desk.path(`${name}.ts`), text);
          const what = scenario in files ? `./${scenario}.ts` : scenario;
          const usual = ["--target", target, "--seed", "42", "--json"];
          const said = await desk.bench(
            "run",
            what,
            ...usual,
            ...words,
            "--variant",
            variant,
            "--chaos",
            fault,
          );
          const result = resultOf(said);
          expect(
            result.faults.map(({ status }) => status),
            said.stderr,
          ).toEqual(["effective"]);
          const folder = desk.runs().at(-1)!;
          const log = join(folder, "target", "proxy.log");
          const proxyLog = target === "stage-04" ? readFileSync(log, "utf8") : "";
          return { result, proxyLog, recount: recounted(folder) };
        }
        const findingOf = ({ result: { findings } }: Seen) =>
          findings.find((finding) => finding.check === check);

        test(`is refuted with the number that was counted by ${countedBy} (${wrong})`, async () => {
          const seen = await seenWith(wrong);
          const finding = findingOf(seen);
          expect(finding).toMatchObject({ status: "refuted" });
          expect(finding?.observed).toBeGreaterThan(0);
          expect(finding?.observed).toBe(breaks(seen));
          if (most !== undefined) expect(finding?.observed).toBeLessThanOrEqual(most(seen));
        });

        test(`is upheld without it (${right})`, async () => {
          expect(findingOf(await seenWith(right))).toMatchObject({ status: "upheld", observed: 0 });
        });
      },
    );
  },
);
