/**
 * Checks that never refute anything are worth nothing: targets with a known defect are refuted under a fault, with the
 * number, and what differs from them in that defect alone is upheld under the same fault and seed.
 */
import { writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { RunResult } from "../../verdict/result-schema.ts";
import { triesAll } from "../contracts/stages-to-try.ts";
import { Desk, missingFor, resultOf } from "./bench.ts";

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
  /** How many breaks there must be, by what the fault itself counted. Absent: some. */
  readonly breaks?: (figures: Readonly<Record<string, number>>) => number | undefined;
}

const controls: readonly Control[] = [
  {
    what: "logins in the memory of one shop, whose end takes them along with their carts",
    check: "session-kept",
    scenario: "signed-in",
    fault: "kill:shop-2@8s+6s",
    words: ["--rate", "12", "--duration", "22s"],
    wrong: "session=sticky",
    right: "session=server",
  },
  {
    what: "commits that count before they are on disk, and a primary that crashes",
    check: "no-lost-acknowledgement",
    scenario: "orders-only",
    fault: "kill:db@5s+3s",
    words: ["--rate", "100", "--duration", "14s", "--timeout", "2s"],
    wrong: "planted=early-acknowledgement",
    right: "planted=none",
  },
  {
    what: "orders that are sent again to shops that forget their keys, while one that has them hangs",
    check: "no-duplicate",
    scenario: "orders-only",
    fault: "freeze:shop-2@4s+6s",
    words: ["--rate", "60", "--duration", "14s"],
    wrong: "planted=resends-and-forgets",
    right: "planted=resends",
  },
  {
    what: "a worker that writes whatever it is given, and a queue that delivers promises twice",
    check: "no-duplicate",
    target: "stage-12",
    scenario: "promises-only",
    fault: "queue-duplicates=30%@3s+14s",
    words: ["--strategy", "F9", "--rate", "40", "--duration", "20s", "--timeout", "5s"],
    wrong: "planted=forgotten-promises",
    right: "planted=none",
    breaks: ({ doubled }) => doubled,
  },
];

describe.skipIf(reason !== undefined)(
  `negative controls${reason === undefined ? "" : ` (${reason})`}`,
  () => {
    describe.each(controls)(
      "$what",
      ({ check, target = "stage-04", scenario, fault, words, wrong, right, breaks }) => {
        async function resultWith(variant: string): Promise<RunResult> {
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
          return result;
        }
        const findingOf = ({ findings }: RunResult) => findings.find((finding) => finding.check === check);

        test(`is refuted with the number (${wrong})`, async () => {
          const result = await resultWith(wrong);
          const finding = findingOf(result);
          expect(finding).toMatchObject({ status: "refuted" });
          expect(finding?.observed).toBeGreaterThan(0);
          if (breaks !== undefined) expect(finding?.observed).toBe(breaks(result.faults[0]?.figures ?? {}));
        });

        test(`is upheld without it (${right})`, async () => {
          expect(findingOf(await resultWith(right))).toMatchObject({ status: "upheld", observed: 0 });
        });
      },
    );
  },
);
