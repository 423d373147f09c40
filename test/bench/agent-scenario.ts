/** Scenario mode: what a request of the flash sale costs with judges, memory and ledger, and how many there can be. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Part, type PartTools, tableOf } from "./agent-part.ts";
import { cpuUsPerRequest, type ProductSeen, runProduct } from "./agent-product.ts";
import { type StubShop, startStubShop } from "./agent-stub-shop.ts";
import { fixed, median, medianAndSpread, thousands } from "./figures.ts";

const connections = 64;
/** Arrivals in the first second of the opening; each makes three to four requests within seconds. */
const peakPerS = 12_000;
const goalPerS = 40_000;

export const scenario: Part = {
  name: "scenario",
  title: "The flash sale against a stub shop",
  async measure(tools) {
    await using shop = await startStubShop(join(tools.folder, "shop"));
    const scheduled: ProductSeen[] = [];
    const hurried: ProductSeen[] = [];
    for (let round = 0; round < tools.rounds; round++) {
      scheduled.push(
        await run(tools, shop, "flash-sale", { ratePerS: peakPerS, durationS: 3 * tools.spanS }),
      );
      const file = hurriedFile(tools);
      hurried.push(await run(tools, shop, file, { ratePerS: 1, durationS: tools.spanS }));
      for (const [name, seen] of [
        ["as scheduled", scheduled.at(-1)!],
        ["without thinking", hurried.at(-1)!],
      ] as const) {
        const { load } = seen.evidence;
        tools.say(
          `round ${round + 1} ${name} ${thousands(load.completedPerS)}/s ${cpuUsPerRequest(seen.evidence).toFixed(2)} us`,
        );
      }
    }
    const rates = hurried.map(({ evidence }) => evidence.load.completedPerS);
    const attempts = [...scheduled, ...hurried].reduce((sum, seen) => sum + attemptsOf(seen), 0);
    const sold = [...scheduled, ...hurried].reduce((sum, seen) => sum + soldOf(seen), 0);
    return {
      how:
        `The whole product, ledger on, against an nginx that answers the shop's paths, nearly always sold out, and books in another process that decide one first try in 250 and sell; ${connections} connections; ` +
        "the agent alone on one core, nginx and the controller on the other. As scheduled: the built-in flash sale, peak " +
        `${thousands(peakPerS)} arrivals/s, ${3 * tools.spanS} s. Without thinking: ${connections} shoppers in a closed loop make its journey with the built-in operations and judges, ` +
        `but no pauses, ${tools.spanS} s. ${tools.rounds} rounds, interleaved. The ledgers hold ${thousands(attempts)} tries, ${thousands(sold)} units were sold; after every run the books were read and held against the ledger, and every check was upheld.`,
      goals: [
        {
          what: "requests/s of one agent on one core, without thinking",
          goal: `at least ${thousands(goalPerS)}`,
          seen: medianAndSpread(rates, thousands),
          isReached: median(rates) >= goalPerS,
        },
      ],
      table: tableOf(
        [
          "load",
          "requests/s",
          "busiest second",
          "CPU µs/request",
          "agent CPU, cores",
          "slip p99 ms",
          "bad answers",
        ],
        [rowOf("as scheduled", scheduled), rowOf("without thinking", hurried)],
      ),
    };
  },
};

/** The built-in operations are not among what scenario files may import by name, so this one names the compiled files. */
function hurriedFile({ folder, built }: PartTools): string {
  const file = join(folder, "hurried.ts");
  writeFileSync(
    file,
    `import { defineScenario, shoppersOnline } from "stagebench/scenarios";
import { buy, meanRequestsOfBuy } from "${built}/scenarios/flash-sale-journey.js";
import { seckillPage, seckillResult, seckillTry } from "${built}/scenarios/operations/seckill.js";
export default defineScenario({
  name: "hurried",
  operations: { seckill_page: seckillPage, seckill_try: seckillTry, seckill_result: seckillResult },
  journeys: {
    *buy(shopper) {
      const steps = buy(shopper);
      for (let step = steps.next(); !step.done; ) step = steps.next(yield { operation: step.value.operation });
    },
  },
  phases: ({ durationS }) => [{ name: "open", fromS: 0, toS: durationS, mix: { buy: 1 } }],
  load: ({ durationS }) => shoppersOnline({ shoppers: ${connections}, spanS: durationS }),
  sale: () => ({ stock: 1000, perUserLimit: 1 }),
  requestsPerArrival: meanRequestsOfBuy,
});
`,
  );
  return file;
}

async function run(
  tools: PartTools,
  { url, auditUrl }: StubShop,
  what: string,
  { ratePerS, durationS }: { readonly ratePerS: number; readonly durationS: number },
): Promise<ProductSeen> {
  const where = ["--target", url, "--audit-url", auditUrl, "--connections", `${connections}`];
  const seen = await runProduct(tools, {
    words: [what, ...where, "--rate", `${ratePerS}`, "--duration", `${durationS}s`, "--warmup", "2s"],
    agentCores: [0],
    controllerCore: 1,
  });
  const aboutBooks = seen.verdict.findings.filter(({ kind }) => kind === "correctness");
  const wrong = aboutBooks.filter(({ status }) => status !== "upheld");
  // A rate at which answers are lost or misjudged is no rate.
  if (aboutBooks.length === 0) throw new Error("nobody looked at the books");
  if (wrong.length > 0)
    throw new Error(`the books do not balance: ${wrong.map(({ because }) => because).join("; ")}`);
  return seen;
}

function attemptsOf({ evidence }: ProductSeen): number {
  return evidence.operations["seckill_try"]?.count ?? 0;
}

function soldOf({ evidence }: ProductSeen): number {
  return evidence.correctness?.stocks.reduce((sum, { sold }) => sum + sold, 0) ?? 0;
}

function rowOf(name: string, seen: readonly ProductSeen[]): readonly string[] {
  const cell = (of: (seen: ProductSeen["evidence"]) => number, show: (value: number) => string) =>
    medianAndSpread(
      seen.map(({ evidence }) => of(evidence)),
      show,
    );
  return [
    name,
    cell(({ load }) => load.completedPerS, thousands),
    cell(({ timeline }) => Math.max(...timeline.map(({ completed }) => completed)), thousands),
    cell(cpuUsPerRequest, fixed(2)),
    cell(({ instrument }) => instrument.agentCpuRatio, fixed(2)),
    cell(({ instrument }) => instrument.slipMs.p99, fixed(2)),
    cell(({ timeline }) => timeline.reduce((sum, { bad }) => sum + bad, 0), thousands),
  ];
}
