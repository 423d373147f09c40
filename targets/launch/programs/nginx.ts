/** nginx as a reverse proxy. */

import type { NodeSpec } from "../../target.ts";
import { acceptsConnections } from "../probes.ts";
import { renderNginx } from "../render-nginx.ts";
import { balancerProblems, commandOf, ownFolder, type ProgramKind } from "./program-kind.ts";

export const nginx: ProgramKind = {
  settings: ["balance", "sticky", "resends"],
  problems: (_spec, _name, node) => [...balancerProblems(node), ...stickyProblems(node)],
  async recipe(order) {
    const { member, port, host, reachedAt, backends, kitchen, base, write } = order;
    const folder = await ownFolder(order);
    const { balance = "round-robin", sticky = false, resends = false } = member.settings;
    const config = await write(
      renderNginx({ port, host, backends, balance, sticky, resends, folder, user: kitchen.user }),
    );
    return {
      program: { ...base, command: commandOf("nginx", kitchen), args: ["-p", folder, "-c", config] },
      readiness: { does: "accept connections", limitMs: 10_000, probe: acceptsConnections(port, reachedAt) },
    };
  },
};

function stickyProblems({ settings }: NodeSpec<string>): string[] {
  const { balance = "round-robin", sticky } = settings ?? {};
  if (sticky !== true || balance === "round-robin") return [];
  return [`sends each shopper to the same shop, and so cannot balance by ${balance}`];
}
