/** `bench targets scale|update`: orders to a target of containers that was left running, which goes on serving. */
import { Failure, unknownName } from "../../base/failure.ts";
import { findTarget } from "../../targets/catalog.ts";
import { type Attached, attach, type ChosenAnew } from "../../targets/launch/compose/attach.ts";
import { type Release, releasesBetween } from "../../targets/launch/compose/release.ts";
import { type KeptTarget, saveKept } from "../../targets/launch/kept.ts";
import type { Scaled, Updated } from "../../targets/running-target.ts";
import { chooseVariants } from "../../targets/variant.ts";
import { openProgress } from "../progress.ts";
import { keptFolder } from "../results.ts";
import { readScaleWords } from "../scale-words.ts";
import { keptNamed } from "./targets.ts";

interface Words {
  readonly json?: boolean;
  readonly variant?: readonly string[];
}

export async function scale(
  id: string,
  words: readonly string[],
  { json }: Words,
  signal: AbortSignal,
): Promise<number> {
  const { say, kept, ...held } = await reach(id);
  await using attached = held.attached;
  const { operations } = attached;
  const { orders, problems } = readScaleWords(words, operations.scalable());
  if (problems.length > 0) throw notLikeThis(`${id} cannot be scaled like this`, problems);
  const done: (Scaled & { readonly node: string; readonly members: number })[] = [];
  try {
    for (const { node, count } of orders) {
      say(`${node} is brought to ${count} members`);
      done.push({ node, members: count, ...(await operations.scale(node, count, signal)) });
    }
  } finally {
    await saveKept(keptFolder(), await attached.keep());
  }
  if (json === true) tell({ id, runId: kept.runId, scaled: done });
  else
    for (const { node, members, added, removed, tookMs } of done) {
      const how = [...added.map((name) => `${name} came`), ...removed.map((name) => `${name} went`)];
      const what = how.length === 0 ? "which it had" : `${how.join(", ")}, in ${seconds(tookMs)}`;
      process.stdout.write(`${node} has ${members} member${members === 1 ? "" : "s"}: ${what}\n`);
    }
  return 0;
}

export async function update(
  id: string,
  names: readonly string[],
  { json, variant }: Words,
  signal: AbortSignal,
): Promise<number> {
  const { say, kept, ...held } = await reach(id);
  await using attached = held.attached;
  const { operations, spec } = attached;
  const { releases, chosen } =
    variant === undefined
      ? { releases: namedAnew(id, names, attached), chosen: undefined }
      : chosenAnew({ kept, names, words: variant, spec });
  const done: (Updated & { readonly node: string })[] = [];
  let isDone = false;
  try {
    for (const { node, settings } of releases) {
      say(`${node} is updated, member after member`);
      const updated = await operations.rollingUpdate(node, settings, signal);
      done.push({ node, ...updated });
    }
    isDone = true;
  } catch (error) {
    // The members of one node were put back already; a choice that concerns several holds for all of them or for none.
    for (const { node } of chosen === undefined ? [] : done.toReversed()) {
      say(`${node} is put back`);
      await operations.rollingUpdate(node, releases.find((each) => each.node === node)!.before, never);
    }
    throw error;
  } finally {
    await saveKept(keptFolder(), await attached.keep(isDone ? chosen : undefined));
  }
  if (json === true) tell({ id, runId: kept.runId, updated: done });
  else
    for (const { node, members, tookMs } of done)
      process.stdout.write(`${node} is updated: ${members.join(", ")}, in ${seconds(tookMs)}\n`);
  return 0;
}

const never = new AbortController().signal;

/** The target, held, and a way to tell of progress. */
async function reach(id: string) {
  const [kept] = await keptNamed(id);
  const say = openProgress({ stream: process.stderr }).heard.step;
  return { kept: kept!, say, attached: await attach(kept!, say) };
}

/** The applications named, or all: new containers with the settings they have, of the shop as it is here and now. */
function namedAnew(id: string, names: readonly string[], { operations }: Attached): readonly Release[] {
  const all = operations.scalable().map(({ node }) => node);
  const problems = names
    .filter((name) => !all.includes(name))
    .map((name) => unknownName("application", name, all));
  if (problems.length > 0) throw notLikeThis(`${id} cannot be updated like this`, problems);
  const chosen = names.length === 0 ? all : all.filter((node) => names.includes(node));
  return chosen.map((node) => ({ node, settings: {}, before: {} }));
}

/** The applications that the variants change, which must be all that they change. */
function chosenAnew({
  kept,
  names,
  words,
  spec,
}: {
  readonly kept: KeptTarget;
  readonly names: readonly string[];
  readonly words: readonly string[];
  readonly spec: Attached["spec"];
}): { readonly releases: readonly Release[]; readonly chosen: ChosenAnew } {
  const variants = [...(kept.variants ?? []), ...words];
  const wanted = chooseVariants(findTarget(kept.id), variants);
  const problems = [...wanted.problems];
  if (names.length > 0)
    problems.push(`${names.join(" ")} cannot be named: variants decide which applications change`);
  const { releases, others } = releasesBetween(spec, wanted.spec);
  if (wanted.problems.length === 0) {
    if (others.length > 0)
      problems.push(
        `${words.join(" ")} changes more than applications can be told while they run: ${others.join(", ")}; take the target down and bring it up so`,
      );
    else if (releases.length === 0) problems.push(`${words.join(" ")} changes no application as it is now`);
  }
  if (problems.length > 0) throw notLikeThis(`${kept.id} cannot be updated like this`, problems);
  return { releases, chosen: { spec: wanted.spec, variants } };
}

const notLikeThis = (sentence: string, problems: readonly string[]) =>
  new Failure("usage", sentence, { problems });
const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
const tell = (result: object) => process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
