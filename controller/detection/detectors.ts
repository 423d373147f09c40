/** Who of a target would notice that somebody else of it is in trouble. Pure. */
import type { Detector } from "../../metrics/detection.ts";
import type { Component } from "../../targets/target.ts";
import type { WatchedNode } from "./watched-node.ts";

/** One for each way in which a node watches others; nobody watches where there is none. */
export function detectorsOf(nodes: readonly WatchedNode[]): readonly Detector[] {
  const lookedAfter = nodes.filter(({ isLookedAfter }) => isLookedAfter).map(({ name }) => name);
  return [
    ...nodes.flatMap((node) => ofNode(node, nodes)),
    { by: "orchestrator", source: "orchestrator", about: lookedAfter } as const,
  ].filter(({ about }) => about.length > 0);
}

function ofNode(node: WatchedNode, nodes: readonly WatchedNode[]): readonly Detector[] {
  const { name: by, component, calls, peers, replicaOf } = node;
  const callees = (...components: readonly Component[]) =>
    calls.filter((call) => components.includes(componentOf(call, nodes)!));
  switch (component) {
    case "haproxy":
      return [{ by, source: "health-check", about: calls }];
    case "keepalived":
      return [
        { by, source: "health-check", about: calls },
        { by, source: "vrrp", about: peers },
      ];
    case "nginx":
      return [{ by, source: "failed-tries", about: replaceable(calls, nodes) }];
    case "postgres":
      return [{ by, source: "replication", about: replicaOf === undefined ? [] : [replicaOf] }];
    case "shop":
    case "service":
    case "order-worker":
    case "indexer":
      return [
        // An error in its log names whoever it called by address.
        { by, source: "log", about: calls },
        { by, source: "breaker", about: isGoverned(node) ? callees("service", "bus") : [] },
        { by, source: "connection", about: callees("zookeeper", "nats") },
        ...(component === "indexer"
          ? [{ by, source: "connection", about: callees("postgres") } as const]
          : []),
      ];
    case "bus":
      return [
        { by, source: "log", about: calls },
        { by, source: "connection", about: callees("service") },
      ];
    default:
      // Redis, the search engine, the name server, the edge and the rest say nothing of others that we could read.
      return [];
  }
}

const componentOf = (name: string, nodes: readonly WatchedNode[]): Component | undefined =>
  nodes.find((node) => node.name === name)?.component;

const isGoverned = ({ settings }: WatchedNode): boolean => settings.governance !== false;

/** nginx never leaves out the only backend of an upstream; backends of one upstream serve the same areas. */
function replaceable(calls: readonly string[], nodes: readonly WatchedNode[]): readonly string[] {
  const areasOf = (name: string) =>
    JSON.stringify(nodes.find((node) => node.name === name)?.settings.areas ?? []);
  return calls.filter((call) => calls.some((other) => other !== call && areasOf(other) === areasOf(call)));
}
