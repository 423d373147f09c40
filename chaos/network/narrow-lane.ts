/** Edges to one callee through which the kernel lets only so many bytes a second: a lane at each end of its line. */
import type { Edge, Ground, PlannedFault, PreparedFault } from "../fault.ts";
import { type LaneSeen, laneOf } from "./lane-words.ts";
import { closeLane, lookAtLane, openLane } from "./lanes.ts";
import { type Device, holderWords, placesOf } from "./places.ts";

export async function preparedNarrow(
  { id }: PlannedFault,
  ground: Ground,
  { edges, bytesPerS }: { readonly edges: readonly Edge[]; readonly bytesPerS: number },
): Promise<PreparedFault> {
  const lane = laneOf(id);
  const [place, ...others] = await placesOf(edges, ground);
  // One lane is shared by all who take it, and there is none that leads to two nodes.
  if (place === undefined || others.length > 0) throw new Error(`${id} needs edges to one node`);
  const { name, near, far, peers } = place;
  // A packet waits where it leaves: requests before the line, answers at the node.
  const ends: readonly { readonly device: Device; readonly match: "src" | "dst" }[] = [
    { device: far, match: "src" },
    { device: near, match: "dst" },
  ];
  let last: LaneSeen = { bytes: 0, waiting: 0, overRate: 0, dropped: 0 };
  let mostWaiting = 0;
  let lost = 0;
  const look = async () => {
    const seen = await Promise.all(ends.map(({ device }) => lookAtLane(device, lane)));
    const there = seen.flatMap((each) => each ?? []);
    if (there.length === 0) return undefined;
    last = there.reduce((sum, each) => ({
      bytes: sum.bytes + each.bytes,
      waiting: sum.waiting + each.waiting,
      overRate: sum.overRate + each.overRate,
      dropped: sum.dropped + each.dropped,
    }));
    mostWaiting = Math.max(mostWaiting, last.waiting);
    return last;
  };
  return {
    mends: ends.map(({ device }) => ({
      mend: "lane" as const,
      ...{ holder: holderWords(device.holder), device: device.device, lane },
    })),
    async inject(signal) {
      for (const { device, match } of ends) await openLane(device, { lane, match, peers, bytesPerS }, signal);
    },
    async verify() {
      const seen = await look();
      // Being beyond the rate is nothing yet: what left before it was noticed did not wait.
      if (seen === undefined || seen.waiting + seen.dropped === 0) return undefined;
      const found = seen.dropped > 0 ? `, ${seen.dropped} found no room` : "";
      const packets = seen.waiting === 1 ? "1 packet" : `${seen.waiting} packets`;
      return `the kernel has ${packets} wait on the line of ${name}${found}; ${seen.bytes} bytes have passed`;
    },
    async undo(signal) {
      // What cannot be counted is taken back all the same, and one end whatever becomes of the other.
      await look().catch(() => {});
      const closed = await Promise.allSettled(ends.map(({ device }) => closeLane(device, lane, signal)));
      for (const each of closed) {
        if (each.status === "rejected") throw each.reason;
        lost += each.value;
      }
    },
    account: async () => ({
      sentence: `${last.bytes} bytes passed, at most ${mostWaiting} packets were seen to wait, and ${last.dropped + lost} were dropped`,
      figures: { laneBytes: last.bytes, mostWaiting, droppedPackets: last.dropped + lost },
    }),
    async verifyUndone() {
      return (await look()) === undefined ? undefined : `the line of ${name} is still narrow`;
    },
  };
}
