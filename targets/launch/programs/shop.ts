/** The shop, our own program. */
import type { Business, NodeSpec, TargetSpec } from "../../target.ts";
import { answersOk } from "../probes.ts";
import { shopConfig } from "../render-shop.ts";
import type { ProgramKind } from "./program-kind.ts";

export const shop: ProgramKind = {
  settings: ["cacheGuards"],
  problems: (spec, _name, node) => missingBusinesses(spec, node),
  async recipe({ member, port, kitchen, called, base, write }) {
    const config = shopConfig(member, port, called, kitchen.addressOf);
    const path = await write(`${JSON.stringify(config, null, 2)}\n`, "json");
    const { command, args } = kitchen.shop;
    return {
      program: { ...base, command, args: [...args, "serve", "--config", path] },
      readiness: {
        does: "answer /health with 200",
        limitMs: 20_000,
        probe: answersOk(`http://127.0.0.1:${port}/health`),
      },
    };
  },
};

const needed: readonly Business[] = ["catalog", "user", "trade"];

/** Nothing while one of those it calls is not a node: that is told already, and may be the reason. */
function missingBusinesses(spec: TargetSpec, { calls = [] }: NodeSpec<string>): string[] {
  if (calls.some((called) => !(called in spec.nodes))) return [];
  return needed.flatMap((business) => {
    const holders = calls.filter((called) => {
      const node = spec.nodes[called];
      return node?.replicaOf === undefined && node?.holds?.includes(business);
    });
    if (holders.length === 1) return [];
    const found = holders.length === 0 ? "none" : holders.join(" and ");
    return [`needs exactly one primary node that holds ${business} among those it calls, and has ${found}`];
  });
}
