/** A node with what has to be known of it to understand what it says of others. */
import type { Member } from "../../targets/launch/members.ts";
import type { NodeHandle } from "../../targets/running-target.ts";
import type { Component } from "../../targets/target.ts";

export interface WatchedNode extends Pick<Member, "name" | "calls" | "replicaOf" | "settings"> {
  readonly component: Component;
  /** Members of the same declared node in the same zone, itself left out. */
  readonly peers: readonly string[];
  /** Whether somebody starts it again when it ends by itself. */
  readonly isLookedAfter: boolean;
}

/** Those of whom a declaration tells; a node that came while the target ran, or somebody else's, is not among them. */
export function watchedNodes(
  nodes: readonly NodeHandle[],
  members: readonly Member[],
): readonly WatchedNode[] {
  return nodes.flatMap(({ name, component, restarts }) => {
    const member = members.find((each) => each.name === name);
    if (member === undefined) return [];
    const { calls, replicaOf, settings, node, zone } = member;
    const peers = members
      .filter((other) => other.node === node && other.zone === zone && other.name !== name)
      .map((other) => other.name);
    return [{ name, component, calls, replicaOf, settings, peers, isLookedAfter: restarts !== undefined }];
  });
}
