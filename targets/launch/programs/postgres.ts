/** PostgreSQL: a primary, or a standby that streams from one. Its data is prepared before it is started. */
import type { NodeSpec, TargetSpec } from "../../target.ts";
import { configureData } from "../postgres-data.ts";
import { answersQueries, isStreaming } from "../probes.ts";
import { renderPostgres } from "../render-postgres.ts";
import { shopPoolMax } from "../render-shop.ts";
import type { ProgramKind } from "./program-kind.ts";

export const postgres: ProgramKind = {
  settings: [],
  problems: postgresProblems,
  async recipe({ member, port, kitchen, own, base, write }) {
    const { postgres, major } = kitchen.postgres!;
    const shops = kitchen.members.filter(({ component }) => component === "shop").length;
    const primary =
      member.replicaOf === undefined ? undefined : splitAddress(kitchen.addressOf(member.replicaOf));
    const config = renderPostgres({
      port,
      major,
      // The audit, our own questions and PostgreSQL's reserve come on top of the pools.
      maxConnections: shops * shopPoolMax + 30,
      ...(primary && { standby: { ...primary, name: member.name } }),
    });
    await write(config);
    await configureData(own, config, primary !== undefined, kitchen.user);
    return {
      program: {
        ...base,
        command: postgres,
        args: ["-D", own],
        politely: "SIGQUIT",
        user: kitchen.user,
      },
      readiness: primary
        ? { does: `stream from ${member.replicaOf}`, limitMs: 15_000, probe: isStreaming(port) }
        : { does: "accept connections", limitMs: 10_000, probe: answersQueries(port) },
    };
  },
};

function postgresProblems(spec: TargetSpec, name: string, node: NodeSpec<string>): readonly string[] {
  const { holds = [], count = 1, replicaOf } = node;
  const problems: string[] = [];
  if (holds.length === 0) problems.push("is a database and does not say what it holds");
  if (count > 1 && !replicaOf && holds.some((business) => business !== "trade")) {
    problems.push(`splits ${holds.join(", ")} over ${count} members; only trade can be hash-split`);
  }
  if (replicaOf !== undefined) {
    const primary = spec.nodes[replicaOf];
    if (primary?.component !== "postgres" || primary.replicaOf !== undefined || replicaOf === name) {
      problems.push(`is a replica of "${replicaOf}", which is not a postgres primary`);
    } else if ((primary.count ?? 1) > 1) {
      problems.push(`is a replica of "${replicaOf}", which is split over several members`);
    }
  }
  return problems;
}

function splitAddress(address: string): { host: string; port: number } {
  const { hostname, port } = new URL(`tcp://${address}`);
  return { host: hostname, port: Number(port) };
}
