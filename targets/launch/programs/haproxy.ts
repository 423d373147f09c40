/** HAProxy as a layer-4 balancer. */
import { acceptsConnections } from "../probes.ts";
import { renderHaproxy } from "../render-haproxy.ts";
import { balancerProblems, commandOf, type ProgramKind } from "./program-kind.ts";

export const haproxy: ProgramKind = {
  settings: [],
  problems: (_spec, _name, node) => balancerProblems(node),
  async recipe({ port, host, reachedAt, backends, kitchen, base, write }) {
    const config = await write(renderHaproxy({ port, host, backends, user: kitchen.user }));
    return {
      program: { ...base, command: commandOf("haproxy", kitchen), args: ["-db", "-f", config] },
      readiness: { does: "accept connections", limitMs: 10_000, probe: acceptsConnections(port, reachedAt) },
    };
  },
};
