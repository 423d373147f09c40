/** One run of the whole product, with the agents on cores of their own and everything else on another. */
import { spawn, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Evidence } from "../../verdict/evidence.ts";
import type { Verdict } from "../../verdict/verdict.ts";
import type { PartTools } from "./agent-part.ts";
import { pinned } from "./pinned.ts";

export interface ProductRun {
  /** The words after `bench run`. */
  readonly words: readonly string[];
  /** The core of each agent, by its index. */
  readonly agentCores: readonly number[];
  /** The core of the controller. */
  readonly controllerCore: number;
}

export interface ProductSeen {
  readonly evidence: Evidence;
  readonly verdict: Verdict;
}

const lookEveryMs = 25;
let runs = 0;

/** @throws when there is no evidence afterwards */
export async function runProduct(
  { folder, built }: Pick<PartTools, "folder" | "built">,
  { words, agentCores, controllerCore }: ProductRun,
): Promise<ProductSeen> {
  const out = join(folder, `run-${++runs}`);
  const [program, command] = pinned(
    [process.execPath, join(built, "cli/main.js"), "run", ...words, "--out", out, "--advisory"],
    controllerCore,
  );
  const product = spawn(program, command, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  product.stderr.setEncoding("utf8").on("data", (text: string) => (said = `${said}${text}`.slice(-4_000)));
  const gone = new Promise<number | null>((resolve, reject) => {
    product.once("error", reject);
    product.once("close", resolve);
  });
  const isPinned = await pinAgents(product.pid ?? -1, agentCores, () => product.exitCode !== null);
  const exitCode = await gone;
  if (exitCode !== 0) throw new Error(`bench run ${words.join(" ")} ended with ${exitCode}:\n${said}`);
  if (!isPinned)
    throw new Error(`not every agent was found, so not every one had a core of its own:\n${said}`);
  return {
    evidence: JSON.parse(readFileSync(join(out, "evidence.json"), "utf8")),
    verdict: JSON.parse(readFileSync(join(out, "verdict.json"), "utf8")),
  };
}

/** Agents inherit the controller's core; each is moved to its own, with all its threads, as soon as it is there. */
async function pinAgents(parent: number, cores: readonly number[], isOver: () => boolean): Promise<boolean> {
  const waiting = new Set(cores.keys());
  while (waiting.size > 0 && !isOver()) {
    for (const { pid, index } of agentsOf(parent)) {
      if (!waiting.has(index)) continue;
      spawnSync("taskset", ["-a", "-p", "-c", String(cores[index]), String(pid)]);
      waiting.delete(index);
    }
    await pause(lookEveryMs);
  }
  return waiting.size === 0;
}

function agentsOf(parent: number): readonly { readonly pid: number; readonly index: number }[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        // After the name in brackets: state, then the parent.
        const itsParent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
        if (itsParent !== parent) return [];
        const words = readFileSync(`/proc/${name}/cmdline`, "utf8").split("\0");
        const at = words.indexOf("--index");
        return words.includes("agent") && at > 0 ? [{ pid: Number(name), index: Number(words[at + 1]) }] : [];
      } catch {
        return []; // it ended while we looked
      }
    });
}

/** Microseconds of an agent's CPU for one request; with several agents, of the busiest for its even share. */
export function cpuUsPerRequest({ instrument, load, agents }: Evidence): number {
  return (instrument.agentCpuRatio / (load.completedPerS / agents.length)) * 1e6;
}
