/**
 * `npm run bench:capacity [-- scenario stage...]`: the knee searched for five times in a row, each time from nothing, on a
 * quiet machine: how far the searches lie apart, and how long they take. Written into docs/performance.md. A benchmark, not a
 * test: it asserts nothing.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, release, tmpdir } from "node:os";
import { join } from "node:path";
import type { CapacitySeen } from "../../verdict/capacity/capacity-seen.ts";
import { median } from "../../verdict/statistics/spread.ts";
import { watchNeighbours } from "./agent-neighbours.ts";
import { tableOf } from "./agent-part.ts";
import { writeBetween } from "./page.ts";

const root = join(import.meta.dirname, "../..");
const program = join(root, "dist/cli/main.js");
const [scenario = "browse", ...named] = process.argv.slice(2);
const stages = named.length === 0 ? ["stage-01", "stage-04", "stage-08"] : named;
const rounds = Number(process.env["BENCH_ROUNDS"] ?? 5);
const limitMs = 900_000;
const busy = " **The machine was busy: this is a rehearsal, not a measurement.**";

const neighbours = watchNeighbours();
const rows = stages.map((stage) => {
  const found = Array.from({ length: rounds }, (_, round) => searched(stage, round));
  const seen = found.flatMap((each) => each ?? []);
  const knees = seen.flatMap(({ knee }) => knee?.ratePerS ?? []);
  const tiers = seen.map(({ saturated }) => `${saturated?.tier ?? "none"} (${saturated?.sureness ?? "-"})`);
  const spread =
    knees.length < 2
      ? ""
      : `${((100 * (Math.max(...knees) - Math.min(...knees))) / median(knees)).toFixed(1)} %`;
  return [
    ...[stage, knees.join(", "), `${knees.length} of ${rounds}`, spread],
    ...[seen.map(({ tookS }) => tookS.toFixed(0)).join(", "), [...new Set(tiers)].join(", ")],
  ];
});
const { cores, isQuiet } = neighbours();
const text = [
  `The knee of ${scenario}, ${rounds} searches one after the other, each with a fresh target and nothing known from before.`,
  `${cpus()[0]?.model}, ${cpus().length} cores, Linux ${release()}, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}; other programs took ${cores.toFixed(2)} of a core meanwhile.${isQuiet ? "" : busy}`,
  "",
  tableOf(["stage", "knees, arrivals/s", "found", "highest to lowest", "took, s", "full tier"], rows),
].join("\n");
process.stdout.write(`${text}\n`);
if (process.argv.length === 2) writeBetween(join(root, "docs/performance.md"), "capacity", text);

/** In a folder of its own, so that no search begins where another ended. */
function searched(stage: string, round: number): CapacitySeen | undefined {
  const home = mkdtempSync(join(tmpdir(), "stagebench-capacity-"));
  try {
    const words = ["capacity", scenario, "--target", stage, "--json"];
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], {
      ...{ cwd: home, encoding: "utf8", timeout: limitMs, maxBuffer: 1 << 28 },
    });
    process.stderr.write(`${stage}, ${round + 1} of ${rounds}: exit ${status}\n${probesIn(stderr)}\n`);
    return stdout === "" ? undefined : (JSON.parse(stdout) as CapacitySeen);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** Of what was told meanwhile, one line for each probe. */
function probesIn(told: string): string {
  return told
    .split("\n")
    .filter((line) => /^ {2}probe \d+|^bench:/.test(line))
    .join("\n");
}
