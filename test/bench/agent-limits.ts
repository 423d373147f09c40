/**
 * `npm run bench:agents [part...]`: one agent at its limits, written into docs/performance.md. A benchmark, not a test:
 * it asserts nothing about time. BENCH_ROUNDS and BENCH_SPAN_S say how often and how long.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, release, tmpdir } from "node:os";
import { join } from "node:path";
import { build, root } from "./agent-build.ts";
import { connections } from "./agent-connections.ts";
import { flat } from "./agent-flat.ts";
import { idleShoppers } from "./agent-idle-shoppers.ts";
import { type Neighbours, watchNeighbours } from "./agent-neighbours.ts";
import { openLoop } from "./agent-open-loop.ts";
import { type Part, type PartSeen, tableOf } from "./agent-part.ts";
import { scenario } from "./agent-scenario.ts";
import { twoAgents } from "./agent-two-agents.ts";
import { writeBetween } from "./page.ts";
import { provide } from "./provide.ts";

const parts: readonly Part[] = [openLoop, scenario, idleShoppers, connections, flat, twoAgents];
const rounds = Number(process.env["BENCH_ROUNDS"] ?? 5);
const spanS = Number(process.env["BENCH_SPAN_S"] ?? 10);

const wanted = process.argv.slice(2);
const strange = wanted.filter((name) => parts.every((part) => part.name !== name));
if (strange.length > 0) {
  console.error(`no part ${strange.join(", ")}; there are ${parts.map(({ name }) => name).join(", ")}`);
  process.exit(2);
}

const home = mkdtempSync(join(tmpdir(), "stagebench-agents-"));
try {
  provide({ nginx: "nginx", taskset: "util-linux" });
  const built = build(home);
  keepAside();
  for (const part of parts) {
    if (wanted.length > 0 && !wanted.includes(part.name)) continue;
    const folder = join(home, part.name);
    mkdirSync(folder);
    const neighbours = watchNeighbours();
    const say = (line: string) => void process.stderr.write(`${part.name}: ${line}\n`);
    const seen = await part.measure({ folder, built, rounds, spanS, say });
    const text = sectionOf(part, seen, neighbours());
    writeBetween(join(root, "docs/performance.md"), `agents:${part.name}`, text);
    process.stdout.write(`${text}\n\n`);
  }
} finally {
  rmSync(home, { recursive: true, force: true });
}

/** What runs in this process, and what it starts without saying where, leaves the first core to the agent. */
function keepAside(): void {
  if (cpus().length > 1) spawnSync("taskset", ["-a", "-p", "-c", `1-${cpus().length - 1}`, `${process.pid}`]);
}

function sectionOf({ title }: Part, { how, goals, table }: PartSeen, { cores, isQuiet }: Neighbours): string {
  const where = `${cpus()[0]?.model}, ${cpus().length} cores, Linux ${release()}, Node ${process.version}`;
  const others = `other programs took ${cores.toFixed(2)} of a core meanwhile`;
  const when = `${new Date().toISOString().slice(0, 10)}; ${others}`;
  const doubt = isQuiet ? "" : " **The machine was busy: this is a rehearsal, not a measurement.**";
  return [
    `### ${title}`,
    "",
    how,
    `${where}; ${when}.${doubt}`,
    "",
    tableOf(
      ["figure", "goal", "seen", ""],
      goals.map(({ what, goal, seen, isReached }) => [
        what,
        goal,
        seen,
        isReached ? "reached" : "**not reached**",
      ]),
    ),
    "",
    table,
  ].join("\n");
}
