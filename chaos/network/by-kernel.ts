/** What the kernel does better than any program where every node has a network of its own, and when it is left to it. */
import type { Edge, Ground, Outlook, PlannedFault, PreparedFault } from "../fault.ts";
import type { Disturbance } from "../relay/relay-control.ts";
import { laneLimits } from "./lane-words.ts";
import { preparedNarrow } from "./narrow-lane.ts";
import { preparedDrop } from "./packet-drop.ts";
import { preparedLoss } from "./packet-loss.ts";

export interface KernelWork {
  readonly mechanism: string;
  /** As in `FaultPlan`. */
  readonly takes?: readonly string[];
  /** @param isWhole whether it is for the nodes as a whole, and not only for their edges */
  prepare(planned: PlannedFault, ground: Ground, isWhole: boolean): Promise<PreparedFault>;
}

/** Why it is for the relay although there are such networks. */
export interface KernelCannot {
  readonly cannot: string;
}

/**
 * A new connection is disturbed too, which no program can do to another one's. It knows no shares of connections, heals as
 * networks do, and has one lane for one node. Undefined: it is for the relay.
 */
export function byKernel(
  does: Disturbance,
  share: number,
  edges: readonly Edge[],
  { launcher, network, host }: Outlook,
): KernelWork | KernelCannot | undefined {
  if (launcher !== "processes" || network !== "namespaces" || share !== 1) return undefined;
  switch (does.kind) {
    case "hold": {
      if (does.heal !== "resume") return undefined;
      const { way } = does;
      return {
        mechanism: "packets dropped by nft in the networks that the nodes have of their own",
        prepare: (planned, ground, isWhole) =>
          preparedDrop(planned, ground, { edges: planned.edges, way, isWhole }),
      };
    }
    case "loss": {
      if (does.way !== "both") return undefined;
      const cannot = host.lines?.().noLoss;
      if (cannot !== undefined) return { cannot };
      const { ratio } = does;
      return {
        mechanism: "packets lost by nft on the lines of the nodes",
        prepare: (planned, ground) => preparedLoss(planned, ground, { edges: planned.edges, ratio }),
      };
    }
    case "bandwidth": {
      const { bytesPerS, of, way } = does;
      const [callee, ...others] = new Set(edges.map(({ to }) => to));
      const { leastBytesPerS, mostBytesPerS } = laneLimits;
      const isForLane = bytesPerS >= leastBytesPerS && bytesPerS <= mostBytesPerS;
      if (callee === undefined || others.length > 0 || of !== "edges" || way !== "both" || !isForLane)
        return undefined;
      const cannot = host.lines?.().noLanes;
      if (cannot !== undefined) return { cannot };
      return {
        mechanism: "a class of HTB by tc on the line of the node",
        // Whose packets two lanes would have is nobody's to say.
        takes: [`the lane of ${callee}`],
        prepare: (planned, ground) => preparedNarrow(planned, ground, { edges: planned.edges, bytesPerS }),
      };
    }
    default:
      return undefined;
  }
}
