/** Brings a target up as processes of this machine: every node a real program, nothing left when one fails. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../../base/failure.ts";
import { launcherProblem } from "../launchers.ts";
import type { TargetSpec } from "../target.ts";
import { Births } from "./births.ts";
import { findComponents, missingFailure } from "./components.ts";
import { openBudgets } from "./cpu-budget.ts";
import type { Launcher, LaunchOptions, Wards } from "./launcher.ts";
import { membersOf } from "./members.ts";
import { type NetworkTools, toolsFor } from "./network/here.ts";
import { Namespaces, type NamespacesOptions } from "./network/namespaces.ts";
import { withRealL4 } from "./network/real-l4.ts";
import { Ports } from "./ports.ts";
import { RunningProcesses, takeDown } from "./running-processes.ts";
import { shopProgram } from "./shop-program.ts";
import { StartUp, type Surroundings, withProblems } from "./start-up.ts";
import { WardList } from "./ward-list.ts";

/** Real processes on this machine; needs no container engine. */
export const processes = {
  name: "processes",
  up: (spec, options, signal) => bringUp(spec, options, signal),
} satisfies Launcher;

export async function bringUp(
  asked: TargetSpec,
  options: LaunchOptions,
  signal: AbortSignal,
  surroundings: Partial<Surroundings> = {},
): Promise<RunningProcesses> {
  signal.throwIfAborted();
  const tools = fitted(asked, await toolsFor(options.network ?? "loopback", options.say), options);
  const spec = tools === undefined ? asked : withRealL4(asked);
  const unfit = launcherProblem(spec, "processes");
  if (unfit !== undefined) throw new Failure("usage", unfit);
  const members = membersOf(spec);
  const { found, missing } = findComponents(spec);
  if (missing.length > 0) throw missingFailure(missing);

  const created = new WardList();
  const ports = new Ports();
  const wards = both(created, options.wards);
  const budgets = openBudgets({ runId: options.runId, wards });
  const births = new Births({ births: options.births ?? {}, runId: options.runId, wards });
  // One node that fails ends the waiting for all others.
  const stop = new AbortController();
  const eitherSignal = AbortSignal.any([signal, stop.signal]);
  try {
    const network =
      tools && (await openNetwork({ members, tools, wards, folder: options.folder }, eitherSignal));
    const startUp = new StartUp(
      spec,
      network?.placed(members) ?? members,
      { ...options, wards },
      eitherSignal,
      budgets,
      {
        shop: surroundings.shop ?? shopProgram(),
        ports: surroundings.ports ?? ports,
        cachePath: surroundings.cachePath,
        ...{ network, births },
      },
    );
    const commands = Object.fromEntries(found.map(({ component, command }) => [component, command]));
    const nodes = await startUp.run(commands, (error) => stop.abort(error));
    return new RunningProcesses({
      runId: options.runId,
      spec,
      nodes,
      budgets,
      births,
      created,
      ports,
      network,
      startUpS: startUp.times.inSeconds(),
    });
  } catch (error) {
    // Nothing half-up is left; what could not be removed comes along with why.
    const leftover = await takeDown({ created, ports, budgets, births }).catch((failure: unknown) => failure);
    signal.throwIfAborted();
    if (leftover instanceof Failure && error instanceof Failure) throw withProblems(error, leftover.problems);
    throw error;
  }
}

/** What is left to choose is chosen so that the target comes up: on loopback where the kernel's layer 4 lacks a program. */
function fitted(
  asked: TargetSpec,
  tools: NetworkTools | undefined,
  { network, say }: LaunchOptions,
): NetworkTools | undefined {
  if (tools === undefined || network !== "auto") return tools;
  const without = new Set(findComponents(asked).missing.map(({ program }) => program));
  const more = findComponents(withRealL4(asked)).missing.filter(({ program }) => !without.has(program));
  if (more.length === 0) return tools;
  say(`all nodes on loopback: ${more.map(({ program }) => program).join(", ")} not found`);
  return undefined;
}

async function openNetwork(
  { folder, ...options }: Omit<NamespacesOptions, "logPath"> & { readonly folder: string },
  signal: AbortSignal,
): Promise<Namespaces> {
  await mkdir(folder, { recursive: true });
  return Namespaces.open({ ...options, logPath: join(folder, "network.log") }, signal);
}

/** Tells two. */
export function both(one: Wards, other: Wards): Wards {
  return {
    process(ward) {
      one.process(ward);
      other.process(ward);
    },
    folder(path) {
      one.folder(path);
      other.folder(path);
    },
    cgroup(path) {
      one.cgroup(path);
      other.cgroup(path);
    },
    containers(ward) {
      one.containers(ward);
      other.containers(ward);
    },
  };
}
