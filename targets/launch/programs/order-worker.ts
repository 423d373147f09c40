/** The order worker: the shop's own program in another role, which writes what was promised through the queue. */
import type { NodeSpec, TargetSpec } from "../../target.ts";
import { answersOk } from "../probes.ts";
import { orderWorkerConfig } from "../render-order-worker.ts";
import type { ProgramKind } from "./program-kind.ts";

export const orderWorker: ProgramKind = {
  settings: ["defects"],
  problems: (spec, _name, node) => workerProblems(spec, node),
  async recipe({ member, port, host, reachedAt, kitchen, called, base, write }) {
    const config = { ...orderWorkerConfig(member, port, called, kitchen.addressOf), host };
    const path = await write(`${JSON.stringify(config, null, 2)}\n`, "json");
    const { command, args } = kitchen.shop;
    return {
      program: { ...base, command, args: [...args, "work-orders", "--config", path] },
      readiness: {
        does: "read from the queue",
        // It starts together with a dozen others on two cores.
        limitMs: 40_000,
        probe: answersOk(`http://${reachedAt}:${port}/health`),
      },
    };
  },
};

function workerProblems({ nodes }: TargetSpec, { calls = [] }: NodeSpec<string>): readonly string[] {
  const called = calls.flatMap((name) => nodes[name] ?? []);
  const queues = called.filter(({ component }) => component === "nats");
  const counters = called.filter(({ component, settings }) => {
    const keeps = settings?.keeps ?? "pages";
    return component === "redis" && (keeps === "pages" || keeps === "sales");
  });
  const holdsTrade = ([, { holds, replicaOf }]: [string, NodeSpec<string>]) =>
    replicaOf === undefined && holds?.includes("trade");
  const shards = Object.entries(nodes).filter(holdsTrade);
  const unknown = shards.filter(([name]) => !calls.includes(name)).map(([name]) => name);
  const problems: string[] = [];
  if (queues.length !== 1) problems.push(`writes what one queue holds, and calls ${queues.length}`);
  if (counters.length === 0) problems.push("settles reservations, and calls no Redis that counts sales");
  if (shards.length === 0) problems.push("writes orders, and there is no database that holds trade");
  if (unknown.length > 0) problems.push(`writes orders, and does not call ${unknown.join(" and ")}`);
  return problems;
}
