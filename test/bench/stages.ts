/**
 * `npm run bench:stages [-- stage...]`: how long each stage takes to come up with a warm cache, and what its nodes
 * hold in memory then; written into docs/performance.md when it is about all of them. A benchmark, not a test: it
 * asserts nothing. BENCH_ROUNDS says how often.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { cpus, release, tmpdir } from "node:os";
import { join } from "node:path";
import { Failure } from "../../base/failure.ts";
import { findTarget, targets } from "../../targets/catalog.ts";
import { findComponents } from "../../targets/launch/components.ts";
import { bringUp } from "../../targets/launch/processes.ts";
import { WardList } from "../../targets/launch/ward-list.ts";
import type { TargetSpec } from "../../targets/target.ts";
import { type Neighbours, watchNeighbours } from "./agent-neighbours.ts";
import { tableOf } from "./agent-part.ts";
import { compiled } from "./compiled.ts";
import { fixed, medianAndSpread } from "./figures.ts";
import { heldBytes } from "./held-memory.ts";
import { writeBetween } from "./page.ts";

const root = join(import.meta.dirname, "../..");
const rounds = Number(process.env["BENCH_ROUNDS"] ?? 3);
const busy = " **The machine was busy: this is a rehearsal, not a measurement.**";
const words = process.argv.slice(2);
const chosen = words.length === 0 ? targets : words.map(findTarget);

interface Seen {
  readonly upS: number[];
  readonly heldMib: number[];
  /** Programs, not processes. */
  nodes: number;
  /** Why it cannot come up here. */
  because?: string;
}

const home = mkdtempSync(join(tmpdir(), "stagebench-stages-"));
try {
  await chmod(home, 0o755);
  const [shop = ""] = compiled(home, [join(root, "targets/shop/main.ts")]);
  const seen = new Map<string, Seen>(chosen.map(({ id }) => [id, { upS: [], heldMib: [], nodes: 0 }]));
  // The first time fills the cache.
  for (const spec of chosen) await once(spec, shop, { upS: [], heldMib: [], nodes: 0 });
  const neighbours = watchNeighbours();
  for (let round = 0; round < rounds; round++) {
    for (const spec of chosen) await once(spec, shop, seen.get(spec.id)!);
  }
  const text = reportOf(seen, neighbours());
  process.stdout.write(`${text}\n`);
  if (words.length === 0) writeBetween(join(root, "docs/performance.md"), "stages", text);
} finally {
  rmSync(home, { recursive: true, force: true });
}

async function once(spec: TargetSpec, shop: string, seen: Seen): Promise<void> {
  const { missing } = findComponents(spec);
  if (missing.length > 0) {
    seen.because = `not here: ${missing.map(({ program }) => program).join(", ")}`;
    return;
  }
  const runId = `stages-${process.pid}-${spec.id}-${performance.now().toFixed(0)}`;
  const options = { runId, folder: join(home, runId), wards: new WardList(), say() {} };
  try {
    await using target = await bringUp(spec, options, AbortSignal.timeout(120_000), {
      shop: { command: process.execPath, args: [shop] },
    });
    seen.upS.push(target.startUpS["total"] ?? Number.NaN);
    seen.heldMib.push(heldBytes(target.nodes.map(({ pid }) => pid)) / 2 ** 20);
    seen.nodes = target.nodes.length;
    process.stderr.write(
      `${spec.id}: ${seen.upS.at(-1)?.toFixed(1)} s, ${seen.heldMib.at(-1)?.toFixed(0)} MiB\n`,
    );
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    seen.because = error.message;
    process.stderr.write(`${spec.id}: ${error.message}\n`);
  }
}

function reportOf(seen: ReadonlyMap<string, Seen>, { cores, isQuiet }: Neighbours): string {
  const machine = `${cpus()[0]?.model}, ${cpus().length} cores, Linux ${release()}, Node ${process.version}`;
  const rows = [...seen].map(([id, { upS, heldMib, nodes, because }]) =>
    upS.length === 0
      ? [id, because ?? "", "", ""]
      : [id, String(nodes), medianAndSpread(upS, fixed(1)), medianAndSpread(heldMib, fixed(0))],
  );
  return [
    `From nothing to every node ready, ${rounds} times each, interleaved, with a warm cache, median and spread; and what all processes of the stage then`,
    "hold in memory, pages that several of them share counted once. Goals: below 30 s and below 3,072 MiB.",
    `${machine}, ${new Date().toISOString().slice(0, 10)}; other programs took ${cores.toFixed(2)} of a core meanwhile.${isQuiet ? "" : busy}`,
    "",
    tableOf(["stage", "nodes", "up after, s", "memory, MiB"], rows),
  ].join("\n");
}
