/**
 * Checks that never refute anything are worth nothing: targets with a known defect are refuted under a fault, with the
 * number, and what differs from them in that defect alone is upheld under the same fault and seed.
 */
import { writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type RunResult, resultSchema } from "../../verdict/result-schema.ts";
import { triesAll } from "../contracts/stages-to-try.ts";
import { Desk, missingFor } from "./bench.ts";

const reason =
  missingFor("stage-04") ?? (triesAll() ? undefined : "six runs take five minutes: npm run test:all");

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

interface Control {
  readonly what: string;
  readonly check: string;
  readonly scenario: "signed-in" | "orders-only";
  readonly fault: string;
  readonly words: readonly string[];
  /** Only this differs. */
  readonly wrong: string;
  readonly right: string;
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
];

describe.skipIf(reason !== undefined)(
  `negative controls${reason === undefined ? "" : ` (${reason})`}`,
  () => {
    describe.each(controls)("$what", ({ check, scenario, fault, words, wrong, right }) => {
      async function resultWith(variant: string): Promise<RunResult> {
        using desk = new Desk();
        writeFileSync(desk.path("orders-only.ts"), ordersOnly);
        const what = scenario === "signed-in" ? scenario : "./orders-only.ts";
        const usual = ["--target", "stage-04", "--seed", "42", "--json"];
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
        const result = resultSchema.parse(JSON.parse(said.stdout)) as RunResult;
        expect(
          result.faults.map(({ status }) => status),
          said.stderr,
        ).toEqual(["effective"]);
        return result;
      }
      const findingOf = ({ findings }: RunResult) => findings.find((finding) => finding.check === check);

      test(`is refuted with the number (${wrong})`, async () => {
        const finding = findingOf(await resultWith(wrong));
        expect(finding).toMatchObject({ status: "refuted" });
        expect(finding?.observed).toBeGreaterThan(0);
      });

      test(`is upheld without it (${right})`, async () => {
        expect(findingOf(await resultWith(right))).toMatchObject({ status: "upheld", observed: 0 });
      });
    });
  },
);
