/** Open loop: is an agent on time at shares of the rate that it reached in a closed loop just before? */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Part, type PartTools, tableOf } from "./agent-part.ts";
import { cpuUsPerRequest, type ProductSeen, runProduct } from "./agent-product.ts";
import { fixed, median, medianAndSpread, thousands } from "./figures.ts";
import { smallJson, startNginx } from "./one-nginx.ts";

const connections = 64;
const shares = [0.4, 0.6, 0.8] as const;
const slipLimitMs = 1;

export const openLoop: Part = {
  name: "open-loop",
  title: "On time in an open loop",
  async measure(tools) {
    await using nginx = await startNginx({ folder: join(tools.folder, "nginx"), server: smallJson });
    const closed: ProductSeen[] = [];
    const open = new Map(shares.map((share) => [share, [] as ProductSeen[]]));
    for (let round = 0; round < tools.rounds; round++) {
      const limit = await run(tools, nginx.url, "closed", 100_000);
      closed.push(limit);
      const { completedPerS } = limit.evidence.load;
      tools.say(`round ${round + 1} closed ${thousands(completedPerS)}/s`);
      // There and back again, so that no share always follows the same one.
      for (const share of round % 2 === 0 ? shares : shares.toReversed()) {
        const seen = await run(tools, nginx.url, "open", Math.round(completedPerS * share));
        open.get(share)?.push(seen);
        const { load, instrument } = seen.evidence;
        tools.say(
          `round ${round + 1} open ${share * 100} % ${thousands(load.completedPerS)}/s slip p99 ${instrument.slipMs.p99.toFixed(2)} ms`,
        );
      }
    }
    const slipsMs = (open.get(0.8) ?? []).map(({ evidence }) => evidence.instrument.slipMs.p99);
    return {
      how:
        `The whole product against one nginx worker with a 200-byte JSON, ${connections} connections; the agent alone on one core, nginx and the ` +
        "controller on the other. Each round first drives a closed loop, then Poisson arrivals at shares of the rate it reached. " +
        `${tools.rounds} rounds, each run ${tools.spanS} s.`,
      goals: [
        {
          what: "slip p99 at 80 % of the closed-loop rate",
          goal: `at most ${slipLimitMs} ms`,
          seen: `${medianAndSpread(slipsMs, fixed(2))} ms`,
          isReached: median(slipsMs) <= slipLimitMs,
        },
      ],
      table: tableOf(
        [
          "load",
          "offered/s",
          "answered/s",
          "CPU µs/request",
          "slip p50 ms",
          "slip p99 ms",
          "slip max ms",
          "response p99 ms",
          "dropped",
        ],
        [
          rowOf("closed loop", closed),
          ...[...open].map(([share, seen]) => rowOf(`open, ${share * 100} % of it`, seen)),
        ],
      ),
    };
  },
};

function run(tools: PartTools, url: string, kind: "open" | "closed", ratePerS: number): Promise<ProductSeen> {
  const file = join(tools.folder, `${kind}.ts`);
  const load =
    kind === "closed"
      ? `load: ({ durationS }) => shoppersOnline({ shoppers: ${connections}, spanS: durationS }),`
      : "";
  writeFileSync(
    file,
    `import { defineScenario, shoppersOnline } from "stagebench/scenarios";
export default defineScenario({ name: "${kind}", operations: { get: "GET /" }, mix: { get: 1 }, ${load} });
`,
  );
  const words = [file, "--target", url, "--rate", `${ratePerS}`, "--duration", `${tools.spanS}s`];
  return runProduct(tools, {
    words: [...words, "--warmup", "2s", "--connections", `${connections}`],
    agentCores: [0],
    controllerCore: 1,
  });
}

function rowOf(name: string, seen: readonly ProductSeen[]): readonly string[] {
  const cell = (of: (seen: ProductSeen["evidence"]) => number, show: (value: number) => string) =>
    medianAndSpread(
      seen.map(({ evidence }) => of(evidence)),
      show,
    );
  return [
    name,
    cell(({ load }) => load.offeredPerS, thousands),
    cell(({ load }) => load.completedPerS, thousands),
    cell(cpuUsPerRequest, fixed(2)),
    cell(({ instrument }) => instrument.slipMs.p50, fixed(3)),
    cell(({ instrument }) => instrument.slipMs.p99, fixed(2)),
    cell(({ instrument }) => instrument.slipMs.max, fixed(1)),
    cell(({ overall }) => overall.responseMs.p99, fixed(2)),
    cell(({ load }) => load.dropped, thousands),
  ];
}
