/** The watch over what a target says of itself, for a run with faults: who is where, and where it is written down. */
import type { Clock } from "../../base/clock.ts";
import type { Edge } from "../../chaos/fault.ts";
import type { RelayControl } from "../../chaos/relay/relay-control.ts";
import type { Member } from "../../targets/launch/members.ts";
import type { RunningTarget } from "../../targets/running-target.ts";
import type { RunRecord } from "../record.ts";
import type { AddressBook } from "./log-detections.ts";
import { TargetWatch } from "./target-watch.ts";

export interface OpenTargetWatch {
  readonly target: RunningTarget;
  readonly members: readonly Member[];
  /** Edges that lead through the relay, where there is one. */
  readonly relayed: readonly Edge[];
  readonly relay: RelayControl | undefined;
  readonly clock: Clock;
  readonly record: Pick<RunRecord, "event">;
}

export function openTargetWatch({
  target: { nodes },
  members,
  relayed,
  relay,
  clock,
  record,
}: OpenTargetWatch): TargetWatch {
  return new TargetWatch({
    ...{ nodes, members, clock },
    addresses: addressBook(nodes, relayed, relay),
    detected: ({ atS, by, source, about, isBack, says }) =>
      record.event("detected", { atS, by, source, about, isBack, says }),
  });
}

/** Callers know a node by its own address, the one it has among them, or that of the door before it. */
export function addressBook(
  nodes: RunningTarget["nodes"],
  relayed: readonly Edge[],
  relay: Pick<RelayControl, "addressOf" | "leads"> | undefined,
): AddressBook {
  const doors = relayed.flatMap((edge) =>
    relay?.leads(edge) === true ? [[relay.addressOf(edge), edge.to] as const] : [],
  );
  const own = nodes.flatMap(({ name, address, knownAs }) =>
    [address, knownAs].flatMap((each) => (each === undefined ? [] : [[each, name] as const])),
  );
  return new Map([...own, ...doors]);
}
