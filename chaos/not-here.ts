/** What people ask for by name and is no fault of ours: why not, or what it is called instead. */

const reasons: Readonly<Record<string, string>> = {
  "zone-partition": "it is partition between two zones, as in partition:zone=a>zone=b",
  "l4-kill": "it is kill:tier=l4*1, and vip-failover for whoever has the virtual address",
  cpu: "it is slow, which takes CPU away from a node, or neighbour, which uses it up beside it",
};

/** A sentence; undefined for a name that nobody expects. */
export const whyNotHere = (fault: string): string | undefined => reasons[fault];
