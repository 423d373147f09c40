/**
 * `npm run bench:gate [-- stage...]`: a gate of each stage against itself, five times, on a quiet machine; none may raise an
 * alarm. Written into docs/performance.md. A benchmark, not a test: it asserts nothing, and exits 1 when there was an alarm.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, release, tmpdir } from "node:os";
import { join } from "node:path";
import { findTarget } from "../../targets/catalog.ts";
import { requestsFor } from "../../verdict/comparison/figure.ts";
import { watchNeighbours } from "./agent-neighbours.ts";
import { tableOf } from "./agent-part.ts";
import { writeBetween } from "./page.ts";

const root = join(import.meta.dirname, "../..");
const program = join(root, "dist/cli/main.js");
const words = process.argv.slice(2);
const stages = words.length === 0 ? ["stage-04"] : words;
const rounds = Number(process.env["BENCH_ROUNDS"] ?? 5);
const limitMs = 3_600_000;
/** Whole minutes in which a stage is asked for requests enough for a p99, and a fifth more for chance. */
const secondsOf = (stage: string): number => {
  const ratePerS = findTarget(stage).claims.find(({ scenario }) => scenario === "browse")?.ratePerS ?? 50;
  return 60 * Math.ceil((1.2 * requestsFor("p99")) / ratePerS / 60);
};
const busy = " **The machine was busy: this is a rehearsal, not a measurement.**";

interface Figure {
  readonly name: string;
  readonly status: string;
  readonly change: { readonly value: number; readonly low: number; readonly high: number } | null;
}

const home = mkdtempSync(join(tmpdir(), "stagebench-gate-"));
let alarms = 0;
try {
  const neighbours = watchNeighbours();
  const rows = stages.flatMap((stage) => {
    const what = ["browse", "--target", stage, "--duration", `${secondsOf(stage)}s`];
    for (let seed = 42; seed < 47; seed++) bench("run", ...what, "--seed", String(seed), "--advisory");
    const saved = bench("baseline", "save", stage, "--last", "5");
    if (saved.status !== 0)
      return [[stage, "no baseline", saved.stderr.trim().split("\n").at(-1) ?? "", "", ""]];
    return Array.from({ length: rounds }, (_, round) => {
      const { status, stdout, stderr } = bench(
        "gate",
        ...what,
        "--margin",
        "p99=10%",
        "--baseline",
        stage,
        "--json",
      );
      if (status === 12) alarms++;
      process.stderr.write(`${stage}, ${round + 1} of ${rounds}: exit ${status}\n${stderr.slice(-300)}\n`);
      return [stage, `exit ${status}`, ...cellsOf(stdout)];
    });
  });
  const { cores, isQuiet } = neighbours();
  const text = [
    `A gate of a stage against itself: browse at its own rate, ${stages.map((stage) => `${secondsOf(stage)} s on ${stage}`).join(", ")}, in turns, up to ten pairs, ${rounds} times. ${alarms === 0 ? "No alarm." : `**${alarms} alarms.**`}`,
    `${cpus()[0]?.model}, ${cpus().length} cores, Linux ${release()}, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}; other programs took ${cores.toFixed(2)} of a core meanwhile.${isQuiet ? "" : busy}`,
    "",
    tableOf(["stage", "gate", "pairs", "p50, B to A", "p99, B to A"], rows),
  ].join("\n");
  process.stdout.write(`${text}\n`);
  if (words.length === 0) writeBetween(join(root, "docs/performance.md"), "gate", text);
} finally {
  rmSync(home, { recursive: true, force: true });
}
process.exitCode = alarms === 0 ? 0 : 1;

function bench(...args: string[]) {
  return spawnSync(process.execPath, [program, ...args], { cwd: home, encoding: "utf8", timeout: limitMs });
}

function cellsOf(stdout: string): readonly string[] {
  if (!stdout.startsWith("{")) return ["", "", ""];
  const { figures, b } = JSON.parse(stdout) as { figures: Figure[]; b: { runs: unknown[] } };
  const cell = (name: string) => {
    const found = figures.find((each) => each.name === name);
    return found?.change == null
      ? (found?.status ?? "")
      : `${found.change.value.toFixed(2)} [${found.change.low.toFixed(2)}, ${found.change.high.toFixed(2)}] ${found.status}`;
  };
  return [String(b.runs.length), cell("p50"), cell("p99")];
}
