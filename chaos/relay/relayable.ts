/** Which connections can be led through the relay, and why others cannot. Pure. */
import { clients, type Edge, entry, type Outlook } from "../fault.ts";

/** Those over which there are connections: a name server tells of others, and never calls them. */
export function connectionsAmong(
  edges: readonly Edge[],
  { members }: Pick<Outlook, "members">,
): readonly Edge[] {
  const servers = new Set(members.filter(({ component }) => component === "knot").map(({ name }) => name));
  return edges.filter(({ from, to }) => !servers.has(from) && !servers.has(to));
}

/** All that stands in the way, one sentence each. */
export function relayProblems(edges: readonly Edge[], outlook: Outlook): readonly string[] {
  const led = connectionsAmong(edges, outlook);
  if (led.length === 0) return ["nobody makes connections there"];
  return [...new Set(led.flatMap((edge) => edgeProblem(edge, outlook) ?? []))];
}

function edgeProblem(edge: Edge, { members, spec }: Outlook): string | undefined {
  const ofKernel = [edge.from, edge.to].find((name) => componentOf(name, members) === "keepalived");
  if (edge.from === clients) {
    if (edge.to === entry) return undefined;
    if (Object.values(spec?.nodes ?? {}).some(({ component }) => component === "knot"))
      return "clients find the way in by its name, behind which the relay does not stand; disturb an edge inside";
    if (ofKernel !== undefined)
      return `the address of ${ofKernel} moves, and the relay stands before one that stays; use --network loopback`;
    return undefined;
  }
  if (ofKernel !== undefined)
    return `the kernel forwards the packets of ${ofKernel}, and the relay carries whole connections; use --network loopback`;
  return undefined;
}

const componentOf = (name: string, members: Outlook["members"]) =>
  members.find((member) => member.name === name)?.component;
