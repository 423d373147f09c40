/** What the page about the stages says of the step from one to the next. */
import { expect, test } from "vitest";
import { targets } from "../../targets/catalog.ts";
import { defaultData, type NodeSpec, type TargetSpec } from "../../targets/target.ts";
import { stagesPage, whatIsNew } from "./stages-page.ts";

const shop: NodeSpec<string> = { component: "shop", tier: "app", cpuMillicores: 300, calls: ["db"] };
const db: NodeSpec<string> = {
  component: "postgres",
  tier: "db",
  cpuMillicores: 100,
  holds: ["catalog", "user", "trade"],
};

function target(nodes: TargetSpec["nodes"], more: Partial<TargetSpec> = {}): TargetSpec {
  return {
    ...{ id: "t", title: "t", nodes, entry: "shop", strategies: ["F0"], defaultStrategy: "F0" },
    ...{ data: defaultData, claims: [] },
    ...more,
  };
}

const before = target({ shop, db });

test.each([
  { why: "nothing changed", after: target({ shop, db }), says: ["the same nodes"] },
  {
    why: "a node came, and is entered",
    after: target(
      { proxy: { component: "nginx", tier: "proxy", cpuMillicores: 50, calls: ["shop"] }, shop, db },
      { entry: "proxy" },
    ),
    says: ["`proxy`: nginx, 50 m, calls `shop`", "one enters at `proxy` instead of `shop`"],
  },
  {
    why: "a node was split",
    after: target({
      shop: { ...shop, calls: ["users"] },
      users: { ...db, holds: ["user"], count: 2 },
    }),
    says: [
      "`shop`: calls also `users`, no longer calls `db`",
      "`db` is gone",
      "`users`: postgres, 2 members, 100 m",
    ],
  },
  {
    why: "members, budget and machine changed",
    after: target({ shop: { ...shop, count: 3, cpuMillicores: 200, machine: "box" }, db }),
    says: ["`shop`: 1 → 3 members, 300 → 200 m of budget, its own → box (machine)"],
  },
  {
    why: "it can be sold in another way",
    after: target({ shop, db }, { strategies: ["F0", "F2"] }),
    says: ["ways to sell also F2"],
  },
])("when $why, it says so", ({ after, says }) => {
  expect(whatIsNew(before, after)).toEqual(says);
});

test("every stage has its section, and every node, variant and stand-in is in it", () => {
  const [, ...sections] = stagesPage(targets).split(/^## /m);
  expect(sections).toHaveLength(targets.length);
  for (const [index, { id, nodes, variants = {} }] of targets.entries()) {
    const section = sections[index] ?? "";
    expect(section.startsWith(`${id}\n`)).toBe(true);
    for (const name of [...Object.keys(nodes), ...Object.keys(variants)])
      expect(section).toContain(`| \`${name}\` |`);
    for (const { standInFor } of Object.values(nodes)) expect(section).toContain(standInFor ?? "");
  }
});
