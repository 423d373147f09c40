/** What people ask for by name and is no fault of ours: why not, or what it is called instead. */

const reasons: Readonly<Record<string, string>> = {
  memory:
    "memory cannot be made short for one node: nodes have no memory limits of their own, and without one it would be short for the whole machine, the agents included",
  "disk-full": "a disk cannot be filled for one node: all keep their data on the same one, which is yours",
  "clock-skew":
    "a clock cannot be set for one node: the wall clock is the whole machine's, also in a time namespace, and programs are started without anything that would lie to them about it",
  "zone-partition": "it is partition between two zones, as in partition:zone=a>zone=b",
  "l4-kill": "it is kill:tier=l4*1, and vip-failover for whoever has the virtual address",
  cpu: "it is slow, which takes CPU away from a node, or neighbour, which uses it up beside it",
};

/** A sentence; undefined for a name that nobody expects. */
export const whyNotHere = (fault: string): string | undefined => reasons[fault];
