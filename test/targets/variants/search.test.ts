import { describe, expect, test } from "vitest";
import { membersOf } from "../../../targets/launch/members.ts";
import { stage10 } from "../../../targets/stages/stage-10-search-and-stores.ts";
import type { TargetSpec } from "../../../targets/target.ts";
import { chooseVariants } from "../../../targets/variant.ts";

const sumOf = (spec: TargetSpec) =>
  membersOf(spec).reduce((sum, { cpuMillicores }) => sum + cpuMillicores, 0);

describe("search=sql", () => {
  const { spec, problems } = chooseVariants(stage10, ["search=sql"]);

  test("has neither engine nor indexer, and nobody calls them", () => {
    expect(problems).toEqual([]);
    expect(Object.keys(spec.nodes)).not.toEqual(expect.arrayContaining(["search"]));
    expect(Object.keys(spec.nodes)).not.toEqual(expect.arrayContaining(["indexer"]));
    expect(spec.nodes["shop"]!.calls).not.toContain("search");
  });

  test("shares their budgets out among the databases that search instead, so that both have the same in all", () => {
    expect(sumOf(spec)).toBe(sumOf(stage10));
    expect(spec.nodes["catalog"]!.cpuMillicores).toBe(200);
    expect(spec.nodes["catalog-replica"]!.cpuMillicores).toBe(200);
  });

  test("can be had without the replica too", () => {
    expect(chooseVariants(stage10, ["search=sql", "replicas=0"]).problems).toEqual([]);
  });
});
