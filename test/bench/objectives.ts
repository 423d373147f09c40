/**
 * `npm run bench:objectives [-- stage...]`: one run of every scenario a stage states an objective for, at the rate it states,
 * by the compiled program and as users run it; written into docs/performance.md. A
 * benchmark, not a test: it asserts nothing, and one run each is an orientation, not a claim.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, release, tmpdir } from "node:os";
import { join } from "node:path";
import { findTarget, targets } from "../../targets/catalog.ts";
import type { Claim } from "../../targets/claim.ts";
import { findComponents } from "../../targets/launch/components.ts";
import { launcherProblem } from "../../targets/launchers.ts";
import type { TargetSpec } from "../../targets/target.ts";
import { type RunResult, resultSchema } from "../../verdict/result-schema.ts";
import { type Neighbours, watchNeighbours } from "./agent-neighbours.ts";
import { tableOf } from "./agent-part.ts";
import { fixed } from "./figures.ts";
import { readBetween, writeBetween } from "./page.ts";

const root = join(import.meta.dirname, "../..");
const page = join(root, "docs/performance.md");
const program = join(root, "dist/cli/main.js");
const words = process.argv.slice(2);
const chosen = words.length === 0 ? targets : words.map(findTarget);
/** So that the slowest rate still makes the thousand requests that a 99th percentile takes; a sale is as long as it usually is. */
const DURATION_S = 15;
const WARM_UP_S = 2;
const LIMIT_MS = 180_000;

const home = mkdtempSync(join(tmpdir(), "stagebench-objectives-"));
try {
  const neighbours = watchNeighbours();
  const rows = chosen.flatMap((spec) => {
    const because = whyNot(spec);
    if (because !== undefined) return [[spec.id, because, "", "", "", "", "", "", ""]];
    return spec.claims.map((claim) => once(spec, claim));
  });
  const text = reportOf([...rowsOfOthers(), ...rows].toSorted(inOrderOfStages), neighbours());
  process.stdout.write(`${text}\n`);
  writeBetween(page, "objectives", text);
} finally {
  rmSync(home, { recursive: true, force: true });
}

/** What the page says of stages that are not tried this time. */
function rowsOfOthers(): string[][] {
  const names = new Set(chosen.map(({ id }) => id));
  return readBetween(page, "objectives")
    .split("\n")
    .filter((line) => line.startsWith("| stage-"))
    .map((line) => line.slice(2, -2).split(" | "))
    .filter(([id]) => !names.has(id ?? ""));
}

function inOrderOfStages([a]: readonly string[], [b]: readonly string[]): number {
  return (a ?? "").localeCompare(b ?? "");
}

function whyNot(spec: TargetSpec): string | undefined {
  const { missing } = findComponents(spec);
  if (missing.length > 0) return `not here: ${missing.map(({ program: its }) => its).join(", ")}`;
  return launcherProblem(spec, "processes");
}

function once({ id }: TargetSpec, { scenario, ratePerS }: Claim): string[] {
  const length = scenario === "flash-sale" ? [] : ["--duration", `${DURATION_S}s`];
  const times = [...length, "--warmup", `${WARM_UP_S}s`];
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [program, "run", scenario, "--target", id, ...times, "--json"],
    { cwd: home, encoding: "utf8", timeout: LIMIT_MS, maxBuffer: 2 ** 26 },
  );
  const rate = `${ratePerS}/s`;
  try {
    const result = resultSchema.parse(JSON.parse(stdout));
    const row = [id, scenario, rate, `${result.durationS} s`, ...figuresOf(result)];
    process.stderr.write(`${row.join(" | ")}\n`);
    return row;
  } catch {
    return [id, scenario, rate, "", `no result: ${stderr.trim().split("\n").at(-1)}`, "", "", "", ""];
  }
}

function figuresOf({ load, operations, findings, nodes, verdict }: RunResult): string[] {
  const latency = findings.find(
    ({ check, subject }) => check === "tail-latency" && subject === "all operations",
  );
  const good = Object.values(operations).flatMap(({ outcomes }) => Object.entries(outcomes));
  const bad = good.filter(([outcome]) => outcome === "error" || outcome === "timeout");
  const [busiest, its] =
    Object.entries(nodes).toSorted(([, a], [, b]) => b.cpuUsedRatio - a.cpuUsedRatio)[0] ?? [];
  const reason = findings.find(({ status }) => status === verdict.status);
  return [
    fixed(0)(load.completedPerS),
    latency?.observed === undefined ? "" : fixed(0)(latency.observed),
    String(bad.reduce((sum, [, count]) => sum + count, 0)),
    its === undefined ? "" : `${busiest} ${fixed(0)(100 * its.cpuUsedRatio)} %`,
    verdict.status === "upheld" ? verdict.status : `${verdict.status}: ${reason?.because}`,
  ];
}

function reportOf(rows: readonly string[][], { cores, isQuiet }: Neighbours): string {
  const machine = `${cpus()[0]?.model}, ${cpus().length} cores, Linux ${release()}, Node ${process.version}`;
  const busy = isQuiet ? "" : " **The machine was busy: this is a rehearsal, not a measurement.**";
  const head = [
    "stage",
    "scenario",
    "peak",
    "for",
    "completed/s",
    "p99 ms",
    "bad answers",
    "busiest node, of its budget",
    "verdict",
  ];
  return [
    `One run each after ${WARM_UP_S} s of warm-up, at the rate the stage states, default budgets, one agent on the same machine. Stages that are not here were not run; \`-- stage...\` runs some of them and leaves the other rows.`,
    `${machine}, ${new Date().toISOString().slice(0, 10)}; other programs took ${cores.toFixed(2)} of a core meanwhile.${busy}`,
    "",
    tableOf(head, rows),
  ].join("\n");
}
