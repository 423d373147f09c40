/** Where the members of a node stand, and whom they call there. Pure. */
import type { NodeSpec, TargetSpec } from "../target.ts";

/** A member by name, and the zone it stands in. */
export interface Place {
  readonly name: string;
  readonly zone: string | undefined;
}

/** The members of a node, zone by zone: `shop-a-1`, `shop-a-2`, `shop-b-1`, ...; without zones just `shop-1`, `shop-2`. */
export function placesOf(node: string, { count = 1, zone, zones }: NodeSpec<string>): readonly Place[] {
  const standing = zones?.map((each) => ({ name: `${node}-${each}`, zone: each })) ?? [{ name: node, zone }];
  if (!(count > 1)) return standing;
  return standing.flatMap(({ name, zone: there }) =>
    Array.from({ length: Math.floor(count) }, (_, index) => ({ name: `${name}-${index + 1}`, zone: there })),
  );
}

/**
 * The members that somebody in `zone` calls of a node. Of one that stands in several zones those near by; but every
 * part of data that is split, since it is nowhere else, and every member of an object store. Who stands in no zone calls all.
 */
export function calledFrom(
  zone: string | undefined,
  node: string,
  declared: NodeSpec<string>,
): readonly Place[] {
  const places = placesOf(node, declared);
  const isOnlyCopy = declared.component === "postgres" && declared.replicaOf === undefined;
  // Every member has every object, and who writes one writes it to all.
  const isWrittenToAll = declared.component === "object-store";
  if (zone === undefined || declared.zones === undefined || isOnlyCopy || isWrittenToAll) return places;
  return places.filter((place) => place.zone === zone);
}

/** Every zone of a target, in the order in which they are named. */
export function zonesIn({ nodes }: Pick<TargetSpec, "nodes">): readonly string[] {
  const named = Object.values(nodes).flatMap(({ zone, zones = [] }) =>
    zone === undefined ? zones : [zone, ...zones],
  );
  return [...new Set(named)];
}

/** What is wrong with where a node stands, as ends of sentences. */
export function zoneProblems(spec: TargetSpec, { zone, zones, calls = [] }: NodeSpec<string>): string[] {
  const problems: string[] = [];
  if (zone !== undefined && zones !== undefined)
    problems.push("stands in a zone and in zones; one word is enough");
  if (zones?.length === 0) problems.push("stands in no zone at all; leave `zones` out");
  if (new Set(zones).size < (zones?.length ?? 0)) problems.push("names a zone twice");
  for (const own of zones ?? (zone === undefined ? [] : [zone])) {
    const reached = calls.flatMap((called) => {
      const node = spec.nodes[called];
      return node === undefined ? [] : calledFrom(own, called, node);
    });
    if (calls.length > 0 && reached.length === 0) problems.push(`has nobody to call in zone ${own}`);
  }
  return problems;
}

/**
 * The loopback address at which a member is told apart from those that answer under the same name: 127.0.(10 + zone).
 * (1 + place in it). All of 127/8 is this machine on Linux; elsewhere such an address has to be made first.
 */
export function ownAddress(zone: string | undefined, placeInZone: number, zones: readonly string[]): string {
  const index = zone === undefined ? zones.length : zones.indexOf(zone);
  return `127.0.${10 + index}.${1 + placeInZone}`;
}
