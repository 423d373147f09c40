import { describe, expect, test } from "vitest";
import { membersOf } from "../../../targets/launch/members.ts";
import { shopConfig } from "../../../targets/launch/render-shop.ts";
import { parseConfig } from "../../../targets/shop/config.ts";
import { stage04 } from "../../../targets/stages/stage-04-reverse-proxy.ts";
import { stage11 } from "../../../targets/stages/stage-11-small-applications.ts";
import type { TargetSpec } from "../../../targets/target.ts";
import { chooseVariants } from "../../../targets/variant.ts";
import { tunings } from "../../../targets/variants/tuning.ts";
import { read } from "../../house/files.ts";

/** What each shop is told when the stage is built so, read as it reads it. */
function figuresOf(stage: TargetSpec, ...words: string[]) {
  const { spec, problems } = chooseVariants(stage, words);
  expect(problems).toEqual([]);
  const members = membersOf(spec);
  return members
    .filter(({ component }) => component === "shop")
    .map((shop) => {
      const called = members.filter(({ name }) => shop.calls.includes(name));
      const config = shopConfig(shop, 1, called, (name) => `${name}:1`);
      return { node: shop.node, sale: parseConfig(JSON.stringify(config)).sale };
    });
}

const [usual] = figuresOf(stage04);

describe.each(Object.entries(tunings))("tuning=%s", (name, figures) => {
  test("is understood by every shop, and changes nothing else", () => {
    for (const { sale } of figuresOf(stage04, `tuning=${name}`)) {
      expect(sale).toEqual({ ...usual!.sale, ...figures });
    }
  });

  test("differs from what is usual in all it names, and is told of in docs/strategies.md", () => {
    expect(usual?.sale).not.toMatchObject(name === "usual" ? { holdMs: 0 } : figures);
    for (const [figure, value] of Object.entries(figures))
      expect([figure, usual?.sale[figure as keyof typeof figures]]).not.toEqual([figure, value]);
    expect(read("docs/strategies.md")).toContain(`\`${name}\``);
  });
});

test("only the application that sells is told", () => {
  const told = figuresOf(stage11, "tuning=short-hold");
  for (const { node, sale } of told)
    expect([node, sale.holdMs]).toEqual([node, node === "trade-app" ? 3_000 : 900_000]);
});

test("every figure of the shop's can be set by one of the sets", () => {
  const named = new Set(Object.values(tunings).flatMap((figures) => Object.keys(figures)));
  expect([...named].toSorted()).toEqual(Object.keys(usual!.sale).toSorted());
});
