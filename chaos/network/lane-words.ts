/** A narrow lane on a device of a network: a class of HTB, and who has to take it. As words for `tc`, and what it says. Pure. */
import { hashOf } from "../relay/cohort.ts";
import type { Peer } from "./places.ts";

export interface Lane {
  /** Minor number of the class, and preference of its filters: 1 to 65534. */
  readonly lane: number;
  readonly device: string;
  /** Whose packets take it: those that come from there, or go there. */
  readonly match: "src" | "dst";
  readonly peers: readonly Peer[];
  readonly bytesPerS: number;
}

/** Made from the fault's name, so that whoever has nothing else finds it. Two may share one: a plan has one lane for a callee at a time. */
export const laneOf = (fault: string): number => (hashOf(fault) % 65_534) + 1;

/** What a class can be told: below the first one large packet is more than a minute, above the second numbers end. */
export const laneLimits = { leastBytesPerS: 1_000, mostBytesPerS: 4e9 } as const;

/** What passes at once after a pause: ten milliseconds of it, and at least one Ethernet frame. */
const burstOf = (bytesPerS: number) => Math.max(1_600, Math.ceil(bytesPerS / 100));
/** What may wait: a second of it, as at a line that is much too narrow, and at least two of the kernel's largest packets. */
const roomOf = (bytesPerS: number) => Math.max(131_072, Math.ceil(bytesPerS));
const FRAME_BYTES = 1_514;

/** The root that lanes are classes of; what takes none passes as if it were not there. It goes with its network. */
export const rootWords = (device: string) => ["qdisc", "add", "dev", device, "root", "handle", "1:", "htb"];
export const hasRoot = (said: string): boolean => /^qdisc htb 1: root/m.test(said);

/** What `tc -batch` is told to open it, where the root is there. */
export function openLaneWords({ lane, device, match, peers, bytesPerS }: Lane): string {
  const [id, burst] = [classOf(lane), burstOf(bytesPerS)];
  const rate = `rate ${Math.round(bytesPerS)}bps burst ${burst} cburst ${burst}`;
  const own = match === "src" ? "dport" : "sport";
  return [
    `class add dev ${device} parent 1: classid ${id} htb ${rate} quantum ${FRAME_BYTES}`,
    `qdisc add dev ${device} parent ${id} bfifo limit ${roomOf(bytesPerS)}`,
    ...peers.map(({ address, port }) => {
      const ofPort = port === undefined ? "" : ` match ip protocol 6 0xff match ip ${own} ${port} 0xffff`;
      const whose = `match ip ${match} ${address}/32${ofPort}`;
      return `filter add dev ${device} parent 1: protocol ip prio ${lane} u32 ${whose} flowid ${id}`;
    }),
    "",
  ].join("\n");
}

/** So wide that what waits goes at once, but for what its last packet still owes. */
export const widenWords = (device: string, lane: number): readonly string[] => [
  ...["class", "change", "dev", device, "parent", "1:", "classid", classOf(lane), "htb"],
  ...["rate", "10gbit", "burst", "1mb", "cburst", "1mb", "quantum", `${FRAME_BYTES}`],
];
/** Filters first, for a class that is in use cannot go. */
export const closeLaneWords = (device: string, lane: number): readonly (readonly string[])[] => [
  ["filter", "del", "dev", device, "parent", "1:", "prio", `${lane}`],
  ["class", "del", "dev", device, "classid", classOf(lane)],
];

export interface LaneSeen {
  readonly bytes: number;
  /** Waiting now. */
  readonly waiting: number;
  /** How often it was beyond its rate: also when nothing had to wait for that. */
  readonly overRate: number;
  readonly dropped: number;
}

export const hasLane = (said: string, lane: number): boolean => partAbout(said, lane) !== undefined;

/**
 * Of what `tc -s class show` says; undefined when there is no such lane.
 * @throws {Error} when it says it in other words than we know
 */
export function laneIn(said: string, lane: number): LaneSeen | undefined {
  const about = partAbout(said, lane);
  if (about === undefined) return undefined;
  const sent = /Sent (\d+) bytes \d+ pkt \(dropped (\d+), overlimits (\d+)/.exec(about);
  const waiting = /backlog \S+ (\d+)p/.exec(about);
  if (sent === null || waiting === null)
    throw new Error(`tc says of a class what we do not understand: ${about.trim()}`);
  const [, bytes, dropped, overRate] = sent.map(Number) as [number, number, number, number];
  return { bytes, waiting: Number(waiting[1]), overRate, dropped };
}

const partAbout = (said: string, lane: number): string | undefined =>
  said.split(/^(?=class )/m).find((part) => new RegExp(`^class htb ${classOf(lane)} `).test(part));

/** `tc` writes minor numbers as hexadecimal. */
const classOf = (lane: number) => `1:${lane.toString(16)}`;
