/** How a target with a name server is entered by name. Pure. */
import type { EntryName } from "../running-target.ts";
import type { Member } from "./members.ts";
import { nameOfZone, shopName } from "./render-knot.ts";

/** The name of the entries; undefined when no name server leads to them. */
export function entryNameOf(
  nodes: readonly { readonly member: Member; readonly address: string }[],
  entry: string,
): EntryName | undefined {
  const server = nodes.find(({ member }) => member.component === "knot");
  const entries = nodes.filter(({ member }) => member.node === entry);
  const [first] = entries;
  if (server === undefined || first === undefined) return undefined;
  const zones = new Set(entries.flatMap(({ member: { zone } }) => (zone === undefined ? [] : [zone])));
  return {
    // One port for all of them: a name says nothing of ports.
    url: `http://${shopName}:${new URL(`tcp://${first.address}`).port}`,
    nameServer: server.address,
    lookups: server.member.settings.lookups ?? "honour",
    near: [...zones].map(nameOfZone),
  };
}
