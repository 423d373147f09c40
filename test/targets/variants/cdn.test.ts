import { expect, test } from "vitest";
import { membersOf, problemsOf } from "../../../targets/launch/members.ts";
import { renderVarnish } from "../../../targets/launch/render-varnish.ts";
import { stage04 } from "../../../targets/stages/stage-04-reverse-proxy.ts";
import { stage08 } from "../../../targets/stages/stage-08-l4-failover.ts";
import { chooseVariants } from "../../../targets/variant.ts";
import { cdn } from "../../../targets/variants/cdn.ts";

test.each([
  { stage: stage04, calls: ["proxy"] },
  { stage: stage08, calls: ["l4-1", "l4-2"] },
])("$stage.id behind an edge is entered there, and the edge calls $calls", ({ stage, calls }) => {
  const { spec, problems } = chooseVariants(stage, ["cdn=on"]);
  expect(problems).toEqual([]);
  expect(spec.entry).toBe("edge");
  expect(membersOf(spec).find(({ node }) => node === "edge")).toMatchObject({ component: "varnish", calls });
});

test("without one nothing is different", () =>
  expect(chooseVariants(stage04, ["cdn=off"]).spec).toBe(stage04));

test("where the entry stands in several zones, so do the edges, and each calls its own", () => {
  const { proxy, shop, ...others } = stage04.nodes;
  const zones = ["east", "west"];
  const zoned = {
    ...stage04,
    nodes: { proxy: { ...proxy, zones }, shop: { ...shop, zones }, ...others },
  };
  const spec = cdn.apply(zoned, "on");
  expect(problemsOf(spec)).toEqual([]);
  expect(membersOf(spec).filter(({ node }) => node === "edge")).toMatchObject([
    { zone: "east", calls: ["proxy-east"] },
    { zone: "west", calls: ["proxy-west"] },
  ]);
});

test("an edge asks all it calls in turn, and looks up only what is the same for everybody", () => {
  const config = renderVarnish([
    { name: "proxy-1", address: "127.0.0.1:2001", cpuMillicores: 100 },
    { name: "proxy-2", address: "127.0.0.1:2002", cpuMillicores: 100 },
  ]);
  expect(config).toContain('.host = "127.0.0.1";\n  .port = "2002";');
  expect(config).toContain("  origin.add_backend(origin0);\n  origin.add_backend(origin1);\n");
  const lookedUp = new RegExp(/req\.url ~ "(.*)"\) \{/.exec(config)![1]!);
  const paths = [
    "/",
    "/?x=1",
    "/category/5?page=2",
    "/static/shop.css",
    "/item/5",
    "/cart",
    "/metrics",
    "/health",
  ];
  expect(paths.filter((path) => lookedUp.test(path))).toEqual(paths.slice(0, 4));
});
