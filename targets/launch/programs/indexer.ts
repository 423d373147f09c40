/** The indexer: the shop's own program in another role, which keeps the search engine's index like the catalogue. */
import type { NodeSpec, TargetSpec } from "../../target.ts";
import { answersOk } from "../probes.ts";
import { indexerConfig } from "../render-indexer.ts";
import type { ProgramKind } from "./program-kind.ts";

export const indexer: ProgramKind = {
  settings: [],
  problems: (spec, _name, node) => indexerProblems(spec, node),
  async recipe({ member, port, host, reachedAt, kitchen, called, base, write }) {
    const config = { ...indexerConfig(member, port, called, kitchen.addressOf), host };
    const path = await write(`${JSON.stringify(config, null, 2)}\n`, "json");
    const { command, args } = kitchen.shop;
    return {
      program: { ...base, command, args: [...args, "index", "--config", path] },
      readiness: {
        does: "build the index and follow the changes",
        // Started again it has no more than its budget: with a fortieth of a core a second of CPU is 40 s.
        limitMs: 60_000,
        probe: answersOk(`http://${reachedAt}:${port}/health`),
      },
    };
  },
};

function indexerProblems(spec: TargetSpec, { calls = [], count = 1 }: NodeSpec<string>): readonly string[] {
  const called = calls.flatMap((name) => spec.nodes[name] ?? []);
  const engines = called.filter(({ component }) => component === "groonga");
  const catalogs = called.filter(
    ({ holds, replicaOf }) => replicaOf === undefined && holds?.includes("catalog"),
  );
  const problems: string[] = [];
  if (count > 1) problems.push("is a reader of changes, of which there can be only one");
  if (engines.length !== 1) problems.push(`feeds one search engine, and calls ${engines.length}`);
  if (catalogs.length !== 1) {
    problems.push(`reads the changes of one primary that holds catalog, and calls ${catalogs.length}`);
  }
  return problems;
}
