/** The shop, our own program. */
import type { NodeSpec, TargetSpec } from "../../target.ts";
import { allAreas, businessesOf } from "../areas.ts";
import { answersOk } from "../probes.ts";
import { shopConfig } from "../render-shop.ts";
import type { ProgramKind } from "./program-kind.ts";

export const shop: ProgramKind = {
  settings: ["sessions", "areas", "keepsSettings", "cacheGuards", "freshCopies"],
  problems: (spec, _name, node) => [
    ...missingBusinesses(spec, node),
    ...keepingProblems(spec, node),
    ...sessionProblems(spec, node),
  ],
  async recipe({ member, port, host, reachedAt, kitchen, called, base, write }) {
    const config = { ...shopConfig(member, port, called, kitchen.addressOf), host };
    const path = await write(`${JSON.stringify(config, null, 2)}\n`, "json");
    const { command, args } = kitchen.shop;
    return {
      program: { ...base, command, args: [...args, "serve", "--config", path] },
      readiness: {
        does: "answer /health with 200",
        limitMs: 20_000,
        probe: answersOk(`http://${reachedAt}:${port}/health`),
      },
    };
  },
};

function sessionProblems(spec: TargetSpec, { calls = [], settings }: NodeSpec<string>): string[] {
  const redises = calls.map((called) => spec.nodes[called]).filter((node) => node?.component === "redis");
  const isFor = (kept: string) => redises.some((node) => (node?.settings?.keeps ?? "pages") === kept);
  const problems: string[] = [];
  if (settings?.sessions === "replicated" && !isFor("pages"))
    problems.push("replicates sessions, and calls no cache through which its members could find each other");
  if (settings?.sessions !== undefined && isFor("sessions"))
    problems.push(`keeps sessions in two ways: ${settings.sessions}, and in a server of their own`);
  return problems;
}

function keepingProblems(spec: TargetSpec, { calls = [], settings }: NodeSpec<string>): string[] {
  if (settings?.keepsSettings === undefined) return [];
  const hasCentre = calls.some((called) => spec.nodes[called]?.component === "zookeeper");
  return hasCentre ? [] : ["keeps settings, and calls no configuration centre"];
}

/** Nothing while one of those it calls is not a node: that is told already, and may be the reason. */
function missingBusinesses(spec: TargetSpec, { calls = [], settings }: NodeSpec<string>): string[] {
  if (calls.some((called) => !(called in spec.nodes))) return [];
  const businesses = new Set((settings?.areas ?? allAreas).flatMap((area) => businessesOf[area]));
  return [...businesses].toSorted().flatMap((business) => {
    const holders = calls.filter((called) => {
      const node = spec.nodes[called];
      return node?.replicaOf === undefined && node?.holds?.includes(business);
    });
    if (holders.length === 1) return [];
    const found = holders.length === 0 ? "none" : holders.join(" and ");
    return [`needs exactly one primary node that holds ${business} among those it calls, and has ${found}`];
  });
}
