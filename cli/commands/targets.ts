/** `bench targets up|down|status`: a target without a run. Orders to one that is up are in orchestrate.ts. */
import { randomInt } from "node:crypto";
import { join } from "node:path";
import { Failure, unknownName } from "../../base/failure.ts";
import { startGuard } from "../../chaos/guard.ts";
import { newRunId, RunRecord } from "../../controller/record.ts";
import { findTarget } from "../../targets/catalog.ts";
import { containerStatus } from "../../targets/launch/compose/container-status.ts";
import {
  forgetKept,
  type KeptStatus,
  type KeptTarget,
  listKept,
  loadKept,
  saveKept,
  statusOf,
  takeDown,
} from "../../targets/launch/kept.ts";
import { launchers } from "../../targets/launch/launchers.ts";
import { launcherNames, launcherProblem, usualLauncher } from "../../targets/launchers.ts";
import { networkNamed, networkProblem } from "../../targets/networks.ts";
import { chooseVariants } from "../../targets/variant.ts";
import { ensureComponents } from "../consent.ts";
import { openProgress } from "../progress.ts";
import { isUrl } from "../request.ts";
import { keptFolder, resultsFolder } from "../results.ts";
import { selfCommand } from "../self.ts";

export async function up(
  word: string,
  options: {
    readonly install?: boolean;
    readonly json?: boolean;
    readonly variant?: readonly string[];
    readonly launcher?: string;
    readonly network?: string;
  },
  signal: AbortSignal,
): Promise<number> {
  if (isUrl(word))
    throw new Failure("usage", `${word} runs already; only stages are brought up (bench list targets)`);
  const { spec, problems, unusual } = chooseVariants(findTarget(word), options.variant ?? []);
  const launcherWord = launcherProblem(spec, options.launcher);
  if (launcherWord !== undefined) throw new Failure("usage", launcherWord);
  const launcher = launcherNames.find((name) => name === options.launcher) ?? usualLauncher(spec);
  const networkWord = networkProblem(options.network, launcher);
  if (networkWord !== undefined) throw new Failure("usage", networkWord);
  if (problems.length > 0) throw new Failure("usage", `${word} cannot be brought up like this`, { problems });
  const before = await loadKept(keptFolder(), spec.id);
  if (before !== undefined) {
    throw new Failure("environment", `${spec.id} is up already, since ${before.startedAt}`, {
      hint: `bench targets down ${spec.id}`,
    });
  }
  const { heard } = openProgress({ stream: process.stderr });
  // Images bring their programs along.
  if (launcher === "processes")
    await ensureComponents(spec, {
      ...{ isAgreed: options.install === true, network: networkNamed(options.network) },
      ...{ say: heard.step, signal },
    });
  const runId = newRunId("up", spec.id, Date.now(), randomInt(0x10000));
  const record = RunRecord.create(join(resultsFolder(), "up", runId), runId);
  const guard = await startGuard({
    folder: record.folder,
    command: [...selfCommand, "guard", record.path("guard.ndjson")],
  });
  const target = await launchers[launcher].up(
    spec,
    {
      ...{ runId, folder: record.path("target"), wards: guard, say: heard.step },
      network: networkNamed(options.network),
    },
    signal,
  );
  const budgets = await target.applyBudgets();
  const kept = { ...(await target.leave()), variants: unusual };
  await saveKept(keptFolder(), kept);
  await guard.allIsWell();
  if (options.json === true)
    process.stdout.write(`${JSON.stringify({ ...kept, budgets, startUpS: target.startUpS }, null, 2)}\n`);
  else {
    const because = budgets.because === undefined ? "" : ` (${budgets.because})`;
    process.stdout.write(
      `${spec.id} is up at ${kept.entryUrls.join(" and ")}; CPU budgets: ${budgets.mechanism}${because}\n`,
    );
    for (const { name, address } of kept.nodes) process.stdout.write(`  ${name.padEnd(18)} ${address}\n`);
    process.stdout.write(`bench targets down ${spec.id} ends it\n`);
  }
  return 0;
}

export async function down(id: string | undefined): Promise<number> {
  const chosen = await keptNamed(id);
  if (chosen.length === 0) process.stdout.write("nothing was left running\n");
  const problems: string[] = [];
  for (const kept of chosen) {
    const report = await takeDown(kept);
    problems.push(...report.problems);
    if (!report.isClean) continue;
    await forgetKept(keptFolder(), kept.id);
    process.stdout.write(
      `${kept.id} is down: ${report.ended} ${kept.containers === undefined ? "processes ended" : "containers removed"}\n`,
    );
  }
  if (problems.length > 0)
    throw new Failure("environment", "something could not be taken down", { problems });
  return 0;
}

export async function status(id: string | undefined, options: { readonly json?: boolean }): Promise<number> {
  const chosen = await Promise.all(
    (await keptNamed(id)).map(async (kept) => ({ ...kept, nodes: await statusNow(kept) })),
  );
  if (options.json === true) process.stdout.write(`${JSON.stringify(chosen, null, 2)}\n`);
  else {
    if (chosen.length === 0) process.stdout.write("nothing was left running\n");
    for (const { id: name, entryUrls, startedAt, nodes } of chosen) {
      process.stdout.write(`${name}  up since ${startedAt}, at ${entryUrls.join(" and ")}\n`);
      for (const node of nodes) {
        process.stdout.write(
          `  ${node.name.padEnd(18)} ${node.address.padEnd(22)} ${node.isAlive ? "alive" : "DEAD"} (pid ${node.pid})${restartsOf(node)}\n`,
        );
      }
    }
  }
  return chosen.every(({ nodes }) => nodes.every(({ isAlive }) => isAlive)) ? 0 : 4;
}

/** Containers may have been started again since, and are told of by their engine. */
const statusNow = async (kept: KeptTarget): Promise<readonly KeptStatus[]> =>
  kept.containers === undefined ? statusOf(kept) : containerStatus(kept);

function restartsOf({ restarts = 0 }: KeptStatus): string {
  return restarts === 0 ? "" : `, started again ${restarts === 1 ? "once" : `${restarts} times`}`;
}

/**
 * Of the targets left running the one with this id, or all.
 * @throws {Failure} `usage` when it is not among them
 */
export async function keptNamed(id: string | undefined): Promise<readonly KeptTarget[]> {
  const all = await listKept(keptFolder());
  if (id === undefined) return all;
  const found = all.filter((kept) => kept.id === id);
  if (found.length === 0) {
    findTarget(id);
    const others = all.map((kept) => kept.id);
    throw new Failure(
      "usage",
      others.length === 0 ? `${id} is not up; nothing is` : unknownName("target among those up:", id, others),
    );
  }
  return found;
}
