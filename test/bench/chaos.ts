/**
 * `npm run bench:chaos`: from the order to inject a fault until it is seen to bite, from the order to take it back until
 * it is seen to be gone, how long after a SIGKILL of the run the guard has undone one, and what checking the books costs;
 * written into docs/performance.md. A benchmark, not a test: it asserts nothing. BENCH_ROUNDS says how often.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { cpus, release, tmpdir } from "node:os";
import { join } from "node:path";
import { sleep, systemClock } from "../../base/clock.ts";
import { readWish } from "../../chaos/chaos-plan.ts";
import { Conductor } from "../../chaos/conductor.ts";
import type { Outlook } from "../../chaos/fault.ts";
import { seeHost } from "../../chaos/host-seen.ts";
import { planChaos } from "../../chaos/plan-chaos.ts";
import type { FaultSeen } from "../../metrics/fault-seen.ts";
import { findTarget } from "../../targets/catalog.ts";
import { membersOf } from "../../targets/launch/members.ts";
import { bringUp } from "../../targets/launch/processes.ts";
import { WardList } from "../../targets/launch/ward-list.ts";
import { tally } from "../../verdict/tally.ts";
import { watchNeighbours } from "./agent-neighbours.ts";
import { tableOf } from "./agent-part.ts";
import { compiled } from "./compiled.ts";
import { fixed, medianAndSpread } from "./figures.ts";
import { writeBetween } from "./page.ts";

const root = join(import.meta.dirname, "../..");
const rounds = Number(process.env["BENCH_ROUNDS"] ?? 5);
/** Where each is at home, and which needs no traffic to be seen. */
const words = ["kill:shop-1", "freeze:shop-1", "freeze:cache", "kill:db-replica-1", "freeze:db"] as const;
const faultS = 1;
const attempts = 10_000_000;

const home = mkdtempSync(join(tmpdir(), "stagebench-chaos-"));
try {
  await chmod(home, 0o755);
  const neighbours = watchNeighbours();
  const faults = await timesOfFaults();
  const undoMs: number[] = [];
  for (let round = 0; round < rounds; round++) undoMs.push(await undoAfterSigkill());
  const checkMs = Array.from({ length: rounds }, costOfChecking);
  const { cores, isQuiet } = neighbours();
  const busy = isQuiet ? "" : " **The machine was busy: this is a rehearsal, not a measurement.**";
  const text = [
    `${cpus()[0]?.model}, ${cpus().length} cores, Linux ${release()}, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}; medians and spreads of ${rounds}; other programs took ${cores.toFixed(2)} of a core meanwhile.${busy}`,
    "",
    tableOf(
      ["fault, on stage-05 without load", "order to effect seen, ms", "order to gone, ms"],
      [...faults].map(([word, seen]) => [
        `\`${word}\``,
        of(seen, ({ requestedAtS, effectAtS }) => 1000 * (effectAtS! - requestedAtS!)),
        of(seen, ({ stoppedAtS, undoneAtS }) => 1000 * (undoneAtS! - stoppedAtS!)),
      ]),
    ),
    "",
    `From SIGKILL of a run until the guard had let a stopped process go on: ${medianAndSpread(undoMs, fixed(1))} ms.`,
    `Books of ${attempts / 1e6} million attempts against the ledger, all invariants in one pass: ${medianAndSpread(
      checkMs.map((ms) => (ms * 1e6) / attempts),
      fixed(2),
    )} ms for a million.`,
  ].join("\n");
  process.stdout.write(`${text}\n`);
  writeBetween(join(root, "docs/performance.md"), "chaos", text);
} finally {
  rmSync(home, { recursive: true, force: true });
}

function of(seen: readonly FaultSeen[], figure: (one: FaultSeen) => number): string {
  const odd = seen.filter(({ status }) => status !== "effective");
  if (odd.length > 0) return `${odd.length} of ${seen.length}: ${odd[0]!.status}, ${odd[0]!.because}`;
  return medianAndSpread(seen.map(figure), fixed(0));
}

/** One target, the faults one after the other, round by round. */
async function timesOfFaults(): Promise<ReadonlyMap<string, readonly FaultSeen[]>> {
  const spec = findTarget("stage-05");
  const [shop = ""] = compiled(home, [join(root, "targets/shop/main.ts")]);
  const options = {
    runId: `chaos-${process.pid}`,
    folder: join(home, "target"),
    wards: new WardList(),
    say() {},
  };
  await using target = await bringUp(spec, options, AbortSignal.timeout(120_000), {
    shop: { command: process.execPath, args: [shop] },
  });
  const outlook: Outlook = {
    ...{ spec, members: membersOf(spec), launcher: "processes", network: "loopback" },
    ...{ host: seeHost(), seed: 1, sells: false },
  };
  const seen = new Map<string, FaultSeen[]>(words.map((word) => [word, []]));
  for (let round = 0; round < rounds; round++) {
    for (const word of words) {
      const wish = readWish(`${word}@0+${faultS}`);
      if ("problem" in wish) throw new Error(wish.problem);
      const { faults, problems } = planChaos({ wishes: [wish], quiet: [] }, outlook, 60);
      if (problems.length > 0) throw new Error(problems.join("; "));
      const conductor = new Conductor({
        faults,
        ground: {
          outlook,
          target,
          clock: systemClock,
          node: (name) => target.nodes.find((one) => one.name === name)!,
        },
        journal: { begin: async () => {}, mended() {}, onMendedByKeeper() {} },
        ...{ clock: systemClock, event() {}, say() {} },
      });
      conductor.start(systemClock.nowMs());
      seen.get(word)!.push(...(await conductor.settled()));
    }
  }
  return seen;
}

/** A run that is only a guard and a stopped process, killed; until that process goes on. */
async function undoAfterSigkill(): Promise<number> {
  const run = spawn(process.execPath, ["--import", "tsx", join(root, "test/bench/chaos-run.ts"), home], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const pid = await new Promise<number>((resolve) =>
    run.stdout.setEncoding("utf8").once("data", (text: string) => resolve(Number(text))),
  );
  while (stateOf(pid) !== "T") await sleep(1);
  const fromMs = performance.now();
  run.kill("SIGKILL");
  while (stateOf(pid) === "T") await sleep(0.5);
  return performance.now() - fromMs;
}

function stateOf(pid: number): string | undefined {
  try {
    return /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1];
  } catch {
    return undefined;
  }
}

/** Every second attempt accepted and in the books, the others turned down. */
function costOfChecking(): number {
  const [ledger, found] = [new Uint8Array(attempts / 4), new Uint8Array(attempts / 4)];
  ledger.fill(0b10_01_10_01);
  found.fill(0b00_01_00_01);
  const fromMs = performance.now();
  const { lost, duplicates } = tally(ledger, found);
  if (lost + duplicates > 0) throw new Error("the books were made to agree");
  return performance.now() - fromMs;
}
