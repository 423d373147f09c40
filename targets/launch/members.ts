/** A target's declaration spelled out: every member by its own name, with the members it calls. Pure. */
import { Failure } from "../../base/failure.ts";
import { missingFor } from "../strategies.ts";
import type { Business, Component, NodeSettings, NodeSpec, TargetSpec, Tier } from "../target.ts";
import { programs } from "./programs/catalog.ts";
import { servedBy } from "./served-by.ts";
import { calledFrom, ownAddress, placesOf, zoneProblems, zonesIn } from "./zones.ts";

/** One node that will run: `shop-3` of the declared node `shop`. */
export interface Member {
  readonly name: string;
  /** The declared node it is a member of. */
  readonly node: string;
  readonly component: Component;
  readonly tier: Tier;
  readonly zone: string | undefined;
  readonly cpuMillicores: number;
  readonly machine: string | undefined;
  readonly settings: NodeSettings;
  /** Names of members, in declared order. */
  readonly calls: readonly string[];
  readonly holds: readonly Business[];
  /** Which part of the hash-split data is here. */
  readonly shard: { readonly index: number; readonly count: number };
  /** Name of the member it streams from. */
  readonly replicaOf: string | undefined;
  /** Where it listens on loopback when a name server tells of it; those of one node are told apart by it, not by port. */
  readonly ownAddress?: string;
}

/**
 * Every member of the target, in declared order.
 * @throws {Failure} `usage` with all that is wrong with the declaration
 */
export function membersOf(spec: TargetSpec): readonly Member[] {
  const problems = problemsOf(spec);
  if (problems.length > 0) {
    throw new Failure("usage", `target "${spec.id}" cannot be brought up: ${problems[0]}`, { problems });
  }
  const zones = zonesIn(spec);
  const named = new Set(
    Object.values(spec.nodes).flatMap(({ component, calls = [] }) => (component === "knot" ? calls : [])),
  );
  return Object.entries(spec.nodes).flatMap(([node, declared]) => {
    const places = placesOf(node, declared);
    return places.map(({ name, zone }, index) => ({
      name,
      node,
      component: declared.component,
      tier: declared.tier,
      zone,
      cpuMillicores: sized(declared, index),
      machine: declared.machine,
      settings:
        declared.component === "bus"
          ? { ...declared.settings, serves: servedBy(spec, node) }
          : (declared.settings ?? {}),
      calls: (declared.calls ?? []).flatMap((called) =>
        // A bus brings calls wherever a service is.
        calledFrom(declared.component === "bus" ? undefined : zone, called, spec.nodes[called]!)
          .filter((_, at) => !declared.callsPartOf?.includes(called) || at % places.length === index)
          .map((place) => place.name),
      ),
      holds: declared.holds ?? [],
      ...whichPart(spec, declared, index, places.length),
      ...(named.has(node) && {
        ownAddress: ownAddress(
          zone,
          places.filter((place) => place.zone === zone).findIndex((place) => place.name === name),
          zones,
        ),
      }),
    }));
  });
}

function sized({ cpuMillicores, sizes }: NodeSpec<string>, index: number): number {
  return Math.round(cpuMillicores * (sizes?.[index % sizes.length] ?? 1));
}

/** Of split data each replica has one part, the one in its own place of the list. */
function whichPart(
  { nodes }: TargetSpec,
  { replicaOf }: NodeSpec<string>,
  index: number,
  count: number,
): Pick<Member, "shard" | "replicaOf"> {
  if (replicaOf === undefined) return { shard: { index, count }, replicaOf: undefined };
  const primaries = placesOf(replicaOf, nodes[replicaOf]!);
  const isSplit = primaries.length > 1;
  return {
    shard: isSplit ? { index, count: primaries.length } : { index: 0, count: 1 },
    replicaOf: primaries[isSplit ? index : 0]!.name,
  };
}

