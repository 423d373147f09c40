/** A defect in a node of the shop: planted by a file in its own folder, seen by whoever meets its answers, gone with the file. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sleep } from "../../base/clock.ts";
import { defectsFile } from "../../targets/launch/render-shop.ts";
import type { NodeHandle } from "../../targets/running-target.ts";
import type { Ground, Outlook } from "../fault.ts";
import type { Mend } from "../mend.ts";
import { metricsPage, sumIn } from "../metrics-page.ts";
import type { DefectsFile } from "./defects.ts";
import { type Observer, observerOf } from "./observer.ts";
import { between, nothingSeen, type Symptoms, tellSymptoms } from "./symptoms.ts";

/** How long it is looked at the undisturbed node first. */
export const BASELINE_S = 2;
const BASELINE_LOOKS = 20;

export interface Planting {
  readonly mends: readonly Mend[];
  plant(): void;
  uproot(): void;
  /** A look that does not count. */
  warmUp(): Promise<void>;
  /** From now on answers count as those with the defect. */
  startLooking(): Promise<void>;
  /** They no longer do. */
  stopLooking(): void;
  seen(): Promise<string | undefined>;
  remains(): Promise<string | undefined>;
}

/** Why defects cannot be planted in a node, one sentence each. Pure. */
export const plantingProblems = ({ launcher }: Pick<Outlook, "launcher">): readonly string[] =>
  launcher === "external"
    ? [
        "defects are planted in a node's own folder, and we know nothing of the folders of somebody's own system",
      ]
    : [];

export async function planting(name: string, defects: DefectsFile, ground: Ground): Promise<Planting> {
  const node = ground.node(name);
  const path = join(folderOf(node), defectsFile);
  const observer = observerOf(ground, name);
  const before = await baseline(observer, ground);
  let from: Symptoms | undefined;
  return {
    mends: [{ mend: "leftover", path }],
    plant() {
      mkdirSync(folderOf(node), { recursive: true });
      // A node that looks in the middle of writing would find half of it.
      writeFileSync(`${path}.new`, JSON.stringify(defects));
      renameSync(`${path}.new`, path);
    },
    uproot: () => rmSync(path, { force: true }),
    async warmUp() {
      await observer.look();
    },
    async startLooking() {
      from ??= await observer.look();
    },
    stopLooking() {
      from = undefined;
    },
    async seen() {
      if (from === undefined) return undefined;
      const now = between(from, await observer.look());
      return tellSymptoms(defects, { before, now, who: observer.who }, observer.share);
    },
    async remains() {
      const planted = sumIn(await metricsPage(node), "shop_planted_defects");
      return planted === 0 ? undefined : `${name} still says that a defect is planted in it`;
    },
  };
}

async function baseline(observer: Observer, { clock }: Ground): Promise<Symptoms> {
  const first = await observer.look();
  let last = nothingSeen;
  for (let look = 0; look < BASELINE_LOOKS; look++) {
    await sleep((BASELINE_S * 1_000) / BASELINE_LOOKS, undefined, clock);
    last = await observer.look();
  }
  return between(first, last);
}

const folderOf = (node: NodeHandle): string => node.grip().dataFolder;
