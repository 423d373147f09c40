/** Small targets of containers with an orchestrator, brought up for a test. */
import { randomInt } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { composeUp } from "../../targets/launch/compose/compose.ts";
import type { ContainerNode } from "../../targets/launch/compose/container-node.ts";
import type { RunningCompose } from "../../targets/launch/compose/running-compose.ts";
import { sweep } from "../../targets/launch/sweep.ts";
import { WardList } from "../../targets/launch/ward-list.ts";
import { defaultData, defineTarget, type TargetSpec } from "../../targets/target.ts";
import { ofRun } from "./container-engine.ts";
import { leftOf } from "./left-behind.ts";

/** Making the base images and the first building of each image come on top of starting. */
export const FIRST_LIMIT_MS = 600_000;
/** Each container takes the engine a second or two on busy cores, and a shop as long until it is ready. */
export const TEST_LIMIT_MS = 120_000;

/** Two shops behind a proxy, and room for a third. */
export const several = defineTarget({
  id: "several",
  title: "shops behind a proxy, as containers",
  nodes: {
    proxy: { component: "nginx", tier: "proxy", cpuMillicores: 100, calls: ["shop"] },
    shop: { component: "shop", tier: "app", cpuMillicores: 300, count: 2, calls: ["cache", "db"] },
    cache: { component: "redis", tier: "cache", cpuMillicores: 100 },
    db: { component: "postgres", tier: "db", cpuMillicores: 300, holds: ["catalog", "user", "trade"] },
  },
  entry: "proxy",
  strategies: ["F8"],
  defaultStrategy: "F8",
  data: defaultData,
  launchers: ["compose"],
  orchestration: { restart: "on-failure", scales: { shop: 3 } },
  claims: [],
});

export const PROVISIONING_S = 2;
export const elastic: TargetSpec = {
  ...several,
  id: "elastic",
  nodes: { ...several.nodes, shop: { ...several.nodes.shop, count: 1 } },
  orchestration: {
    restart: "on-failure",
    scales: { shop: 2 },
    autoscale: { mode: "reactive", provisioningS: PROVISIONING_S },
  },
};

export interface Launched {
  readonly target: RunningCompose;
  readonly folder: string;
  readonly deaths: string[];
  leftBehind(): readonly string[];
  /** Whatever is left, for a test that fails in the middle. */
  sweep(): Promise<unknown>;
}

export async function launch(
  spec: TargetSpec,
  { root, socket }: { readonly root: string; readonly socket: string },
): Promise<Launched> {
  const wards = new WardList();
  const runId = `orchestration-${process.pid}-${randomInt(1_000_000)}`;
  const folder = join(root, runId);
  const options = { runId, folder, wards, say() {} };
  const target = await composeUp(spec, options, AbortSignal.timeout(FIRST_LIMIT_MS), { socket });
  const deaths: string[] = [];
  target.onDeath(({ node, because }) => deaths.push(`${node}: ${because}`));
  return {
    ...{ target, folder, deaths },
    leftBehind: () => [...leftOf(wards), ...ofRun(socket, runId)],
    sweep: () => sweep(wards.leftovers(), { limitMs: TEST_LIMIT_MS }),
  };
}

export const shopsOf = ({ target }: Launched): readonly ContainerNode[] =>
  target.nodes.filter(({ component }) => component === "shop");
export const namesOf = (nodes: readonly ContainerNode[]) => nodes.map(({ name }) => name).sort();

export interface Noted {
  readonly atS: number;
  readonly event: string;
  readonly node?: string;
  readonly members?: number;
  readonly usedRatio?: number;
  readonly nodeS?: number;
  readonly most?: number;
}

/** What the autoscaler wrote down. */
export function eventsOf({ folder }: Launched): readonly Noted[] {
  const path = join(folder, "autoscale.ndjson");
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as Noted);
}
