/** PostgreSQL: a primary, or a standby that streams from one. Its data is prepared before it is started. */
import type { NodeSpec, TargetSpec } from "../../target.ts";
import { configureData } from "../postgres-data.ts";
import { answersQueries, isStreaming } from "../probes.ts";
import { workerPoolMax } from "../render-order-worker.ts";
import { accessOn, renderPostgres } from "../render-postgres.ts";
import { shopPoolMax } from "../render-shop.ts";
import type { ProgramKind } from "./program-kind.ts";

export const postgres: ProgramKind = {
  settings: ["payments", "replication"],
  problems: postgresProblems,
  async recipe({ member, port, host, reachedAt, kitchen, own, base, write }) {
    const { postgres, major } = kitchen.postgres!;
    const shops = kitchen.members.filter(
      ({ component }) => component === "shop" || component === "service",
    ).length;
    const workers = kitchen.members.filter(({ component }) => component === "order-worker").length;
    const primary =
      member.replicaOf === undefined ? undefined : splitAddress(kitchen.addressOf(member.replicaOf));
    const replicas = kitchen.members.filter(({ replicaOf }) => replicaOf === member.name);
    const config = renderPostgres({
      port,
      host,
      major,
      // The audit, our own questions and PostgreSQL's reserve come on top of the pools.
      maxConnections: shops * shopPoolMax + workers * workerPoolMax + 30,
      hasChangeStream: kitchen.members.some(
        ({ component, calls }) => component === "indexer" && calls.includes(member.name),
      ),
      ...(primary && { standby: { ...primary, name: member.name } }),
      ...(member.settings.replication === "sync" && { waitsForOneOf: replicas.map(({ name }) => name) }),
    });
    await write(config);
    await configureData(
      own,
      { config, access: accessOn(host), isStandby: primary !== undefined },
      kitchen.user,
    );
    return {
      program: {
        ...base,
        command: postgres,
        args: ["-D", own],
        politely: "SIGQUIT",
        user: kitchen.user,
      },
      readiness: primary
        ? { does: `stream from ${member.replicaOf}`, limitMs: 15_000, probe: isStreaming(port, reachedAt) }
        : { does: "accept connections", limitMs: 10_000, probe: answersQueries(port, reachedAt) },
    };
  },
};

function postgresProblems(spec: TargetSpec, name: string, node: NodeSpec<string>): readonly string[] {
  const { holds = [], replicaOf, settings } = node;
  const count = membersIn(node);
  const problems: string[] = [];
  if (holds.length === 0) problems.push("is a database and does not say what it holds");
  if (count > 1 && !replicaOf && holds.some((business) => business !== "trade")) {
    problems.push(`splits ${holds.join(", ")} over ${count} members; only trade can be hash-split`);
  }
  if (settings?.payments !== undefined && !holds.includes("trade")) {
    problems.push("splits payments, and does not hold trade");
  }
  if (holds.includes("report") && holds.length > 1) problems.push("makes reports, and holds data besides");
  if (replicaOf !== undefined) {
    const primary = spec.nodes[replicaOf];
    if (primary?.component !== "postgres" || primary.replicaOf !== undefined || replicaOf === name) {
      problems.push(`is a replica of "${replicaOf}", which is not a postgres primary`);
    } else if (membersIn(primary) > 1 && membersIn(primary) !== count) {
      const parts = membersIn(primary);
      problems.push(
        `is a replica of "${replicaOf}", which is split over ${parts} members, and has ${count}; each of them needs one`,
      );
    } else if (primary.settings?.payments !== settings?.payments) {
      problems.push(`is a replica of "${replicaOf}", whose payments lie otherwise`);
    }
  }
  return problems;
}

const membersIn = ({ count = 1, zones = [""] }: NodeSpec<string>) => count * zones.length;

function splitAddress(address: string): { host: string; port: number } {
  const { hostname, port } = new URL(`tcp://${address}`);
  return { host: hostname, port: Number(port) };
}
