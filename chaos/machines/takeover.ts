/** Whether somebody takes over the address of a layer-4 node that is gone: where nodes have networks, not on loopback. Pure. */
import type { Outlook } from "../fault.ts";

/** The end of a mechanism; empty for nodes of other tiers, and where an address can move. */
export function takeoverWords({ members, launcher, network }: Outlook, name: string): string {
  const member = members.find((each) => each.name === name);
  if (member?.tier !== "l4" || launcher !== "processes" || network !== "loopback") return "";
  return "; nobody takes its address over, which takes --network namespaces";
}
