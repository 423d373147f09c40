/**
 * `npm run bench:control-plane`: one controller with a thousand simulated agents, written into docs/performance.md. A
 * benchmark, not a test: it asserts nothing about time.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, loadavg, release, tmpdir } from "node:os";
import { join } from "node:path";
import { compiled } from "./compiled.ts";
import { reportOf } from "./control-plane-report.ts";
import type { RoundFigures } from "./control-plane-round.ts";
import { writeBetween } from "./page.ts";
import { pinned } from "./pinned.ts";

const rounds = Number(process.env["BENCH_ROUNDS"] ?? 3);
const spanS = Number(process.env["BENCH_SPAN_S"] ?? 30);
const agents = Number(process.env["BENCH_AGENTS"] ?? 1000);
/** More words for the controller's Node, for example --cpu-prof. */
const nodeWords = (process.env["BENCH_NODE_WORDS"] ?? "").split(" ").filter((word) => word !== "");
/** The page to write into; an empty one for none. */
const page = process.env["BENCH_PAGE"] ?? "docs/performance.md";

const home = mkdtempSync(join(tmpdir(), "stagebench-control-plane-"));
try {
  const [program = "", simulated = ""] = compiled(
    home,
    ["control-plane-round.ts", "simulated-agents.ts"].map((name) => join(import.meta.dirname, name)),
  );
  const seen: (RoundFigures & { readonly loadAverage: number })[] = [];
  for (let round = 0; round < rounds; round++) {
    const [loadAverage = Number.NaN] = loadavg();
    seen.push({ ...(await oneRound(program, simulated)), loadAverage });
    process.stdout.write(`round ${round + 1} ${JSON.stringify(seen.at(-1))}\n`);
  }
  const machine = `${cpus()[0]?.model}, ${cpus().length} cores, Linux ${release()}, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`;
  const table = reportOf({ agents, spanS, machine }, seen);
  process.stdout.write(`${table}\n`);
  if (page !== "") writeBetween(page, "control-plane", table);
} finally {
  rmSync(home, { recursive: true, force: true });
}

async function oneRound(program: string, simulated: string): Promise<RoundFigures> {
  const [command, words] = pinned(
    [process.execPath, "--expose-gc", ...nodeWords, program, simulated, String(agents), String(spanS)],
    0,
  );
  const child = spawn(command, words, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const said: RoundFigures[] = [];
  child.on("message", (figures) => said.push(figures as RoundFigures));
  const [code] = await once(child, "exit");
  const [figures] = said;
  if (figures === undefined) throw new Error(`the controller's process said nothing and exited with ${code}`);
  return figures;
}