/** What is wrong with a declaration, one sentence each; nothing when it can be brought up. */
export function problemsOf(spec: TargetSpec): readonly string[] {
  const problems: string[] = [];
  if (!(spec.entry in spec.nodes)) problems.push(`its entry "${spec.entry}" is not one of its nodes`);
  for (const [name, node] of Object.entries(spec.nodes)) {
    problems.push(...nodeProblems(spec, name, node).map((problem) => `node "${name}" ${problem}`));
  }
  const names = Object.entries(spec.nodes).flatMap(([name, node]) =>
    placesOf(name, node).map((place) => place.name),
  );
  for (const name of new Set(names.filter((name, index) => names.indexOf(name) !== index))) {
    problems.push(`two members would be called "${name}"`);
  }
  const missing = missingFor(spec.defaultStrategy, spec);
  if (missing !== undefined) problems.push(missing);
  problems.push(...orchestrationProblems(spec));
  const circle = circleIn(spec);
  if (circle) problems.push(`its nodes call each other in a circle: ${circle.join(" -> ")}`);
  return problems;
}

/** Only containers have somebody who starts them again and adds to them. */
function orchestrationProblems({ orchestration, launchers, nodes }: TargetSpec): string[] {
  if (orchestration === undefined) return [];
  const problems = Object.entries(orchestration.scales).flatMap(([node, most = 0]) => {
    const declared = nodes[node];
    if (declared === undefined) return [`it scales "${node}", which is not a node`];
    const count = declared.count ?? 1;
    if (declared.component !== "shop")
      return [`it scales "${node}", which is not an application but keeps data`];
    if (most < count) return [`it scales "${node}" to ${most} at most, and begins with ${count}`];
    const deaf = Object.entries(nodes).filter(
      ([, { calls = [], component }]) => calls.includes(node) && component !== "nginx",
    );
    if (deaf.length > 0) {
      const names = deaf.map(([name]) => name).join(" and ");
      return [`it scales "${node}", which ${names} calls: only nginx is told of members that come and go`];
    }
    return [];
  });
  if (launchers?.includes("processes") !== false)
    problems.push(
      "it has an orchestrator, which only containers have, and does not say that it needs compose",
    );
  return problems;
}

function nodeProblems(spec: TargetSpec, name: string, node: NodeSpec<string>): string[] {
  const problems: string[] = [];
  const count = node.count ?? 1;
  const calls = node.calls ?? [];
  const strangers = calls.filter((called) => !(called in spec.nodes));
  for (const stranger of strangers) problems.push(`calls "${stranger}", which is not a node`);
  if (!Number.isInteger(count) || count < 1)
    problems.push(`has a count of ${count}; it must be 1 or more, whole`);
  if (node.sizes?.some((size) => !(node.cpuMillicores * size >= 1)))
    problems.push(`has members of sizes ${node.sizes.join(", ")}; each needs at least 1 millicore`);
  if (!(node.cpuMillicores >= 1)) problems.push(`has ${node.cpuMillicores} millicores; it needs at least 1`);

  for (const called of node.callsPartOf ?? []) {
    const [own, others] = [placesOf(name, node).length, placesOf(called, spec.nodes[called] ?? node).length];
    if (!calls.includes(called)) problems.push(`is to call a part of "${called}", which it does not call`);
    else if (others < own)
      problems.push(`has ${own} members, too many for each to have a part of ${others} ${called}`);
  }
  if (node.component !== "postgres" && (node.holds || node.replicaOf)) {
    problems.push("holds data, and is not a postgres node");
  }
  const kind = programs[node.component];
  for (const setting of Object.keys(node.settings ?? {}) as (keyof NodeSettings)[]) {
    if (!kind.settings.includes(setting)) problems.push(`is ${node.component}, which has no ${setting}`);
  }
  problems.push(...zoneProblems(spec, node), ...kind.problems(spec, name, node));
  return problems;
}

/** A circle of calls, first node repeated at its end. A replica waits for its primary as if it called it. */
function circleIn(spec: TargetSpec): string[] | undefined {
  const settled = new Set<string>();
  const visit = (name: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
    if (settled.has(name)) return undefined;
    const node = spec.nodes[name];
    for (const next of [...(node?.calls ?? []), ...(node?.replicaOf ? [node.replicaOf] : [])]) {
      const circle = visit(next, [...path, name]);
      if (circle) return circle;
    }
    settled.add(name);
    return undefined;
  };
  for (const name of Object.keys(spec.nodes)) {
    const circle = visit(name, []);
    if (circle) return circle;
  }
  return undefined;
}
