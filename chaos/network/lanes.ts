/** Lanes on the devices of nodes' networks: opened, looked at, closed. Each step may be taken twice. */
import { sleep } from "../../base/clock.ts";
import { inNetworkOf } from "./in-network.ts";
import {
  closeLaneWords,
  hasLane,
  hasRoot,
  type Lane,
  type LaneSeen,
  laneIn,
  openLaneWords,
  rootWords,
  widenWords,
} from "./lane-words.ts";
import type { Device } from "./places.ts";

/** Whatever waits may go before its lane does; a packet of the kernel's largest may owe as much as that. */
const DRAIN_TRIES = 50;
const DRAIN_EVERY_MS = 10;

/** @throws with what `tc` complained of */
export async function openLane(
  { holder, device }: Device,
  lane: Omit<Lane, "device">,
  signal: AbortSignal,
): Promise<void> {
  await closeLane({ holder, device }, lane.lane, signal);
  await openRoot({ holder, device }, signal);
  await inNetworkOf(holder, ["tc", "-batch", "-"], { input: openLaneWords({ ...lane, device }), signal });
}

/** Somebody else may open it at the same moment. */
async function openRoot({ holder, device }: Device, signal: AbortSignal): Promise<void> {
  const isThere = async () => {
    const said = await inNetworkOf(holder, ["tc", "qdisc", "show", "dev", device], { signal });
    return said === undefined || hasRoot(said);
  };
  if (await isThere()) return;
  await inNetworkOf(holder, ["tc", ...rootWords(device)], { signal }).catch(async (error) => {
    if (!(await isThere())) throw error;
  });
}

/** Undefined when there is no such lane, or no such network any more. */
export async function lookAtLane(device: Device, lane: number): Promise<LaneSeen | undefined> {
  const said = await classesOn(device);
  return said === undefined ? undefined : laneIn(said, lane);
}

/**
 * What waits in it goes first, for half a second; the root stays, and goes with its network.
 * @returns how many packets were still waiting, and are lost
 * @throws with what `tc` complained of
 */
export async function closeLane(on: Device, lane: number, signal: AbortSignal): Promise<number> {
  const { holder, device } = on;
  const said = await classesOn(on, signal);
  if (said === undefined || !hasLane(said, lane)) return 0;
  await inNetworkOf(holder, ["tc", ...widenWords(device, lane)], { signal });
  const [filters, ownClass] = closeLaneWords(device, lane);
  // Whoever opened it may have been broken off before the first filter.
  await inNetworkOf(holder, ["tc", ...filters!], { signal }).catch(() => {});
  let waiting = 0;
  for (let tries = 0; tries < DRAIN_TRIES; tries++) {
    waiting = (await lookAtLane(on, lane))?.waiting ?? 0;
    if (waiting === 0) break;
    await sleep(DRAIN_EVERY_MS, signal);
  }
  await inNetworkOf(holder, ["tc", ...ownClass!], { signal });
  return waiting;
}

/** Undefined when the network is gone, or the device, which goes with the network at its other end. */
async function classesOn({ holder, device }: Device, signal?: AbortSignal): Promise<string | undefined> {
  try {
    const words = ["tc", "-s", "class", "show", "dev", device];
    return await inNetworkOf(holder, words, { ...(signal && { signal }) });
  } catch (error) {
    if (/Cannot find device/.test((error as Error).message)) return undefined;
    throw error;
  }
}
