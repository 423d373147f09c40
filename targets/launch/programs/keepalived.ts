/** The kernel's layer 4, and an address that keepalived moves: needs a network of its own, see `--network`. */
import { Failure } from "../../../base/failure.ts";
import type { DirectorConfig } from "../network/director/main.ts";
import { directorProgram } from "../network/director-program.ts";
import { PREFIX_LENGTH } from "../network/network-plan.ts";
import { acceptsConnections } from "../probes.ts";
import { renderKeepalived } from "../render-keepalived.ts";
import { balancerProblems, commandOf, ownFolder, type ProgramKind } from "./program-kind.ts";

/** The first member begins with the address; each next one is less wanted. */
const HIGHEST_PRIORITY = 200;

export const keepalived: ProgramKind = {
  settings: [],
  problems: (_spec, _name, node) => balancerProblems(node),
  async recipe(order) {
    const { member, port, reachedAt, backends, kitchen, base, write } = order;
    const { network } = kitchen;
    const virtual = network?.virtualOf(member.name);
    if (network === undefined || virtual === undefined) {
      throw new Failure(
        "environment",
        `${member.name} has an address that moves, which loopback does not know`,
        {
          hint: "--network namespaces, or a target with haproxy in its place",
        },
      );
    }
    const folder = await ownFolder(order);
    const together = kitchen.members.filter(({ node, zone }) => node === member.node && zone === member.zone);
    const config = await write(
      renderKeepalived({
        name: member.name,
        virtualAddress: virtual.address,
        prefixLength: PREFIX_LENGTH,
        routerId: virtual.routerId,
        priority: HIGHEST_PRIORITY - together.findIndex(({ name }) => name === member.name),
      }),
    );
    const pidPaths = [`${folder}/keepalived.pid`, `${folder}/vrrp.pid`] as const;
    const director: DirectorConfig = {
      port,
      backends: backends.map(({ address }) => address),
      nft: network.tools.nft,
      keepalived: [
        commandOf("keepalived", kitchen),
        ...["--dont-fork", "--log-console", "--vrrp", "--use-file", config],
        ...["--pid", pidPaths[0], "--vrrp_pid", pidPaths[1]],
      ],
      pidPaths,
    };
    const path = await write(`${JSON.stringify(director, null, 2)}\n`, "json");
    const { command, args } = directorProgram();
    return {
      program: { ...base, command, args: [...args, path] },
      readiness: {
        does: "forward connections, with its moving address at one of its group",
        limitMs: 10_000,
        async probe(signal) {
          await acceptsConnections(port, reachedAt)(signal);
          await acceptsConnections(port, virtual.address)(signal);
        },
      },
    };
  },
};
