/** Varnish as an edge of a content delivery network. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { acceptsConnections } from "../probes.ts";
import { renderVarnish } from "../render-varnish.ts";
import { balancerProblems, commandOf, ownFolder, type ProgramKind } from "./program-kind.ts";

export const varnish: ProgramKind = {
  settings: [],
  problems: (_spec, _name, node) => balancerProblems(node),
  async recipe(order) {
    const { port, host, reachedAt, backends, kitchen, base, write } = order;
    const config = renderVarnish(backends);
    await write(config);
    const folder = await ownFolder(order);
    // It reads it as whom it runs, who may not come to where the first one is kept.
    const readable = join(folder, "edge.vcl");
    await writeFile(readable, config);
    return {
      program: {
        ...base,
        command: commandOf("varnish", kitchen),
        args: [
          ...["-F", "-f", readable, "-a", `${host}:${port}`, "-n", folder, "-s", "malloc,64m"],
          // What the shop does not say is not kept. The command line interface would listen on a port of its own.
          ...["-t", "0", "-T", "none", "-j", "none"],
          ...["-p", "thread_pools=1", "-p", "thread_pool_min=10"],
        ],
        user: kitchen.user,
      },
      readiness: { does: "accept connections", limitMs: 20_000, probe: acceptsConnections(port, reachedAt) },
    };
  },
};
