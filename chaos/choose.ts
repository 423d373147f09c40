/** From where a fault is wished to where it will be: names and selectors to members, the same for the same seed. Pure. */
import { nearest } from "../base/failure.ts";
import { Random } from "../base/random.ts";
import type { Member } from "../targets/launch/members.ts";
import type { TargetSpec } from "../targets/target.ts";
import { clients, type Edge, type Only } from "./fault.ts";

export interface Choice {
  readonly seed: number;
  /** Which wish of the plan it is: two with the same selector choose for themselves. */
  readonly index: number;
}

export type Chosen<T> = readonly T[] | { readonly problem: string };

const keys = ["tier", "zone", "component", "primary", "replica"] as const;

/**
 * Members by `shop-2`, `shop` (all of it), `tier=app`, `zone=b`, `component=redis`, `primary=trade`, `replica=trade`,
 * several selectors with commas (all must hold), and `*2` behind any of them for two by the seed.
 */
export function chooseNodes(where: string, members: readonly Member[], choice: Choice): Chosen<Member> {
  const [, words = "", count] = /^(.*?)(?:\*(\d+))?$/.exec(where.trim()) ?? [];
  let found: readonly Member[] = members;
  for (const word of words.split(",").map((each) => each.trim())) {
    const narrowed = narrow(word, found, members);
    if ("problem" in narrowed) return narrowed;
    found = narrowed;
  }
  if (found.length === 0) return { problem: `"${where}" is nobody: no member of this target fits all of it` };
  if (count === undefined) return found;
  const wanted = Number(count);
  if (wanted < 1 || wanted > found.length)
    return { problem: `"${where}" asks for ${wanted} of ${found.length}: ${namesOf(found)}` };
  return sample(found, wanted, choice);
}

/** As `chooseNodes`, for a fault that is not for everybody: a selector finds those it is for, a name is held to it. */
export function chooseFitting(
  where: string,
  members: readonly Member[],
  choice: Choice,
  { name, only }: { readonly name: string; readonly only: Only },
): Chosen<Member> {
  const fitting = members.filter((member) => only.fits(member));
  if (fitting.length === 0) return { problem: `${name} is for ${only.what}, and this target has none` };
  const meant = chooseNodes(where.replace(/\*\d+$/, ""), members, choice);
  if ("problem" in meant) return meant;
  const isSelector = where.includes("=");
  const strangers = meant.filter((member) => !fitting.includes(member));
  if (strangers.length === 0 || (isSelector && strangers.length < meant.length))
    return chooseNodes(where, isSelector ? fitting : members, choice);
  const who = strangers.length === 1 ? `${strangers[0]!.name} is none` : `${namesOf(strangers)} are none`;
  return { problem: `${name} is for ${only.what}; ${who}, ${namesOf(fitting)} would do` };
}

/**
 * Edges by `shop-1>db`, each side as for nodes, `clients` for the agents; without `>`, all that lead to the nodes named.
 * @param isBothWays also those back, and without `>` those that lead away from them
 */
export function chooseEdges(
  where: string,
  members: readonly Member[],
  spec: TargetSpec,
  choice: Choice,
  isBothWays = false,
): Chosen<Edge> {
  const [left, right, ...more] = where.split(">").map((side) => side.trim());
  if (left === undefined || more.length > 0)
    return { problem: `"${where}" is not one edge; write for example shop-1>db` };
  const all = edgesOf(members, spec);
  const to = chooseNodes(right ?? left, members, choice);
  if ("problem" in to) return to;
  const toNames = new Set(to.map(({ name }) => name));
  let fromNames: ReadonlySet<string> | undefined;
  if (right !== undefined && left === clients) fromNames = new Set([clients]);
  else if (right !== undefined) {
    const from = chooseNodes(left, members, choice);
    if ("problem" in from) return from;
    fromNames = new Set(from.map(({ name }) => name));
  }
  const isMeant = (from: string, to: string) => toNames.has(to) && fromNames?.has(from) !== false;
  const found = all.filter(({ from, to }) => isMeant(from, to) || (isBothWays && isMeant(to, from)));
  if (found.length > 0) return found;
  const callers = all.filter((edge) => toNames.has(edge.to)).map(({ from }) => from);
  const who =
    callers.length === 0 ? "nobody calls it" : `it is called by ${[...new Set(callers)].join(", ")}`;
  return { problem: `there is no edge "${where}": ${who}` };
}

/** Everything that is called, replication and the way in included. */
export function edgesOf(members: readonly Member[], spec: Pick<TargetSpec, "entry">): readonly Edge[] {
  return members.flatMap(({ name, node, calls, replicaOf }) => [
    ...(node === spec.entry ? [{ from: clients, to: name }] : []),
    ...calls.map((to) => ({ from: name, to })),
    ...(replicaOf === undefined ? [] : [{ from: name, to: replicaOf }]),
  ]);
}

function narrow(word: string, among: readonly Member[], all: readonly Member[]): Chosen<Member> {
  const [key, value] = word.split("=") as [string, string | undefined];
  if (value === undefined) {
    const byName = among.filter(({ name, node }) => name === word || node === word);
    if (byName.length > 0 || all.some(({ name, node }) => name === word || node === word)) return byName;
    const names = [...new Set(all.flatMap(({ name, node }) => [name, node]))];
    const guess = nearest(word, names);
    const tail = guess === undefined ? `it has ${namesOf(all)}` : `did you mean "${guess}"?`;
    return { problem: `there is no node "${word}"; ${tail}` };
  }
  const known = keys.find((each) => each === key);
  if (known === undefined) {
    const guess = nearest(key, keys);
    const tail = guess === undefined ? `there are ${keys.join(", ")}` : `did you mean "${guess}"?`;
    return { problem: `there is no selector "${key}"; ${tail}` };
  }
  const values = [...new Set(all.flatMap((member) => valuesOf(member, known)))];
  if (!values.includes(value)) {
    const guess = nearest(value, values);
    const tail = guess === undefined ? `known: ${values.join(", ") || "none"}` : `did you mean "${guess}"?`;
    return { problem: `no node has ${known}=${value}; ${tail}` };
  }
  return among.filter((member) => valuesOf(member, known).includes(value));
}

function valuesOf(
  { tier, zone, component, holds, replicaOf }: Member,
  key: (typeof keys)[number],
): readonly string[] {
  switch (key) {
    case "tier":
      return [tier];
    case "zone":
      return zone === undefined ? [] : [zone];
    case "component":
      return [component];
    case "primary":
      return replicaOf === undefined ? holds : [];
    case "replica":
      return replicaOf === undefined ? [] : holds;
    default:
      return key satisfies never;
  }
}

/** So many of them, in declared order. */
function sample(found: readonly Member[], wanted: number, { seed, index }: Choice): readonly Member[] {
  const random = new Random(seed, index);
  const left = [...found];
  const taken = new Set<Member>();
  while (taken.size < wanted) taken.add(left.splice(random.below(left.length), 1)[0]!);
  return found.filter((member) => taken.has(member));
}

const namesOf = (members: readonly Member[]) => members.map(({ name }) => name).join(", ");
