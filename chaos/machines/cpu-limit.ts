/** The CPU limit of a node's machine, as it is now: changed, and put back by its mends. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { contentOf } from "../../targets/launch/cgroup-folder.ts";
import { quotaOf } from "../../targets/launch/cpu-budget.ts";
import type { NodeHandle } from "../../targets/running-target.ts";
import type { Mend } from "../mend.ts";
import { withEngine } from "../stores/engine.ts";

export interface CpuLimit {
  /** As it was found, in thousandths of a core. */
  readonly millicores: number;
  readonly mends: readonly Mend[];
  /** To so many thousandths of a core. */
  cut(millicores: number): Promise<void>;
  /** How it differs from what it was; undefined when it does not. */
  remains(): Promise<string | undefined>;
}

/** @throws {Error} when there is none */
export function cpuLimitOf(node: NodeHandle): Promise<CpuLimit> {
  const grip = node.grip();
  return grip.kind === "container"
    ? ofContainer(node.name, grip)
    : Promise.resolve(ofGroup(node.name, grip.cpuGroup));
}

async function ofContainer(
  name: string,
  { engine: socket, id }: { readonly engine: string; readonly id: string },
): Promise<CpuLimit> {
  const before = await withEngine(socket, (engine) => engine.cpuLimit(id));
  if (before.quotaUs <= 0) throw noLimit(name);
  return {
    millicores: (before.quotaUs / before.periodUs) * 1000,
    mends: [{ mend: "container", engine: socket, id, order: { do: "limit-cpu", ...before } }],
    async cut(millicores) {
      const { quotaUs, periodUs } = quotaOf(millicores);
      await withEngine(socket, (engine) => engine.limitCpu(id, quotaUs, periodUs));
    },
    async remains() {
      const { quotaUs, periodUs } = await withEngine(socket, (engine) => engine.cpuLimit(id));
      if (quotaUs === before.quotaUs && periodUs === before.periodUs) return undefined;
      return `the container of ${name} still has a limit of ${quotaUs} us in ${periodUs} us`;
    },
  };
}

function ofGroup(name: string, folder: string | undefined): CpuLimit {
  if (folder === undefined) throw noLimit(name);
  const v2 = join(folder, "cpu.max");
  const paths = contentOf(v2) === undefined ? v1.map((file) => join(folder, file)) : [v2];
  const before = paths.map((path) => ({ path, text: (contentOf(path) ?? "").trim() }));
  // Unlimited is "max <period>" in v2 and "-1" in v1.
  if (before.some(({ text }) => text === "" || text === "-1" || text.startsWith("max"))) throw noLimit(name);
  const [first = 0, second = 0] = before.flatMap(({ text }) => text.split(" ").map(Number));
  // v1 tells the period first, v2 the quota.
  const [quotaUs, periodUs] = paths[0] === v2 ? [first, second] : [second, first];
  return {
    millicores: (quotaUs / periodUs) * 1000,
    mends: before.map((file) => ({ mend: "file", ...file })),
    async cut(millicores) {
      const { quotaUs, periodUs } = quotaOf(millicores);
      const texts = paths[0] === v2 ? [`${quotaUs} ${periodUs}`] : [`${periodUs}`, `${quotaUs}`];
      for (const [at, path] of paths.entries()) writeFileSync(path, texts[at]!);
    },
    async remains() {
      for (const { path, text } of before) {
        const now = contentOf(path)?.trim();
        // With its cgroup the limit is gone as well.
        if (now !== undefined && now !== text) return `${path} still says ${now} instead of ${text}`;
      }
      return undefined;
    },
  };
}

const v1 = ["cpu.cfs_period_us", "cpu.cfs_quota_us"] as const;

const noLimit = (name: string) => new Error(`${name} has no CPU budget of which a share could be left`);
