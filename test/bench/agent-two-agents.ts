/** Two agents on two cores against one on one: is it the agent that limits the load, and not the controller? */
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { type Part, type PartTools, tableOf } from "./agent-part.ts";
import { cpuUsPerRequest, type ProductSeen, runProduct } from "./agent-product.ts";
import { fixed, median, medianAndSpread, thousands } from "./figures.ts";
import { smallJson, startNginx } from "./one-nginx.ts";

const goalRatio = 1.8;
const shoppersPerAgent = 64;
/** Two for the agents, one for the controller, one at least for the target. */
const coresForWire = 4;

export const twoAgents: Part = {
  name: "two-agents",
  title: "Two agents on two cores",
  async measure(tools) {
    const cores = cpus().length;
    if (cores < 2) throw new Error("two agents need two cores");
    const sender = cores >= coresForWire ? "wire" : "none";
    await using nginx = await startNginx({
      folder: join(tools.folder, "nginx"),
      core: sender === "wire" ? 3 : 1,
      workers: sender === "wire" ? cores - 3 : 1,
      server: smallJson,
    });
    // One alone on either core: they need not be alike, and two agents are to be compared with both.
    const [first, second, both]: [ProductSeen[], ProductSeen[], ProductSeen[]] = [[], [], []];
    const settings = [
      { agentCores: [0], seen: first },
      { agentCores: [0, 1], seen: both },
      { agentCores: [1], seen: second },
    ];
    for (let round = 0; round < tools.rounds; round++) {
      for (const { agentCores, seen } of round % 2 === 0 ? settings : settings.toReversed()) {
        const one = await run(tools, { url: nginx.url, agentCores, sender, cores });
        seen.push(one);
        tools.say(`round ${round + 1} agents on ${agentCores.join(" and ")}: ${thousands(rateOf(one))}/s`);
      }
    }
    const ratios = both.map(
      (seen, round) => (2 * rateOf(seen)) / (rateOf(first[round]!) + rateOf(second[round]!)),
    );
    const what =
      sender === "wire"
        ? `against ${cores - 3} nginx workers on cores of their own, the controller on another core`
        : "the target stubbed: the sender `none` answers at once and sends nothing, because this machine has no core left for a target; the controller shares the second agent's core";
    return {
      how:
        `The whole product with one agent on the first core, two on two, and one on the second core: a closed loop of ${shoppersPerAgent} shoppers for each agent, ${what}. ` +
        `${tools.rounds} rounds of ${tools.spanS} s, interleaved.`,
      goals: [
        {
          what: "rate of two agents to that of one (mean of the two cores)",
          goal: `at least ${goalRatio}`,
          seen: medianAndSpread(ratios, fixed(2)),
          isReached: median(ratios) >= goalRatio,
        },
      ],
      table: tableOf(
        ["agents", "requests/s", "CPU of the busiest, cores", "CPU µs/request"],
        [rowOf("one, first core", first), rowOf("one, second core", second), rowOf("two", both)],
      ),
    };
  },
};

interface Setting {
  readonly url: string;
  readonly agentCores: readonly number[];
  readonly sender: "wire" | "none";
  readonly cores: number;
}

const rateOf = ({ evidence }: ProductSeen): number => evidence.load.completedPerS;

function run(tools: PartTools, { url, agentCores, sender, cores }: Setting): Promise<ProductSeen> {
  const agents = agentCores.length;
  const file = join(tools.folder, `closed-${agents}.ts`);
  writeFileSync(
    file,
    `import { defineScenario, shoppersOnline } from "stagebench/scenarios";
export default defineScenario({
  name: "closed",
  operations: { get: "GET /" },
  mix: { get: 1 },
  load: ({ durationS }) => shoppersOnline({ shoppers: ${shoppersPerAgent * agents}, spanS: durationS }),
});
`,
  );
  const words = [file, "--target", url, "--sender", sender, "--agents", `${agents}`, "--rate", "100000"];
  return runProduct(tools, {
    words: [...words, "--duration", `${tools.spanS}s`, "--warmup", "2s"],
    agentCores,
    controllerCore: cores >= coresForWire ? 2 : 1,
  });
}

function rowOf(name: string, seen: readonly ProductSeen[]): readonly string[] {
  const cell = (of: (seen: ProductSeen) => number, show: (value: number) => string) =>
    medianAndSpread(seen.map(of), show);
  return [
    name,
    cell(rateOf, thousands),
    cell(({ evidence }) => evidence.instrument.agentCpuRatio, fixed(2)),
    cell(({ evidence }) => cpuUsPerRequest(evidence), fixed(2)),
  ];
}
