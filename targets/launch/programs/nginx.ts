/** nginx as a reverse proxy. */
import { acceptsConnections } from "../probes.ts";
import { renderNginx } from "../render-nginx.ts";
import { balancerProblems, commandOf, ownFolder, type ProgramKind } from "./program-kind.ts";

export const nginx: ProgramKind = {
  settings: ["balance"],
  problems: (_spec, _name, node) => balancerProblems(node),
  async recipe(order) {
    const { member, port, backends, kitchen, base, write } = order;
    const folder = await ownFolder(order);
    const { balance = "round-robin" } = member.settings;
    const config = await write(renderNginx({ port, backends, balance, folder, user: kitchen.user }));
    return {
      program: { ...base, command: commandOf("nginx", kitchen), args: ["-p", folder, "-c", config] },
      readiness: { does: "accept connections", limitMs: 10_000, probe: acceptsConnections(port) },
    };
  },
};
