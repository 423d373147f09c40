/** Which connections a fault disturbs: the same ones for as long as they live, and again with the same seed. Pure. */
import { fork } from "../../base/random.ts";
import type { RelayFault } from "./relay-control.ts";

/** @param connection its edge and its number in order of arrival: `shop-1>db#17` */
export function isChosen(
  { id, seed, share }: Pick<RelayFault, "id" | "seed" | "share">,
  connection: string,
): boolean {
  return share >= 1 || fork(seed, hashOf(`${id} ${connection}`)).next() < share;
}

/** FNV-1a, 32 bits. Source: draft-eastlake-fnv, section 2. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
