/** The bus between applications and services: the shop's own program in another role. */
import type { NodeSpec, TargetSpec } from "../../target.ts";
import { answersOk } from "../probes.ts";
import { busConfig } from "../render-bus.ts";
import type { ProgramKind } from "./program-kind.ts";

export const bus: ProgramKind = {
  settings: ["lanes"],
  problems: (spec, _name, node) => busProblems(spec, node),
  async recipe({ member, port, host, reachedAt, kitchen, called, base, write }) {
    const config = { ...busConfig(member, port, called, kitchen.addressOf), host };
    const path = await write(`${JSON.stringify(config, null, 2)}\n`, "json");
    const { command, args } = kitchen.shop;
    return {
      program: { ...base, command, args: [...args, "carry-calls", "--config", path] },
      readiness: {
        does: "reach every service",
        // Started again it has no more than its budget.
        limitMs: 40_000,
        probe: answersOk(`http://${reachedAt}:${port}/health`),
      },
    };
  },
};

function busProblems(spec: TargetSpec, { calls = [] }: NodeSpec<string>): readonly string[] {
  const others = calls.filter((called) => {
    const component = spec.nodes[called]?.component;
    return component !== undefined && component !== "service";
  });
  if (calls.length === 0) return ["brings calls to services, and calls none"];
  return others.length === 0
    ? []
    : [`brings calls to services, and calls ${others.join(", ")}, which is none`];
}
