/** Services that applications call: the shop's own program in another role. */
import type { NodeSpec, TargetSpec } from "../../target.ts";
import { answersOk } from "../probes.ts";
import { keptBy, serviceConfig } from "../render-service.ts";
import type { ProgramKind } from "./program-kind.ts";

export const service: ProgramKind = {
  settings: ["serves", "governance", "callsPerS", "freshCopies", "sessions", "sale"],
  problems: (spec, _name, node) => serviceProblems(spec, node),
  async recipe({ member, port, host, reachedAt, kitchen, called, base, write }) {
    const config = { ...serviceConfig(member, port, called, kitchen.addressOf), host };
    const path = await write(`${JSON.stringify(config, null, 2)}\n`, "json");
    const { command, args } = kitchen.shop;
    return {
      program: { ...base, command, args: [...args, "answer-calls", "--config", path] },
      readiness: {
        does: "answer /health with 200",
        // Half a dozen of them, and as many applications after them, start at once on two cores.
        limitMs: 40_000,
        probe: answersOk(`http://${reachedAt}:${port}/health`),
      },
    };
  },
};

function serviceProblems(spec: TargetSpec, { calls = [], settings }: NodeSpec<string>): readonly string[] {
  const serves = settings?.serves ?? [];
  if (serves.length === 0) return ["is a service, and does not say which ones it serves"];
  const problems: string[] = [];
  if (settings?.sessions !== undefined && !serves.includes("auth"))
    problems.push("keeps sessions, and is not the auth service");
  if (settings?.sessions === "replicated") problems.push("replicates sessions, which only shops can");
  const hasReport = calls.some((called) => spec.nodes[called]?.holds?.includes("report"));
  const businesses = new Set(serves.flatMap((name) => keptBy[name]));
  // The report node is told by who asks it where the categories are.
  if (hasReport) businesses.add("catalog");
  const lacking = [...businesses].flatMap((business) => {
    const holders = calls.filter((called) => {
      const node = spec.nodes[called];
      return node?.replicaOf === undefined && node?.holds?.includes(business);
    });
    if (holders.length === 1) return [];
    const found = holders.length === 0 ? "none" : holders.join(" and ");
    return [`needs exactly one primary node that holds ${business} among those it calls, and has ${found}`];
  });
  return [...problems, ...lacking];
}
